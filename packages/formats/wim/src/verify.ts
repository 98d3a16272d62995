import { type Finding, Findings, type LongOperation, ProgressCounter, throwIfCancelled, toHex } from "@adk/core";
import { BlobDecoder } from "./blob-decoder.ts";
import type { Blob, WimPart } from "./blobs.ts";
import type { Dentry } from "./dentry.ts";
import { WIM_HEADER_SIZE } from "./header.ts";
import { streamHashes } from "./inode-streams.ts";
import { computeIntegrityTable, integrityPieces, parseIntegrityTable } from "./integrity-table.ts";
import { checkResource, isPresent } from "./resource-header.ts";
import type { WimFile } from "./wim-file.ts";

export interface VerifyOptions extends LongOperation {
  /** Worker threads; 1 for none. Default: one a CPU. */
  readonly threads?: number | undefined;
}

export interface VerifyResult {
  /** Everything could be read and has the hash that it should. */
  readonly ok: boolean;
  /** Blobs and uncompressed bytes that were checked, metadata included. */
  readonly blobs: number;
  readonly bytes: number;
  readonly findings: readonly Finding[];
}

/**
 * Checks all of a file: the integrity table where there is one, the metadata of every image, that each stream has its data,
 * and the SHA-1 of every blob. What is wrong is found, never thrown.
 */
export async function verifyWim(file: WimFile, options: VerifyOptions = {}): Promise<VerifyResult> {
  const findings = new Findings();
  const blobsOfFile = [...file.table.blobs.values()];
  await using decoder = await BlobDecoder.create(options.threads, totalSize(blobsOfFile));
  const { referenced, metadata } = await checkImages(file, findings, options);
  for (const part of file.parts) await checkIntegrity(part, findings, options);

  const all = [...metadata, ...blobsOfFile];
  const progress = new ProgressCounter(options, "verify", "bytes", totalSize(all));
  let blobs = 0;
  let bytes = 0;
  for await (const piece of decoder.decode(all, { wantData: false })) {
    progress.add(piece.last ? piece.blob.size : 0);
    if (!piece.last) continue;
    if (piece.error) {
      const { code, message, file: name, offset, found } = piece.error;
      const detail = found === undefined ? "" : ` Found: ${found}.`;
      findings.error(code, `${message}${detail}`, { file: name, offset, path: referenced.get(piece.blob.sha1) });
      continue;
    }
    blobs++;
    bytes += piece.blob.size;
  }
  // What opening the file had to say comes first; the metadata was read above, so it is complete now.
  const list = [...file.findings.list, ...findings.list];
  return { ok: !list.some(({ severity }) => severity === "error"), blobs, bytes, findings: list };
}

function totalSize(blobs: readonly Blob[]): number {
  return blobs.reduce((sum, { size }) => sum + size, 0);
}

/**
 * Reads every image's metadata.
 *
 * @returns for each hash that is referred to one path that does, and the metadata that could be read
 */
async function checkImages(
  file: WimFile,
  findings: Findings,
  operation: LongOperation,
): Promise<{ referenced: Map<string, string>; metadata: Blob[] }> {
  const referenced = new Map<string, string>();
  const metadata: Blob[] = [];
  for (const [i, blob] of file.table.metadata.entries()) {
    throwIfCancelled(operation);
    try {
      const { root } = await file.metadata(i + 1);
      checkStreams(file, root, i + 1, referenced, findings);
      metadata.push(blob);
    } catch (error) {
      findings.fromError(error);
    }
  }
  return { referenced, metadata };
}

function checkStreams(
  file: WimFile,
  root: Dentry,
  index: number,
  referenced: Map<string, string>,
  findings: Findings,
): void {
  const pending: [Dentry, string][] = [[root, ""]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [dentry, path] = next;
    for (const sha1 of streamHashes(dentry)) {
      if (referenced.has(sha1)) continue;
      referenced.set(sha1, path || "/");
      // Of a split set the data may lie in a part that is not open.
      if (file.blob(sha1) || !file.isComplete) continue;
      findings.error("WIM_BLOB_MISSING", `The data of a file is missing: no blob has SHA-1 ${sha1}.`, {
        file: `${file.access.name}:${index}`,
        path: path || "/",
      });
    }
    for (const child of dentry.children ?? []) pending.push([child, `${path}/${child.name}`]);
  }
}

async function checkIntegrity(part: WimPart, findings: Findings, operation: LongOperation): Promise<void> {
  const { access, header } = part;
  const resource = header.integrityTable;
  if (!isPresent(resource)) return;
  try {
    checkResource(resource, "integrity table", access.size, access.name);
    const table = parseIntegrityTable(await access.read(resource.offset, resource.size), access.name, resource.offset);
    const end = header.lookupTable.offset + header.lookupTable.storedSize;
    if (table.digests.length !== integrityPieces(end, table.chunkSize)) {
      findings.error("WIM_INTEGRITY", "The integrity table covers another number of bytes than the file has.", {
        file: access.name,
        offset: resource.offset,
      });
      return;
    }
    const actual = await computeIntegrityTable(access, end, operation, table.chunkSize);
    for (const [i, digest] of actual.digests.entries()) {
      const expected = table.digests[i];
      if (!expected || toHex(expected) === toHex(digest)) continue;
      const message = `Piece ${i + 1} of the file does not have the SHA-1 that the integrity table gives.`;
      findings.error("WIM_INTEGRITY", message, { file: access.name, offset: WIM_HEADER_SIZE + i * table.chunkSize });
    }
  } catch (error) {
    findings.fromError(error);
  }
}
