import { AdkError, type LongOperation, ProgressCounter, stampTime } from "@adk/core";
import { openBlob } from "./blob-access.ts";
import { BlobDecoder } from "./blob-decoder.ts";
import { LARGE_BLOB, type NewBlob } from "./blob-encoder.ts";
import type { Blob } from "./blobs.ts";
import { inPlaceOrder } from "./decode-plan.ts";
import { streamHashes } from "./inode-streams.ts";
import type { ImageMetadata } from "./metadata.ts";
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
  const { wanted, shared } = neededBlobs(file, metadata, index, writer);
  const total = wanted.reduce((sum, blob) => sum + blob.size, 0);
  const progress = new ProgressCounter(options, "export", "bytes", total);
  const raw = wanted.filter((blob) => !options.recompress && isCopyable(blob, writer));
  for (const blob of raw) {
    if (blob.storage.kind !== "resource") continue;
    const { part, resource } = blob.storage;
    await writer.copyResource(blob.sha1, part.access, resource, options);
    progress.add(blob.size);
  }
  const copied = new Set(raw);
  const rest = wanted.filter((blob) => !copied.has(blob));
  if (rest.length > 0) {
    await using decoder = await BlobDecoder.create(options.threads);
    await writer.writeBlobs(decodedBlobs(file, decoder, rest, progress), options);
  }
  const properties = await writer.addImage(metadata, source);
  if (options.name !== undefined) properties.set("NAME", name);
  if (options.description !== undefined) properties.set("DESCRIPTION", options.description);
  if (properties.getTime("CREATIONTIME") === undefined) properties.setTime("CREATIONTIME", stampTime());
  return { index: writer.imageCount, copied: raw.length, recompressed: rest.length, shared };
}

/** The blobs of an image that the target lacks, in the order in which they lie in the source. */
function neededBlobs(
  file: WimFile,
  { root }: ImageMetadata,
  index: number,
  writer: WimWriter,
): { wanted: Blob[]; shared: number } {
  const needed = new Map<string, Blob>();
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
    }
    for (const child of dentry.children ?? []) pending.push(child);
  }
  const wanted = [...needed.values()].filter(({ sha1 }) => writer.claim(sha1));
  return { wanted: inPlaceOrder(wanted), shared: needed.size - wanted.length };
}

function isCopyable({ storage }: Blob, writer: WimWriter): boolean {
  if (storage.kind === "solid") return false;
  const { compression, chunkSize, pipable } = storage.part.header;
  const sameChunks = compression === "none" || chunkSize === writer.chunkSize;
  return compression === writer.compression && sameChunks && !pipable;
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

/** Blobs of solid resources are decoded in the order of the resource: reading them apart would decode each chunk many times. */
function isRangeReadable({ storage }: Blob): boolean {
  return storage.kind === "resource";
}
