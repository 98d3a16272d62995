import {
  AdkError,
  ByteWriter,
  check,
  digestBytes,
  FILETIME_MAX,
  type Filetime,
  type Finding,
  Findings,
  type LongOperation,
  ProgressCounter,
  stampTime,
  toHex,
  type Volume,
} from "@adk/core";
import { type DiskPiece, PIECE_BYTES, PieceMemory, SECTOR } from "../pieces.ts";
import { FAT_ENTRIES_AT_ONCE, type Run, writeFatPiece } from "./allocation.ts";
import {
  type BootSector,
  clusterCount,
  type FatKind,
  firstDataSector,
  rootSectors,
  writeBootSector,
} from "./boot-sector.ts";
import { writeFsInfo } from "./fs-info.ts";
import { defaultFatKind, layoutOf, ROOT_ENTRIES, sizeFor } from "./geometry.ts";
import { directoryBytes, directoryEntries, type FatNode, type FatTree, readTree, writeDirectory } from "./tree.ts";

export interface FatOptions extends LongOperation {
  /** Bytes of the volume. Default: the smallest multiple of 1 MiB that holds the content and `free`. */
  readonly size?: number | undefined;
  /** Bytes beyond the content where `size` is not given. Default 0. */
  readonly free?: number | undefined;
  /** Default by the size: FAT12 up to 8 MiB, FAT16 below 512 MiB, else FAT32. */
  readonly kind?: FatKind | undefined;
  /** At most eleven characters; small letters become capitals. Default none. */
  readonly label?: string | undefined;
  /** Sectors before the volume on its disk. */
  readonly hiddenSectors?: number | undefined;
  /** FILETIME that identities are made of; files keep their times. Default: SOURCE_DATE_EPOCH, which no time exceeds then, or the present. */
  readonly time?: Filetime | undefined;
  /** Serial number. Default: made of names, sizes, times and `SOURCE_DATE_EPOCH` or the present time. */
  readonly volumeId?: number | undefined;
}

/** A FAT volume that is ready to be written: where everything goes is decided, no file was read yet. */
export interface FatPlan {
  readonly boot: BootSector;
  /** Bytes of the volume. */
  readonly size: number;
  readonly files: number;
  readonly directories: number;
  /** Bytes of the files. */
  readonly bytes: number;
  readonly freeBytes: number;
  /** SHA-1 in hex of names, sizes and times: by it a disk gets identities that are the same for the same content. */
  readonly identity: string;
  readonly findings: readonly Finding[];
  readonly volume: Volume;
  readonly tree: FatTree;
  readonly latest: bigint;
}

const FIRST_CLUSTER = 2;

/**
 * Decides where the files of a volume go on a new FAT volume.
 *
 * Times are taken as UTC; none is later than `SOURCE_DATE_EPOCH`, where that is set.
 *
 * @throws AdkError `FAT_BAD_SIZE`, `FAT_BAD_LABEL`, `FAT_FULL` and what FAT cannot hold: `FAT_BAD_NAME`,
 *   `FAT_NAME_COLLISION`, `FAT_NO_LINKS`, `FAT_FILE_TOO_LARGE`, `FAT_DIRECTORY_FULL`
 */
