/** What breaks XML, or the meaning of an answer file. */
const PIECES = [
  "<",
  ">",
  "/>",
  "</",
  "&",
  "&amp;",
  "&#0;",
  "&#x110000;",
  "&nbsp;",
  '"',
  "'",
  "=",
  "<!--",
  "-->",
  "<![CDATA[",
  "]]>",
  "<?",
  "?>",
  "<?xml?>",
  "<!DOCTYPE x [<!ENTITY e 'e'>]>",
  "\0",
  "\ufffe",
  "\ud800",
  "\r",
  "\n",
  "\u00a0",
  "xmlns=''",
  " xmlns:a=''",
  "a:",
  ":",
  "<a:b>",
  "</settings>",
  "</component>",
  "<settings pass='oobeSystem'>",
  "<component name='Microsoft-Windows-Setup'>",
  "<Order>1</Order>",
  "-1",
  "99999999999999999999",
  "true",
  "{{ x }}",
  `\${x}`,
  "%X%",
  "<!-- adk-ignore too-long -->",
  "wcm:action='add'",
  "<Disk><DiskID>0</DiskID></Disk>",
  "",
  "  ",
];

/** A damaged copy of a text: one to four pieces put in, taken out, doubled or moved. */
export function mutateText(text: string, next: () => number): string {
  let copy = text;
  for (let changes = next() % 2 ? 1 : 1 + (next() % 4); changes > 0; changes--) {
    const at = next() % (copy.length + 1);
    const length = next() % 4 === 0 ? next() % 400 : next() % 12;
    const piece = next() % 3 ? (PIECES[next() % PIECES.length] as string) : copy.slice(at, at + length);
    const removed = next() % 2 ? length : 0;
    const to = next() % 4 === 0 ? next() % (copy.length + 1) : at;
    copy = copy.slice(0, to) + piece + copy.slice(to + removed);
  }
  return copy;
}

/** A damaged copy of bytes. */
export function mutateBytes(bytes: Uint8Array, next: () => number): Uint8Array {
  const copy = bytes.slice(0, next() % 8 === 0 ? next() % (bytes.length + 1) : bytes.length);
  for (let changes = 1 + (next() % 4); changes > 0 && copy.length > 0; changes--) copy[next() % copy.length] = next();
  return copy;
}
