import { AdkError, type LongOperation, ProgressCounter, stampTime } from "@adk/core";
import { openBlob } from "./blob-access.ts";
import { BlobDecoder } from "./blob-decoder.ts";
import type { Blob, OwnStorage } from "./blobs.ts";
import { type SolidMember, solidsOf } from "./contents.ts";
import { inPlaceOrder } from "./decode-plan.ts";
import { streamHashes } from "./inode-streams.ts";
import type { ImageMetadata } from "./metadata.ts";
import { LARGE_BLOB, type NewBlob } from "./new-blob.ts";
import { inSolidOrder, SOLID_CHUNK_SIZE } from "./solid-encoder.ts";
import type { WimFile } from "./wim-file.ts";
import type { WimWriter } from "./wim-writer.ts";

export interface ExportOptions extends LongOperation {
  readonly threads?: number | undefined;
  /** New name and description of the image; default: as they are. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Decode and compress again what could be copied as it is stored. */
  readonly recompress?: boolean | undefined;
}

export interface ExportResult {
  readonly index: number;
  /** Blobs that were copied as they are stored, that were compressed anew, and that the file had already. */
  readonly copied: number;
  readonly recompressed: number;
  readonly shared: number;
}

/** Adds an image of a file to another file. The writer is not finished: more images may follow. */
export async function exportImage(
  file: WimFile,
  index: number,
  writer: WimWriter,
  options: ExportOptions = {},
): Promise<ExportResult> {
  const metadata = await file.metadata(index);
  const source = file.properties(index);
  const name = options.name ?? source.name;
  if (name !== "" && writer.imageNames.includes(name)) {
    throw new AdkError("WIM_NAME_TAKEN", `The file has an image named "${name}" already.`, {
      kind: "usage",
      file: file.access.name,
      hint: "Give the exported image another name with --name.",
    });
  }
  const { wanted, names, shared } = neededBlobs(file, metadata, index, writer);
  const progress = new ProgressCounter(options, "export", "bytes", totalOf(wanted));
  const copied = options.recompress ? new Set<Blob>() : await copyStored(wanted, writer, options, progress);
  const rest = wanted.filter((blob) => !copied.has(blob));
  if (rest.length > 0) {
    await using decoder = await BlobDecoder.create(options.threads, totalOf(rest));
    if (writer.isSolid)
      await writer.writeSolid(solidBlobs(file, decoder, rest, names, progress), totalOf(rest), options);
    else await writer.writeBlobs(decodedBlobs(file, decoder, rest, progress), options);
  }
  const properties = await writer.addImage(metadata, source);
  if (options.name !== undefined) properties.set("NAME", name);
  if (options.description !== undefined) properties.set("DESCRIPTION", options.description);
  if (properties.getTime("CREATIONTIME") === undefined) properties.setTime("CREATIONTIME", stampTime());
  return { index: writer.imageCount, copied: copied.size, recompressed: rest.length, shared };
}

/** The blobs of an image that the target lacks, in the order in which they lie in the source. */
function neededBlobs(
  file: WimFile,
  { root }: ImageMetadata,
  index: number,
  writer: WimWriter,
): { wanted: Blob[]; names: ReadonlyMap<string, string>; shared: number } {
  const needed = new Map<string, Blob>();
  const names = new Map<string, string>();
  const pending = [root];
  for (let dentry = pending.pop(); dentry; dentry = pending.pop()) {
    for (const sha1 of streamHashes(dentry)) {
      const blob = file.blob(sha1);
      if (!blob) {
        throw new AdkError("WIM_BLOB_MISSING", `The data of a file is missing: no blob has SHA-1 ${sha1}.`, {
          file: `${file.access.name}:${index}`,
          hint: "Of a split set, join the parts first. `adk wim verify` lists all that is missing.",
        });
      }
      needed.set(sha1, blob);
      if (!names.has(sha1)) names.set(sha1, dentry.name);
    }
    for (const child of dentry.children ?? []) pending.push(child);
  }
  const wanted = [...needed.values()].filter(({ sha1 }) => writer.claim(sha1));
  return { wanted: inPlaceOrder(wanted), names, shared: needed.size - wanted.length };
}