export async function planFat(volume: Volume, options: FatOptions = {}): Promise<FatPlan> {
  const findings = new Findings();
  const label = checkLabel(options.label ?? "");
  const tree = await readTree(volume, findings, options);
  const bytes = tree.files.reduce((sum, { entry }) => sum + entry.size, 0);
  const rootEntries = Math.max(ROOT_ENTRIES, directoryEntries(tree.root) + 1);
  const needs = (clusterBytes: number, kind: FatKind) => clustersOf(tree, clusterBytes, kind);
  const kind = options.kind ?? defaultFatKind(options.size ?? bytes + (options.free ?? 0));
  const size = options.size ?? sizeFor((cluster) => needs(cluster, kind), kind, options.free ?? 0, rootEntries);
  const layout = layoutOf(size, kind, rootEntries);
  const clusterBytes = layout.sectorsPerCluster * SECTOR;
  const used = allocate(tree, clusterBytes, kind);
  const now = options.time ?? stampTime();
  const latest = options.time === undefined ? latestTime(now) : FILETIME_MAX;
  const identity = identityOf(tree, label, now, latest);
  const volumeId = options.volumeId ?? Number.parseInt(identity.slice(0, 8), 16);
  const boot = { ...layout, hiddenSectors: options.hiddenSectors ?? 0, volumeId, label };
  const free = clusterCount(boot) - used;
  check(free >= 0, () => {
    return new AdkError("FAT_FULL", "The content does not fit.", {
      kind: "usage",
      expected: `at most ${clusterCount(boot) * clusterBytes} bytes in clusters of ${clusterBytes}`,
      found: `${used * clusterBytes} bytes`,
      hint: "Choose a larger size, or none: then the volume gets the size that is needed.",
    });
  });
  return {
    boot,
    size,
    files: tree.files.length,
    directories: tree.directories.length - 1,
    bytes,
    freeBytes: free * clusterBytes,
    identity,
    findings: findings.list,
    volume,
    tree,
    latest,
  };
}

