import { createHash } from "node:crypto";
import {
  digest,
  type LongOperation,
  ProgressCounter,
  throwIfCancelled,
  type Volume,
  type VolumeEntry,
  type VolumeStream,
} from "@adk/core";
import { REPARSE_NOT_FIXED } from "./dentry.ts";
import { setInodeStreams } from "./inode-streams.ts";
import { ZERO_HASH } from "./lookup-table.ts";
import { LARGE_BLOB, type NewBlob } from "./new-blob.ts";
import { inSolidOrder } from "./solid-encoder.ts";
import { type CapturedTree, dataBytes, type Source } from "./tree-capture.ts";
import type { WimWriter } from "./wim-writer.ts";

/**
 * Writes the data of trees that the file lacks, and sets the streams of their dentries.
 *
 * @param phase what the progress is called
 * @returns bytes of the blobs that were new to the file, and what they take in it
 */
export async function storeTrees(
  writer: WimWriter,
  trees: readonly CapturedTree[],
  phase: string,
  operation: LongOperation,
): Promise<{ newBytes: number; storedBytes: number }> {
  const total = trees.flatMap(({ sources }) => sources).reduce((sum, { entry }) => sum + dataBytes(entry), 0);
  const progress = new ProgressCounter(operation, phase, "bytes", total);
  let newBytes = 0;
  let storedBytes = 0;
  for (const { volume, sources, links } of trees) {
    const blobs = newBlobs(writer, volume, sources, progress, operation);
    if (writer.isSolid) {
      const waiting: NewBlob[] = [];
      for await (const blob of blobs) waiting.push(blob);
      const size = waiting.reduce((sum, blob) => sum + blob.size, 0);
      storedBytes += await writer.writeSolid(inSolidOrder(waiting), size, operation);
      newBytes += size;
    } else {
      await writer.writeBlobs(blobs, operation, ({ size, storedSize }) => {
        newBytes += size;
        storedBytes += storedSize;
      });
    }
    for (const { dentry, streams } of sources) setInodeStreams(dentry, streams);
    // Further names of a file have its streams.
    for (const [dentry, first] of links) {
      dentry.mainHash = first.mainHash;
      dentry.extraStreams = first.extraStreams;
    }
  }
  return { newBytes, storedBytes };
}

/** Bytes that are read at once of a stream that is too large for one read. */
const PIECE = 1 << 18;

/** Reads each stream once, hashes it, and gives out those that the file does not have. */
async function* newBlobs(
  writer: WimWriter,
  volume: Volume,
  sources: readonly Source[],
  progress: ProgressCounter,
  operation: LongOperation,
): AsyncGenerator<NewBlob> {
  const buffer = new Uint8Array(LARGE_BLOB + 1);
  for (const { entry, dentry, streams } of sources) {
    if (entry.reparseTag !== 0) {
      const point = await volume.reparsePoint(entry);
      if (point) {
        dentry.reparseReserved = point.reserved;
        dentry.reparseFlags = point.fixed ? 0 : REPARSE_NOT_FIXED;
        streams.reparse = digest("sha1", point.data);
        if (writer.claim(streams.reparse)) {
          yield { sha1: streams.reparse, size: point.data.length, bytes: point.data };
        }
      }
    }
    if (entry.size > 0) {
      const { sha1, blob } = await readStream(
        writer,
        volume,
        entry,
        { name: "", size: entry.size, sha1: entry.sha1 },
        buffer,
        operation,
      );
      streams.data = sha1;
      if (blob && writer.claim(sha1)) yield blob;
      progress.add(entry.size, entry.path);
    }
    for (const stream of entry.streams) {
      const { sha1, blob } = await readStream(writer, volume, entry, stream, buffer, operation);
      streams.named.push({ name: stream.name, sha1 });
      if (blob && writer.claim(sha1)) yield blob;
      progress.add(stream.size, entry.path);
    }
  }
}

/**
 * Hashes a stream. Data whose hash the volume stores and that the file has already is not read.
 *
 * @param buffer memory for it
 * @returns `blob` is missing where there is nothing to write
 */
async function readStream(
  writer: WimWriter,
  volume: Volume,
  entry: VolumeEntry,
  { name, size, sha1: known }: VolumeStream,
  buffer: Uint8Array,
  operation: LongOperation,
): Promise<{ sha1: string; blob?: NewBlob }> {
  if (known !== undefined && writer.has(known)) return { sha1: known };
  if (size <= LARGE_BLOB) {
    const bytes = await volume.read(entry, name, buffer);
    if (bytes.length === 0) return { sha1: ZERO_HASH };
    const sha1 = digest("sha1", bytes);
    // A solid resource is written when all is hashed, and in another order: its data is read again.
    const again = writer.isSolid ? () => volume.open(entry, name) : bytes;
    return { sha1, blob: { sha1, size: bytes.length, bytes: again, name: entry.name } };
  }
  const access = await volume.open(entry, name);
  try {
    if (access.size === 0) return { sha1: ZERO_HASH };
    const hash = createHash("sha1");
    for (let offset = 0; offset < access.size; offset += PIECE) {
      throwIfCancelled(operation);
      hash.update(await access.read(offset, Math.min(PIECE, access.size - offset), buffer));
    }
    const sha1 = hash.digest("hex");
    return { sha1, blob: { sha1, size: access.size, bytes: () => volume.open(entry, name), name: entry.name } };
  } finally {
    await access.close();
  }
}
