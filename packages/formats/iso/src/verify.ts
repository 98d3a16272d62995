import {
  AdkError,
  checkName,
  type Finding,
  Findings,
  isRealDirectory,
  type LongOperation,
  ProgressCounter,
  walk,
} from "@adk/core";
import type { DiscTree } from "./disc-entry.ts";
import type { IsoImage } from "./iso-image.ts";
import { discEntryOf, openIsoVolume } from "./iso-volume.ts";
import { checkPathTables } from "./path-table-check.ts";
import { SECTOR } from "./sector.ts";

export interface VerifyIsoResult {
  readonly ok: boolean;
  /** Files of all file systems of the disc. */
  readonly files: number;
  /** Bytes that were read: what files share counts once. */
  readonly bytes: number;
  readonly findings: readonly Finding[];
}

/** Bytes that are read together. */
const PIECE = 4 << 20;

/**
 * Walks every file system of a disc, reads all data, and checks that no two files share a part of their data: the same data
 * from its first byte on is how equal files are stored, and is well. Names that Windows cannot have, data beyond the end of the
 * image, path tables and boot images that lead elsewhere are told of too.
 */
export async function verifyIso(image: IsoImage, operation: LongOperation = {}): Promise<VerifyIsoResult> {
  const { access } = image;
  const findings = new Findings();
  const pieces: Piece[] = [];
  let files = 0;
  for (const tree of image.trees) {
    const walked = await walkTree(image, tree, findings);
    findOverlaps(walked.pieces, findings, access.name);
    for (const piece of walked.pieces) pieces.push(piece);
    files += walked.files;
    if (tree.kind !== "udf") await checkPathTables(image, tree.kind, walked.directories, findings);
  }
  checkEnds(image, findings);
  const bytes = await readPieces(image, pieces, findings, operation);
  for (const finding of image.findings.list) findings.add(finding);
  return { ok: !findings.hasErrors, files, bytes, findings: findings.list };
}

interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly path: string;
}

interface WalkedTree {
  readonly files: number;
  /** Data of files and directories. */
  readonly pieces: readonly Piece[];
  /** Sectors of the directories by their paths; missing if not all of them could be found. */
  readonly directories: ReadonlyMap<string, number> | undefined;
}

async function walkTree(image: IsoImage, tree: DiscTree, findings: Findings): Promise<WalkedTree> {
  const pieces: Piece[] = [];
  const directories = new Map<string, number>();
  let files = 0;
  let isWhole = true;
  try {
    for await (const batch of walk(openIsoVolume(image, tree.kind))) {
      for (const entry of batch) {
        const { path, name } = entry;
        const { extents, place } = discEntryOf(entry);
        if (isRealDirectory(entry)) directories.set(path, place / SECTOR);
        else files++;
        const problem = path === "/" ? undefined : checkName(name);
        if (problem) {
          const message = `Windows cannot have this name (${problem}).`;
          findings.warning("ISO_NAME_NOT_FOR_WINDOWS", message, { file: image.access.name, path });
        }
        for (const { offset, length } of extents) if (offset !== undefined) pieces.push({ offset, length, path });
      }
    }
  } catch (error) {
    findings.fromError(error);
    isWhole = false;
  }
  return { files, pieces, directories: isWhole ? directories : undefined };
}

function checkEnds({ primary, access, boot, bootCatalog }: IsoImage, findings: Findings): void {
  const file = access.name;
  if (primary && primary.volumeSize * SECTOR > access.size) {
    findings.error("ISO_TRUNCATED", "The image is shorter than its volume says.", { file });
  }
  for (const { extent, bootable } of boot) {
    if (bootable && extent * SECTOR >= access.size) {
      findings.error("ISO_BAD_BOOT_ENTRY", "A boot image lies beyond the end of the image.", {
        file,
        offset: (bootCatalog ?? 0) * SECTOR,
      });
    }
  }
}

/** Reads what is on the disc in the order in which it lies there, each byte once. */
async function readPieces(
  { access }: IsoImage,
  pieces: Piece[],
  findings: Findings,
  operation: LongOperation,
): Promise<number> {
  const sorted = pieces.sort((a, b) => a.offset - b.offset);
  const progress = new ProgressCounter(operation, "verify", "bytes", access.size);
  const buffer = new Uint8Array(Math.min(PIECE, access.size));
  let at = 0;
  let bytes = 0;
  for (const { offset, length, path } of sorted) {
    const end = offset + length;
    if (end > access.size) {
      const message = "Data lies beyond the end of the image.";
      findings.error("UNEXPECTED_END", message, { file: access.name, offset, path });
    }
    for (at = Math.max(at, offset); at < Math.min(end, access.size); ) {
      const count = Math.min(buffer.length, Math.min(end, access.size) - at);
      try {
        await access.read(at, count, buffer);
        bytes += count;
      } catch (error) {
        if (!(error instanceof AdkError) || error.kind === "environment") throw error;
        findings.add({
          severity: "error",
          code: error.code,
          message: error.message,
          where: { file: access.name, offset: at, path },
        });
      }
      at += count;
      progress.add(count, path);
    }
  }
  return bytes;
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