/** @throws AdkError `FAT_BAD_LABEL` */
function checkLabel(label: string): string {
  const upper = label.toUpperCase();
  const good = /^[A-Z0-9!#$%&'()\-@^_`{}~ ]{0,11}$/.test(upper) && upper === upper.trim();
  check(good, () => {
    return new AdkError("FAT_BAD_LABEL", "FAT cannot have this label.", {
      kind: "usage",
      expected: "at most 11 letters, digits, spaces and !#$%&'()-@^_`{}~",
      found: label,
    });
  });
  return upper;
}

/** Clusters of one node; a fixed root directory has none. */
function clustersOfNode(node: FatNode, clusterBytes: number, kind: FatKind): number {
  if (!node.children) return Math.ceil(node.entry.size / clusterBytes);
  return !node.parent && kind !== 32 ? 0 : Math.ceil(directoryBytes(node) / clusterBytes);
}

function clustersOf({ directories, files }: FatTree, clusterBytes: number, kind: FatKind): number {
  const sum = (nodes: readonly FatNode[]) =>
    nodes.reduce((total, node) => total + clustersOfNode(node, clusterBytes, kind), 0);
  return sum(directories) + sum(files);
}

/** Each node's clusters follow each other, directories before files: so one pass writes all. @returns clusters in all */
function allocate({ directories, files }: FatTree, clusterBytes: number, kind: FatKind): number {
  let next = FIRST_CLUSTER;
  for (const nodes of [directories, files]) {
    for (const node of nodes) {
      node.clusters = clustersOfNode(node, clusterBytes, kind);
      node.firstCluster = node.clusters > 0 ? next : 0;
      next += node.clusters;
    }
  }
  return next - FIRST_CLUSTER;
}

/** A build that is repeated has files with later times, as they were made anew. */
function latestTime(now: bigint): bigint {
  return process.env.SOURCE_DATE_EPOCH ? now : FILETIME_MAX;
}

function identityOf({ directories, files }: FatTree, label: string, now: bigint, latest: bigint): string {
  const writer = new ByteWriter(1 << 12).utf16(label).u64(now);
  for (const nodes of [directories, files]) {
    for (const { entry } of nodes) {
      const time = entry.lastWriteTime < latest ? entry.lastWriteTime : latest;
      writer.utf16(entry.path).u16(0).size64(entry.size).u64(time);
    }
  }
  return toHex(digestBytes("sha1", writer.finish()));
}

/**
 * The volume itself, piece by piece; what lies between the pieces is zeros. Files are read as they are needed.
 *
 * @throws AdkError `FAT_FILE_CHANGED` where a file has another size than when the plan was made
 */
export async function* fatPieces(plan: FatPlan, operation: LongOperation = {}): AsyncGenerator<DiskPiece> {
  const { boot, tree, latest } = plan;
  yield* reservedPieces(plan);
  yield* allocationPieces(plan);
  const dataStart = firstDataSector(boot) * SECTOR;
  const clusterBytes = boot.sectorsPerCluster * SECTOR;
  const offsetOf = (cluster: number) => dataStart + (cluster - FIRST_CLUSTER) * clusterBytes;
  for (const directory of tree.directories) {
    const offset = directory.clusters > 0 ? offsetOf(directory.firstCluster) : dataStart - rootSectors(boot) * SECTOR;
    yield { offset, bytes: writeDirectory(directory, boot.label, { latest }) };
  }
  const progress = new ProgressCounter(operation, "write", "bytes", plan.bytes);
  yield* filePieces(plan, offsetOf, progress);
}

/** Boot sector and FSInfo; FAT32 has both twice. */
function* reservedPieces({ boot, freeBytes }: FatPlan): Generator<DiskPiece> {
  const first = writeBootSector(boot);
  yield { offset: 0, bytes: first };
  if (boot.kind !== 32) return;
  const clusterBytes = boot.sectorsPerCluster * SECTOR;
  const free = freeBytes / clusterBytes;
  const next = FIRST_CLUSTER + clusterCount(boot) - free;
  const info = writeFsInfo({ free, next: free > 0 ? next : undefined });
  // The sector behind FSInfo belongs to the boot program and is signed too, for those who look.
  const third = new ByteWriter(SECTOR).zeros(508).u32(0xaa55_0000).finish();
  for (const start of [0, boot.backupSector]) {
    if (start > 0) yield { offset: start * SECTOR, bytes: first };
    yield { offset: (start + boot.fsInfoSector) * SECTOR, bytes: info };
    yield { offset: (start + boot.fsInfoSector + 1) * SECTOR, bytes: third };
  }
}

function* allocationPieces({ boot, tree }: FatPlan): Generator<DiskPiece> {
  const runs: Run[] = [...tree.directories, ...tree.files].filter(({ clusters }) => clusters > 0);
  const end = FIRST_CLUSTER + runs.reduce((sum, { clusters }) => sum + clusters, 0);
  for (let copy = 0; copy < boot.fats; copy++) {
    const start = (boot.reservedSectors + copy * boot.sectorsPerFat) * SECTOR;
    let run = 0;
    for (let first = 0; first < end; first += FAT_ENTRIES_AT_ONCE) {
      const count = Math.min(FAT_ENTRIES_AT_ONCE, end - first);
      const piece = writeFatPiece(boot.kind, first, count, runs, run);
      run = piece.run;
      yield { offset: start + (first * boot.kind) / 8, bytes: piece.bytes };
    }
  }
}

/** Small files are put together to pieces of 1 MiB. */
async function* filePieces(
  { tree, volume }: FatPlan,
  offsetOf: (cluster: number) => number,
  progress: ProgressCounter,
): AsyncGenerator<DiskPiece> {
  const memories = new PieceMemory();
  let memory = memories.next();
  let start = 0;
  let filled = 0;
  const take = (): DiskPiece => {
    const piece = { offset: start, bytes: memory.subarray(0, filled) };
    memory = memories.next();
    filled = 0;
    return piece;
  };
  for (const { entry, firstCluster } of tree.files) {
    if (entry.size === 0) continue;
    const place = offsetOf(firstCluster);
    await using opened = disposable(await volume.open(entry));
    const { access } = opened;
    check(access.size === entry.size, () => {
      return new AdkError("FAT_FILE_CHANGED", "The file has another size than a moment ago.", {
        file: access.name,
        expected: entry.size,
        found: access.size,
      });
    });
    for (let offset = 0; offset < entry.size; ) {
      const gap = place + offset - (start + filled);
      if (filled > 0 && filled + gap >= PIECE_BYTES) yield take();
      if (filled === 0) start = place + offset;
      else {
        memory.fill(0, filled, filled + gap);
        filled += gap;
      }
      const count = Math.min(PIECE_BYTES - filled, entry.size - offset);
      await access.read(offset, count, memory.subarray(filled, filled + count));
      filled += count;
      offset += count;
      progress.add(count, entry.path);
      if (filled === PIECE_BYTES) yield take();
    }
  }
  if (filled > 0) yield take();
}

function disposable<T extends { close(): Promise<void> }>(access: T): AsyncDisposable & { readonly access: T } {
  return { access, [Symbol.asyncDispose]: () => access.close() };
}
