import { AdkError, ByteReader, digest, type Limits, type RandomAccess } from "@adk/core";
import {
  isChunkSize,
  newHeader,
  parseHeader,
  WIM_HEADER_SIZE,
  WIM_VERSION_SOLID,
  type WimCompression,
  type WimHeader,
} from "./header.ts";
import type { LookupEntry } from "./lookup-table.ts";
import {
  NO_RESOURCE,
  parseResourceHeader,
  RESOURCE_COMPRESSED,
  RESOURCE_SOLID,
  type ResourceHeader,
} from "./resource-header.ts";
import { readResource } from "./resource-reader.ts";

/** Resources that are decoded to find out how a file is compressed, and the most that one of them may hold. */
const SAMPLES = 8;
const MOST_SAMPLE_BYTES = 8 << 20;

/**
 * The header of a file, as much of it as makes sense: what is damaged is taken as it would be in a file of one part.
 *
 * @returns `intact` tells whether there was nothing to doubt
 */
export async function readDamagedHeader(access: RandomAccess): Promise<{ header: WimHeader; intact: boolean }> {
  const bytes = await access.read(0, WIM_HEADER_SIZE);
  const end = access.size - WIM_HEADER_SIZE;
  const last = await access.read(end, WIM_HEADER_SIZE);
  const first = tryParse(bytes);
  // Of a pipable file the header that counts is the last.
  if (first && !first.pipable) return { header: first, intact: true };
  const final = tryParse(last);
  if (final?.pipable) return { header: final, intact: true };
  if (first) return { header: first, intact: true };
  return { header: guessHeader(bytes), intact: false };
}

function tryParse(bytes: Uint8Array): WimHeader | undefined {
  try {
    return parseHeader(bytes);
  } catch (error) {
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}

/** The fields that a damaged header has in their places, where they make sense. */
function guessHeader(bytes: Uint8Array): WimHeader {
  const reader = new ByteReader(bytes);
  const version = reader.seek(12).u32();
  const hint = hintOf(reader.seek(16).u32(), reader.seek(20).u32());
  const place = (at: number): ResourceHeader => {
    try {
      return parseResourceHeader(reader.seek(at));
    } catch (error) {
      if (error instanceof AdkError) return NO_RESOURCE;
      throw error;
    }
  };
  return {
    ...newHeader(hint.compression, hint.chunkSize, bytes.slice(24, 40)),
    version: version === WIM_VERSION_SOLID ? version : newHeader(hint.compression, hint.chunkSize, bytes).version,
    pipable: Buffer.from(bytes.subarray(0, 5)).toString("latin1") === "WLPWM",
    lookupTable: place(0x30),
    xmlData: place(0x48),
    bootIndex: reader.seek(0x78).u32() & 0xffff,
  };
}

/** Bits 17 to 19 of the flags name a compression. */
function hintOf(flags: number, chunkSize: number): Form {
  const compression = FORMS[(flags >>> 17) & 7] ?? "lzx";
  return { compression, chunkSize: isChunkSize(compression, chunkSize) ? chunkSize : 32768 };
}

const FORMS: readonly (WimCompression | undefined)[] = [undefined, "xpress", "lzx", undefined, "lzms"];

interface Form {
  readonly compression: WimCompression;
  readonly chunkSize: number;
}

/**
 * How the resources of a file are compressed: found out by decoding some of them, as their hashes tell whether it was right.
 * What the header says is tried first.
 *
 * @param isTrusted the header is intact: it is believed although some samples are damaged
 * @returns undefined where none of the resources that were tried can be read in any way
 */
export async function findForm(
  access: RandomAccess,
  header: WimHeader,
  isTrusted: boolean,
  entries: readonly LookupEntry[],
  limits: Limits,
): Promise<WimHeader | undefined> {
  const samples = samplesOf(entries);
  if (samples.length === 0) return header;
  let best: { header: WimHeader; right: number } | undefined;
  for (const form of candidates(header)) {
    let right = 0;
    for (const sample of samples) if (await isRight(access, sample, form, limits)) right++;
    if (right > (best?.right ?? 0)) best = { header: form, right };
    // Small samples are right with other sizes of chunks too; damage makes a sample wrong with all.
    const enough = form === header && isTrusted ? samples.length / 2 : samples.length;
    if (best && best.right >= enough) break;
  }
  return best?.header;
}

/** Resources by which forms can be told apart: some that need a table of chunks, and some small ones. */
function samplesOf(entries: readonly LookupEntry[]): LookupEntry[] {
  const compressed = entries.filter(({ resource: { flags, size } }) => {
    return (flags & (RESOURCE_COMPRESSED | RESOURCE_SOLID)) === RESOURCE_COMPRESSED && size <= MOST_SAMPLE_BYTES;
  });
  compressed.sort((a, b) => b.resource.size - a.resource.size);
  return compressed.length <= SAMPLES ? compressed : [...compressed.slice(0, SAMPLES - 2), ...compressed.slice(-2)];
}

function* candidates(header: WimHeader): Generator<WimHeader> {
  yield header;
  const sizes = [32768, 131_072, 65536, 16384, 8192, 4096, 262_144, 524_288, 1_048_576, 2_097_152];
  for (const pipable of [header.pipable, !header.pipable]) {
    for (const chunkSize of new Set([header.chunkSize, ...sizes])) {
      for (const compression of ["lzx", "xpress", "lzms"] as const) {
        if (!isChunkSize(compression, chunkSize)) continue;
        const { flags } = newHeader(compression, chunkSize, header.guid);
        yield { ...header, pipable, compression, chunkSize, flags };
      }
    }
  }
}

async function isRight(
  access: RandomAccess,
  { resource, sha1 }: LookupEntry,
  header: WimHeader,
  limits: Limits,
): Promise<boolean> {
  try {
    return digest("sha1", await readResource(access, resource, header, limits)) === sha1;
  } catch (error) {
    if (error instanceof AdkError && error.kind !== "environment") return false;
    throw error;
  }
}
