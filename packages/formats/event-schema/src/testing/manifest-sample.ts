/** A manifest with all that one can have. */
export const SAMPLE_MANIFEST = `<?xml version="1.0" encoding="UTF-8"?>
<instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events">
 <instrumentation>
  <events>
   <provider name="Sample-Shop" guid="{7D6F4C2A-1B3E-4F5A-8C9D-0E1F2A3B4C5D}" symbol="SHOP" resourceFileName="shop.exe" messageFileName="shop.exe">
    <channels><channel name="Sample-Shop/Operational" type="Operational" chid="OP"/></channels>
    <tasks><task name="Order" value="1"/></tasks>
    <opcodes><opcode name="Shipped" value="11"/></opcodes>
    <keywords><keyword name="Sales" mask="0x1"/></keywords>
    <maps>
     <valueMap name="State"><map value="0" message="$(string.open)"/><map value="1" message="$(string.paid)"/></valueMap>
     <bitMap name="Options"><map value="0x1" message="$(string.gift)"/><map value="0x4" message="$(string.express)"/></bitMap>
    </maps>
    <templates>
     <template tid="OrderArgs">
      <data name="Id" inType="win:UInt32"/>
      <data name="Customer" inType="win:UnicodeString"/>
      <data name="State" inType="win:UInt8" map="State"/>
      <data name="Options" inType="win:UInt32" map="Options"/>
      <data name="Count" inType="win:UInt16"/>
      <struct name="Items" count="Count">
       <data name="Article" inType="win:AnsiString"/>
       <data name="Price" inType="win:Double"/>
      </struct>
      <data name="KeySize" inType="win:UInt32"/>
      <data name="Key" inType="win:Binary" length="KeySize"/>
      <data name="Code" inType="win:UnicodeString" length="4"/>
      <data name="Result" inType="win:HexInt32" outType="win:HResult"/>
      <data name="Sizes" inType="win:UInt8" count="3"/>
      <data name="When" inType="win:FILETIME"/>
     </template>
    </templates>
    <events>
     <event value="1" version="0" symbol="OrderOpened" level="win:Informational" task="Order" opcode="win:Start" keywords="Sales" channel="OP" template="OrderArgs" message="$(string.opened)"/>
     <event value="2" symbol="Closed" level="win:Warning"/>
    </events>
   </provider>
  </events>
 </instrumentation>
 <localization>
  <resources culture="de-DE"><stringTable><string id="opened" value="Bestellung %1"/></stringTable></resources>
  <resources culture="en-US"><stringTable>
   <string id="opened" value="Order %1 of %2 &lt;%3&gt;&#10;"/><string id="open" value="Open"/><string id="paid" value="Paid"/>
   <string id="gift" value="Gift"/><string id="express" value="Express"/>
  </stringTable></resources>
 </localization>
</instrumentationManifest>
`;

/** A chunk of a manifest as an EventSource writes it. */
export function manifestChunk(text: string, total = 1, number = 0): Uint8Array {
  const header = [1, 1, 0, 0x5b, total & 0xff, total >> 8, number & 0xff, number >> 8];
  return new Uint8Array([...header, ...Buffer.from(text)]);
}
