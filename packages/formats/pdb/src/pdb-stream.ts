import { ByteReader, GUID_BYTES, type Guid, guidFromBytes, type Origin } from "@adk/core";

/** Stream 1: which program database it is (PDB info stream). */
export interface PdbStream {
  /** `20000404` for Visual C++ 7 and all that came after it. */
  readonly version: number;
  /** Seconds since 1970 when it was first made; a hash in reproducible builds. */
  readonly signature: number;
  readonly age: number;
  readonly guid: Guid;
  /** Streams that are found by name: `/names`, `/LinkInfo`, `/src/headerblock` ... */
  readonly namedStreams: ReadonlyMap<string, number>;
}

/** @throws AdkError `UNEXPECTED_END` */
export function parsePdbStream(bytes: Uint8Array, origin: Origin): PdbStream {
  const reader = new ByteReader(bytes, origin);
  const version = reader.u32();
  const signature = reader.u32();
  const age = reader.u32();
  const guid = guidFromBytes(reader.slice(GUID_BYTES));
  return { version, signature, age, guid, namedStreams: parseNamedStreams(reader) };
}

/** A table of hashed names: their text, then how many there are, two sets of bits, and pairs of place and stream. */
function parseNamedStreams(reader: ByteReader): Map<string, number> {
  const names = new Map<string, number>();
  const text = reader.slice(reader.u32());
  const count = reader.u32();
  reader.skip(4);
  for (let set = 0; set < 2; set++) reader.skip(reader.u32() * 4);
  for (let i = 0; i < count && reader.remaining >= 8; i++) {
    const at = reader.u32();
    names.set(cString(text, at), reader.u32());
  }
  return names;
}

/** UTF-8 text up to a NUL, or to the end. */
export function cString(bytes: Uint8Array, at: number, end = bytes.length): string {
  const nul = bytes.indexOf(0, at);
  const stop = nul < 0 || nul > end ? end : nul;
  return at >= stop ? "" : Buffer.from(bytes.buffer, bytes.byteOffset + at, stop - at).toString("utf8");
}
