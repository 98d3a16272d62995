import { AdkError, type ByteReader, check } from "@adk/core";

/** Bytes of a name with its end; makers write no longer ones ([MS-CAB] 2.1). */
const MOST_BYTES = 257;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
/** Which code page a name is in is not told; what makers take by default on machines of the west. */
const ansi = new TextDecoder("windows-1252");

/**
 * Reads a name up to its NUL character.
 *
 * @throws AdkError `CAB_BAD_NAME`, `UNEXPECTED_END`
 */
export function readName(reader: ByteReader, isUtf8: boolean): string {
  const { bytes, position } = reader;
  const end = bytes.subarray(0, position + MOST_BYTES).indexOf(0, position);
  if (end < 0) {
    check(reader.remaining < MOST_BYTES, () => {
      const { file } = reader.origin;
      return new AdkError("CAB_BAD_NAME", "A name does not end.", { file, offset: reader.offset });
    });
    reader.skip(MOST_BYTES);
  }
  const name = reader.slice(end - position);
  reader.skip(1);
  return (isUtf8 ? utf8 : ansi).decode(name);
}
