import {
  AdkError,
  ByteReader,
  digest,
  Findings,
  type Limits,
  type LongOperation,
  ProgressCounter,
  type RandomAccess,
  throwIfCancelled,
  toHex,
} from "@adk/core";
import { chunkCount, chunkTableSize } from "./chunk-table.ts";
import { WIM_HEADER_SIZE, type WimHeader } from "./header.ts";
import type { LookupEntry } from "./lookup-table.ts";
import { parseMetadata } from "./metadata.ts";
import { RESOURCE_COMPRESSED, RESOURCE_METADATA, type ResourceHeader } from "./resource-header.ts";
import { readResource } from "./resource-reader.ts";

/** What stands before each resource of a pipable file: this number, the size, the SHA-1 and the flags of the resource. */
const BLOB_MAGIC = Buffer.from("d8b93d44a29b9b2b", "hex");
const BLOB_HEADER_SIZE = 40;
const WINDOW = 4 << 20;

/**
 * Makes a lookup table of a pipable file, whose resources say themselves what they are. As its images come first, one that
 * was cut off tells all that it held.
 */
export async function scanPipable(
  access: RandomAccess,
  header: WimHeader,
  limits: Limits,
  operation: LongOperation,
): Promise<LookupEntry[]> {
  const progress = new ProgressCounter(operation, "scan", "bytes", access.size);
  const entries: LookupEntry[] = [];
  let from = WIM_HEADER_SIZE;
  while (from + BLOB_HEADER_SIZE <= access.size) {
    throwIfCancelled(operation);
    const bytes = await access.read(from, Math.min(WINDOW, access.size - from));
    const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(BLOB_MAGIC);
    // The number may lie across the end of what was read.
    const next = at < 0 ? from + Math.max(1, bytes.length - BLOB_MAGIC.length + 1) : from + at;
    progress.add(next - from);
    from = next;
    if (at < 0) continue;
    const entry = await readEntry(access, from, header);
    const isData = entry && !(entry.resource.flags & RESOURCE_METADATA);
    if (entry && (isData || (await isImage(access, entry, header, limits)))) entries.push(entry);
    from = entry ? entry.resource.offset + entry.resource.storedSize : from + 1;
  }
  return entries;
}

/** Undefined where the resource does not end within the file. */
async function readEntry(access: RandomAccess, at: number, header: WimHeader): Promise<LookupEntry | undefined> {
  if (at + BLOB_HEADER_SIZE > access.size) return undefined;
  const reader = new ByteReader(await access.read(at, BLOB_HEADER_SIZE), {}, BLOB_MAGIC.length);
  const [low, high] = [reader.u32(), reader.u32()];
  if (high >= 2 ** 21) return undefined;
  const size = high * 2 ** 32 + low;
  const sha1 = toHex(reader.slice(20));
  const flags = reader.u32() & (RESOURCE_COMPRESSED | RESOURCE_METADATA);
  const offset = at + BLOB_HEADER_SIZE;
  const isCompressed = (flags & RESOURCE_COMPRESSED) !== 0;
  const storedSize = isCompressed ? await compressedSize(access, offset, size, header.chunkSize) : size;
  if (!storedSize || offset + storedSize > access.size) return undefined;
  return { resource: { storedSize, flags, offset, size }, partNumber: 1, referenceCount: 1, sha1 };
}

/** Adds up the chunks, each of which tells its size, and the table behind them. */
async function compressedSize(
  access: RandomAccess,
  offset: number,
  size: number,
  chunkSize: number,
): Promise<number | undefined> {
  let at = offset;
  for (let left = chunkCount(size, chunkSize); left > 0; left--) {
    if (at + 4 > access.size) return undefined;
    const stored = new ByteReader(await access.read(at, 4)).u32();
    if (stored === 0 || stored > chunkSize) return undefined;
    at += 4 + stored;
  }
  return at - offset + chunkTableSize(size, chunkSize);
}

/** Whether what is marked as metadata is that of an image, and not XML data or a lookup table. */
async function isImage(
  access: RandomAccess,
  { resource, sha1 }: { resource: ResourceHeader; sha1: string },
  header: WimHeader,
  limits: Limits,
): Promise<boolean> {
  try {
    const bytes = await readResource(access, resource, header, limits);
    parseMetadata(bytes, limits, new Findings());
    return digest("sha1", bytes) === sha1;
  } catch (error) {
    if (error instanceof AdkError && error.kind === "input") return false;
    throw error;
  }
}
