import { ByteWriter, encodeUtf16 } from "@adk/core";
import { ResourceType } from "../resource-tree.ts";
import type { SampleSection } from "./sample-pe.ts";

const HIGH_BIT = 0x8000_0000;
const ENGLISH = 0x409;

type Leaf = readonly [type: number | string, name: number, bytes: Uint8Array];

/** A resource tree with one of each kind that is read. */
export function sampleResources(section: SampleSection): [address: number, size: number] {
  const leaves: Leaf[] = [
    ["MUI", 1, muiResource()],
    ["WEVT_TEMPLATE", 1, Buffer.from("CRIM")],
    [ResourceType.ICON, 1, Buffer.from("the image of an icon")],
    [ResourceType.STRING, 2, stringBlock()],
    [ResourceType.MESSAGE_TABLE, 1, messageTable()],
    [ResourceType.GROUP_ICON, 7, iconGroup()],
    [ResourceType.VERSION, 1, versionInfo()],
    [ResourceType.MANIFEST, 1, Buffer.from(MANIFEST)],
  ];
  const addresses = leaves.map(([, , bytes]) => section.place(bytes));
  return placeTree(section, leaves, addresses);
}

const MANIFEST = `\ufeff<?xml version="1.0" encoding="UTF-8"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <assemblyIdentity name="Sample" version="1.2.3.4" type="win32" processorArchitecture="amd64"/>
  <dependency><dependentAssembly><assemblyIdentity type="win32" name="Microsoft.Windows.Common-Controls" version="6.0.0.0"
    processorArchitecture="*" publicKeyToken="6595b64144ccf1df" language="*"/></dependentAssembly></dependency>
  <trustInfo><security><requestedPrivileges>
    <requestedExecutionLevel level="requireAdministrator" uiAccess="false"/>
  </requestedPrivileges></security></trustInfo>
  <compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1"><application>
    <supportedOS Id="{8E0F7A12-BFB3-4FE8-B9A5-48FD50A15A9A}"/>
  </application></compatibility>
  <asmv3:application xmlns:asmv3="urn:schemas-microsoft-com:asm.v3"><asmv3:windowsSettings>
    <ws:longPathAware xmlns:ws="http://schemas.microsoft.com/SMI/2016/WindowsSettings">true</ws:longPathAware>
  </asmv3:windowsSettings></asmv3:application>
</assembly>
`;

/** Root, a directory a type and one a name, data entries, names: offsets count from the root. */
function placeTree(
  section: SampleSection,
  leaves: readonly Leaf[],
  addresses: readonly number[],
): [address: number, size: number] {
  const named = leaves.filter(([type]) => typeof type === "string").length;
  const rootSize = 16 + leaves.length * 8;
  const types = (index: number) => rootSize + index * 48;
  const entries = (index: number) => rootSize + leaves.length * 48 + index * 16;
  const names = entries(leaves.length);
  const writer = new ByteWriter()
    .zeros(12)
    .u16(named)
    .u16(leaves.length - named);
  let nameAt = names;
  leaves.forEach(([type], index) => {
    writer.u32(typeof type === "number" ? type : (HIGH_BIT | nameAt) >>> 0).u32((HIGH_BIT | types(index)) >>> 0);
    if (typeof type === "string") nameAt += 2 + type.length * 2;
  });
  leaves.forEach(([, name], index) => {
    writer
      .zeros(12)
      .u16(0)
      .u16(1)
      .u32(name)
      .u32((HIGH_BIT | (types(index) + 24)) >>> 0);
    writer.zeros(12).u16(0).u16(1).u32(ENGLISH).u32(entries(index));
  });
  leaves.forEach(([, , bytes], index) => {
    writer
      .u32(addresses[index] ?? 0)
      .u32(bytes.length)
      .u32(1252)
      .u32(0);
  });
  for (const [type] of leaves) if (typeof type === "string") writer.u16(type.length).utf16(type);
  return [section.place(writer.finish()), writer.position];
}

/** A block of version information: header, key, value, children, all aligned. */
function block(key: string, type: 0 | 1, value: Uint8Array, ...children: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter()
    .u16(0)
    .u16(type === 1 ? value.length / 2 : value.length)
    .u16(type)
    .utf16(`${key}\0`)
    .align(4)
    .bytes(value);
  for (const child of children) writer.align(4).bytes(child);
  const bytes = writer.finish();
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(0, bytes.length, true);
  return bytes;
}

function versionInfo(): Uint8Array {
  const fixed = new ByteWriter().u32(0xfeef04bd).u32(0x10000).u32(0x1_0002).u32(0x3_0004).u32(0x5_0006).u32(0x7_0008);
  fixed.u32(0x3f).u32(0).u32(0x40004).u32(2).u32(0).u32(0).u32(0);
  const strings = { CompanyName: "Sample Company", FileDescription: "A sample" };
  const table = Object.entries(strings).map(([key, value]) => block(key, 1, encodeUtf16(`${value}\0`)));
  const none = new Uint8Array();
  return block(
    "VS_VERSION_INFO",
    0,
    fixed.finish(),
    block("StringFileInfo", 1, none, block("040904B0", 1, none, ...table)),
    block("VarFileInfo", 1, none, block("Translation", 0, new ByteWriter().u16(ENGLISH).u16(1200).finish())),
  );
}

function stringBlock(): Uint8Array {
  const writer = new ByteWriter();
  for (let index = 0; index < 16; index++) {
    const text = index === 3 ? "The fourth text" : "";
    writer.u16(text.length).utf16(text);
  }
  return writer.finish();
}

function messageTable(): Uint8Array {
  const entry = (text: string) =>
    new ByteWriter()
      .u16(4 + text.length * 2)
      .u16(1)
      .utf16(text)
      .finish();
  const entries = ["First %1\r\n\0\0", "Second\r\n\0\0"].map(entry);
  const writer = new ByteWriter().u32(1).u32(0x4000_0001).u32(0x4000_0002).u32(16);
  for (const each of entries) writer.bytes(each);
  return writer.finish();
}

function iconGroup(): Uint8Array {
  return new ByteWriter().u16(0).u16(1).u16(1).u8(32).u8(0).u8(0).u8(0).u16(1).u16(32).u32(20).u16(1).finish();
}

function muiResource(): Uint8Array {
  const language = encodeUtf16("de-DE\0");
  const writer = new ByteWriter()
    .u32(0xfecdfecd)
    .u32(132 + language.length)
    .u32(0x10000)
    .u32(0)
    .u32(0x12)
    .u32(0)
    .u32(0);
  writer.bytes(new Uint8Array(16).fill(0xaa)).bytes(new Uint8Array(16).fill(0xbb)).zeros(24).zeros(32);
  return writer.u32(132).u32(language.length).u32(0).u32(0).bytes(language).finish();
}