/** Copies what the target can hold as it is stored. */
async function copyStored(
  wanted: readonly Blob[],
  writer: WimWriter,
  operation: LongOperation,
  progress: ProgressCounter,
): Promise<Set<Blob>> {
  const copied = new Set<Blob>();
  if (writer.isSolid) {
    for (const [solid, members] of solidsOf(wanted)) {
      // One of which most is not needed would carry that along.
      if (3 * totalOf(members) < 2 * solid.header.size) continue;
      await writer.copySolid(solid, members.map(asMember), operation);
      for (const blob of members) copied.add(blob);
      progress.add(totalOf(members));
    }
    return copied;
  }
  for (const blob of wanted) {
    if (blob.storage.kind !== "resource" || !isCopyable(blob.storage, writer)) continue;
    const { part, resource } = blob.storage;
    await writer.copyResource(blob.sha1, part.access, resource, operation);
    copied.add(blob);
    progress.add(blob.size);
  }
  return copied;
}

function isCopyable({ part }: OwnStorage, writer: WimWriter): boolean {
  const { compression, chunkSize, pipable } = part.header;
  const sameChunks = compression === "none" || chunkSize === writer.chunkSize;
  return compression === writer.compression && sameChunks && !pipable;
}

function asMember({ sha1, size, storage }: Blob): SolidMember {
  return { sha1, size, references: 0, offset: storage.kind === "solid" ? storage.offset : 0 };
}

function totalOf(blobs: readonly Blob[]): number {
  return blobs.reduce((sum, { size }) => sum + size, 0);
}

/** What can be read anywhere in the best order; then what was solid, in the order that it has. */
async function* solidBlobs(
  file: WimFile,
  decoder: BlobDecoder,
  blobs: readonly Blob[],
  names: ReadonlyMap<string, string>,
  progress: ProgressCounter,
): AsyncGenerator<NewBlob> {
  const own = blobs.filter(({ storage }) => storage.kind === "resource");
  const named = own.map(({ sha1, size }): NewBlob => {
    return { sha1, size, bytes: () => openBlob(file, sha1, `${file.access.name} ${sha1}`), name: names.get(sha1) };
  });
  for await (const blob of inSolidOrder(named)) {
    yield blob;
    progress.add(blob.size);
  }
  const others = blobs.filter(({ storage }) => storage.kind === "solid");
  yield* decodedBlobs(file, decoder, others, progress);
}

/** Blobs with their data, decoded ahead by the workers; large ones are decoded again, piece by piece, when they are written. */
async function* decodedBlobs(
  file: WimFile,
  decoder: BlobDecoder,
  blobs: readonly Blob[],
  progress: ProgressCounter,
): AsyncGenerator<NewBlob> {
  const large = new Set(blobs.filter((blob) => blob.size > LARGE_BLOB && isRangeReadable(blob)));
  for (const { sha1, size } of large) {
    yield { sha1, size, bytes: () => openBlob(file, sha1, `${file.access.name} ${sha1}`) };
    progress.add(size);
  }
  const rest = blobs.filter((blob) => !large.has(blob));
  const partly = new Map<Blob, Uint8Array>();
  for await (const { blob, offset, bytes, last, error } of decoder.decode(rest, { wantData: true })) {
    progress.add(0);
    if (error) throw error;
    if (!bytes) continue;
    const { sha1, size } = blob;
    let whole = bytes.length === size ? bytes : partly.get(blob);
    if (!whole) {
      whole = new Uint8Array(size);
      partly.set(blob, whole);
    }
    if (whole !== bytes) whole.set(bytes, offset);
    if (!last) continue;
    partly.delete(blob);
    yield { sha1, size, bytes: whole };
    progress.add(size);
  }
}

/**
 * Blobs of solid resources are decoded in the order of the resource: reading them apart decodes the chunks that they share
 * with others again, which pays only for those that would fill the memory.
 */
function isRangeReadable({ storage, size }: Blob): boolean {
  return storage.kind === "resource" || size > SOLID_CHUNK_SIZE;
}
