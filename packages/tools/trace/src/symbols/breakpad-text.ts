const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/** Where the lines of a text begin. */
export function* lineStarts(bytes: Uint8Array): Generator<number> {
  for (let at = 0; at < bytes.length; at = endOfLine(bytes, at) + 1) yield at;
}

export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}

export function endOfLine(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(LINE_FEED, start);
  return end < 0 ? bytes.length : end;
}

/** The end of a line without the blanks there. */
export function trimmedEnd(bytes: Uint8Array, start: number): number {
  let end = endOfLine(bytes, start);
  while (end > start && (bytes[end - 1] === CARRIAGE_RETURN || bytes[end - 1] === SPACE)) end--;
  return end;
}
