import {
  type Finding,
  Findings,
  isRealDirectory,
  type LongOperation,
  ProgressCounter,
  readPieces,
  walk,
} from "@adk/core";
import type { DiscEntry } from "./disc-entry.ts";
import type { IsoImage } from "./iso-image.ts";
import { openIsoVolume } from "./iso-volume.ts";
import { SECTOR } from "./sector.ts";

export interface VerifyIsoResult {
  readonly ok: boolean;
  readonly files: number;
  /** Bytes that were read. */
  readonly bytes: number;
  readonly findings: readonly Finding[];
}

/**
 * Walks every file system of a disc, reads all data, and checks that no two files share a part of their data: the same data
 * from its first byte on is how equal files are stored, and is well.
 */
export async function verifyIso(image: IsoImage, operation: LongOperation = {}): Promise<VerifyIsoResult> {
  const findings = new Findings();
  const progress = new ProgressCounter(operation, "verify", "bytes", image.access.size);
  let [files, bytes] = [0, 0];
  const read = new Set<number>();
  for (const tree of image.trees) {
    const volume = openIsoVolume(image, tree.kind);
    const pieces: Piece[] = [];
    for await (const batch of walk(volume)) {
      for (const entry of batch) {
        if (isRealDirectory(entry)) continue;
        files++;
        const { extents } = (entry as unknown as { entry: DiscEntry }).entry;
        for (const { offset, length } of extents)
          if (offset !== undefined) pieces.push({ offset, length, path: entry.path });
        const first = extents[0]?.offset;
        if (first !== undefined && read.has(first)) continue;
        if (first !== undefined) read.add(first);
        try {
          for await (const piece of readPieces(await volume.open(entry))) {
            bytes += piece.length;
            progress.add(piece.length, entry.path);
          }
        } catch (error) {
          findings.fromError(error);
        }
      }
    }
    findOverlaps(pieces, findings, image.access.name);
  }
  if (image.primary && image.primary.volumeSize * SECTOR > image.access.size) {
    findings.error("ISO_TRUNCATED", "The image is shorter than its volume says.", { file: image.access.name });
  }
  for (const finding of image.findings.list) findings.add(finding);
  return { ok: !findings.hasErrors, files, bytes, findings: findings.list };
}

interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly path: string;
}

function findOverlaps(pieces: readonly Piece[], findings: Findings, file: string): void {
  const sorted = [...pieces].sort((a, b) => a.offset - b.offset || b.length - a.length);
  let last: Piece | undefined;
  for (const piece of sorted) {
    const inside = last && piece.offset < last.offset + last.length && piece.offset !== last.offset;
    if (last && inside) {
      const message = `The data of ${piece.path} lies in that of ${last.path}.`;
      findings.warning("ISO_OVERLAP", message, { file, path: piece.path, offset: piece.offset });
    }
    if (!last || piece.offset + piece.length > last.offset + last.length) last = piece;
  }
}
