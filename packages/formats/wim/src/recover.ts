import {
  AdkError,
  digest,
  type Finding,
  Findings,
  type Limits,
  type LongOperation,
  ProgressCounter,
  type RandomAccess,
  withLimits,
} from "@adk/core";
import { BlobDecoder } from "./blob-decoder.ts";
import { openDamaged } from "./damaged-file.ts";
import type { Dentry } from "./dentry.ts";
import { exportImage } from "./export.ts";
import { streamHashes } from "./inode-streams.ts";
import { type LostPath, removeLost } from "./lost-streams.ts";
import { readResource } from "./resource-reader.ts";
import type { WimFile } from "./wim-file.ts";
import { WimWriter } from "./wim-writer.ts";
import type { WriteOptions } from "./write-options.ts";

export interface RecoverOptions extends LongOperation {
  readonly threads?: number | undefined;
  /** Replace a file that is in the place of the new one. */
  readonly overwrite?: boolean | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

export interface RecoverResult {
  /** Nothing was lost, as far as the file still tells what it held. */
  readonly ok: boolean;
  readonly images: readonly RecoveredImage[];
  readonly lost: readonly (LostPath & { readonly image: number })[];
  readonly blobs: BlobStates;
  readonly findings: readonly Finding[];
}

export interface RecoveredImage {
  /** In the damaged file. */
  readonly index: number;
  readonly name: string;
  /** False where the metadata cannot be read: nothing tells what the image held. */
  readonly recovered: boolean;
  /** Files and streams without their data. */
  readonly lostFiles: number;
}

export interface BlobStates {
  readonly intact: number;
  /** In the lookup table, but not with the SHA-1 that they should have. */
  readonly corrupt: number;
  /** Referred to by an image, and not in the lookup table. */
  readonly missing: number;
  /** Intact, and no image that could be read refers to them. */
  readonly unreferenced: number;
}

/**
 * Saves what can be read of a damaged file into a new one. A lookup table and XML data that are not where the header says are
 * looked for in all of the file; data counts if it has its SHA-1, and is copied as it is stored. Files whose data is lost are
 * left out of their images and listed. Nothing tells where data begins when there is no lookup table at all: of a file that was
 * cut off before it nothing can be saved.
 *
 * @param source it is not closed
 * @throws AdkError `WIM_NOTHING_RECOVERABLE`, `WIM_ENCRYPTED`, `ALREADY_EXISTS` unless `overwrite`
 */
export async function recoverWim(source: RandomAccess, path: string, options: RecoverOptions): Promise<RecoverResult> {
  const findings = new Findings();
  const limits = withLimits(options.limits);
  const file = await openDamaged(source, limits, findings, options);
  const states = await checkBlobs(file, options);
  const trees = await readTrees(file, findings, limits);
  if (!trees.some((tree) => tree !== undefined)) {
    throw new AdkError("WIM_NOTHING_RECOVERABLE", "The metadata of no image can be read.", {
      file: source.name,
      found: `${file.imageCount} images, ${states.size} blobs`,
      hint: "Without metadata the data has no names; nothing was written.",
    });
  }

  const { threads, overwrite } = options;
  await using writer = await WimWriter.create(path, { ...newForm(file), threads, overwrite });
  const images: RecoveredImage[] = [];
  const lost: (LostPath & { image: number })[] = [];
  const referenced = new Set<string>();
  let bootIndex = 0;
  for (const [i, root] of trees.entries()) {
    const index = i + 1;
    const name = nameFor(file, index, writer);
    if (!root) {
      images.push({ index, name, recovered: false, lostFiles: 0 });
      continue;
    }
    for (const sha1 of hashesOf(root)) referenced.add(sha1);
    const here = removeLost(root, (sha1) => (states.has(sha1) ? states.get(sha1) : "missing"));
    for (const each of here) lost.push({ image: index, ...each });
    const exported = await exportImage(file, index, writer, { ...options, name });
    if (file.header.bootIndex === index) bootIndex = exported.index;
    images.push({ index, name, recovered: true, lostFiles: here.length });
  }
  for (const { index, name } of file.xml.images) {
    if (index > trees.length) images.push({ index, name, recovered: false, lostFiles: 0 });
  }
  await writer.finish({ ...options, bootIndex });
  const blobs = count(states, referenced);
  const list = [...findings.list, ...file.findings.list];
  const isWhole = lost.length === 0 && images.every(({ recovered }) => recovered);
  const ok = isWhole && !list.some(({ severity }) => severity === "error");
  return { ok, images, lost, blobs, findings: list };
}

/** That of the file, so that its data can be copied. Solid data is compressed anew, which as LZX takes the least time. */
function newForm({ header, table }: WimFile): WriteOptions {
  for (const { storage } of table.blobs.values()) if (storage.kind === "solid") return { compression: "lzx" };
  return { compression: header.compression, chunkSize: header.chunkSize || undefined };
}

/** Decodes all data. @returns of each hash `corrupt`, or undefined where it is whole */
async function checkBlobs(file: WimFile, options: RecoverOptions): Promise<ReadonlyMap<string, "corrupt" | undefined>> {
  const states = new Map<string, "corrupt" | undefined>();
  const blobs = [...file.table.blobs.values()];
  const total = blobs.reduce((sum, { size }) => sum + size, 0);
  const progress = new ProgressCounter(options, "check", "bytes", total);
  await using decoder = await BlobDecoder.create(options.threads, total);
  for await (const { blob, last, error } of decoder.decode(blobs, { wantData: false })) {
    if (!last) continue;
    states.set(blob.sha1, error ? "corrupt" : undefined);
    progress.add(blob.size);
  }
  return states;
}

/** The trees of the images, undefined for one that cannot be read. */
async function readTrees(file: WimFile, findings: Findings, limits: Limits): Promise<(Dentry | undefined)[]> {
  const trees: (Dentry | undefined)[] = [];
  for (const [i, { sha1, storage }] of file.table.metadata.entries()) {
    const where = { file: `${file.access.name}:${i + 1}`, offset: storage.resource.offset };
    try {
      const { root } = await file.metadata(i + 1);
      const bytes = await readResource(storage.part.access, storage.resource, storage.part.header, limits);
      if (digest("sha1", bytes) !== sha1) {
        const message = "The metadata of the image is damaged; names, times and files may be wrong or missing.";
        findings.error("WIM_METADATA_CORRUPT", message, where);
      }
      trees.push(root);
    } catch (error) {
      if (!(error instanceof AdkError) || error.kind !== "input") throw error;
      findings.error("WIM_METADATA_LOST", `The metadata of the image cannot be read: ${error.message}`, where);
      trees.push(undefined);
    }
  }
  return trees;
}

/** The name of an image; one that is missing or taken gets a number. */
function nameFor(file: WimFile, index: number, writer: WimWriter): string {
  const name = file.properties(index).name || `Recovered image ${index}`;
  return writer.imageNames.includes(name) ? `${name} (${index})` : name;
}

function hashesOf(root: Dentry): Set<string> {
  const hashes = new Set<string>();
  const pending = [root];
  for (let dentry = pending.pop(); dentry; dentry = pending.pop()) {
    for (const sha1 of streamHashes(dentry)) hashes.add(sha1);
    for (const child of dentry.children ?? []) pending.push(child);
  }
  return hashes;
}

function count(states: ReadonlyMap<string, "corrupt" | undefined>, referenced: ReadonlySet<string>): BlobStates {
  let [intact, corrupt, missing, unreferenced] = [0, 0, 0, 0];
  for (const [sha1, state] of states) {
    if (state) corrupt++;
    else intact++;
    if (!state && !referenced.has(sha1)) unreferenced++;
  }
  for (const sha1 of referenced) if (!states.has(sha1)) missing++;
  return { intact, corrupt, missing, unreferenced };
}
