import type { FileBytes } from "./file-bytes.ts";
import type { PeFile } from "./pe-file.ts";

const DANS = 0x536e6144;
const RICH = 0x68636952;
/** The header begins behind Microsoft's DOS program of 64 bytes, or soon after. */
const MOST_START = 0x200;
/** Place of `e_lfanew`, which is not part of the checksum. */
const LFANEW = 0x3c;

/** What Microsoft's linker tells about the tools that made the objects ("Rich" header). */
export interface RichHeader {
  /** Offset in the file. */
  readonly offset: number;
  /** XOR mask of the entries; Microsoft's linker takes a checksum of the DOS header and the entries. */
  readonly key: number;
  readonly entries: readonly RichEntry[];
  /** Whether the key is that checksum: if not, the DOS header or the entries were changed after linking. */
  readonly checksumMatches: boolean;
}

export interface RichEntry {
  readonly productId: number;
  readonly build: number;
  /** Objects. */
  readonly count: number;
}

/** Undefined in files of other linkers. */
export function readRichHeader(pe: PeFile): Promise<RichHeader | undefined> {
  return pe.readPart<RichHeader | undefined>(undefined, ({ bytes }) => {
    const end = Math.min(pe.dosHeader.newHeaderOffset, bytes.size);
    for (let rich = 0x80; rich + 8 <= end; rich += 4) {
      if (bytes.u32(rich) === RICH) return readBackwards(bytes, rich, bytes.u32(rich + 4));
    }
    return undefined;
  });
}

function readBackwards(bytes: FileBytes, rich: number, key: number): RichHeader | undefined {
  for (let start = 0x40; start < Math.min(MOST_START, rich); start += 4) {
    if ((bytes.u32(start) ^ key) >>> 0 !== DANS) continue;
    const entries: RichEntry[] = [];
    // Three words of padding follow.
    for (let at = start + 16; at + 8 <= rich; at += 8) {
      const compId = (bytes.u32(at) ^ key) >>> 0;
      const count = (bytes.u32(at + 4) ^ key) >>> 0;
      entries.push({ productId: compId >>> 16, build: compId & 0xffff, count });
    }
    return { offset: start, key, entries, checksumMatches: checksumOf(bytes, start, entries) === key };
  }
  return undefined;
}

function checksumOf(bytes: FileBytes, start: number, entries: readonly RichEntry[]): number {
  let sum = start;
  for (let at = 0; at < start; at++) {
    if (at < LFANEW || at >= LFANEW + 4) sum += rotateLeft(bytes.u8(at), at);
  }
  for (const { productId, build, count } of entries) sum += rotateLeft(((productId << 16) | build) >>> 0, count);
  return sum % 0x1_0000_0000;
}

function rotateLeft(value: number, bits: number): number {
  const by = bits & 31;
  return ((value << by) | (by === 0 ? 0 : value >>> (32 - by))) >>> 0;
}
