import { AdkError, alignUp, check } from "@adk/core";
import { SECTOR } from "../pieces.ts";
import {
  clusterCount,
  FAT16_CLUSTERS,
  FAT32_CLUSTERS,
  type FatKind,
  type FatLayout,
  firstDataSector,
} from "./boot-sector.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** What Windows formats a FAT32 volume with: up to so many bytes, so many sectors a cluster. */
const FAT32_CLUSTER_SECTORS: readonly (readonly [bytes: number, sectors: number])[] = [
  [260 * MIB, 1],
  [8 * GIB, 8],
  [16 * GIB, 16],
  [32 * GIB, 32],
  [Number.POSITIVE_INFINITY, 64],
];
const MOST_CLUSTER_SECTORS = 128;
/** Implementations disagree by a few clusters about where one kind ends; nobody should be near. */
const CLUSTERS_APART = 16;
const FATS = 2;
/** Entries of the fixed root directory, where its content does not need more. */
export const ROOT_ENTRIES = 512;
const FAT32_RESERVED_SECTORS = 32;
/** From this size on the first cluster begins at a multiple of 1 MiB, as Windows does it: flash is erased in large blocks. */
const ALIGN_FROM = 64 * MIB;
/** Sectors that 32 bits can count. */
const MOST_FAT_BYTES = (2 ** 32 - 1) * SECTOR;

/** The kind that a volume of a size gets where nobody asks for another. */
export function defaultFatKind(bytes: number): FatKind {
  return bytes <= 8 * MIB ? 12 : bytes < 512 * MIB ? 16 : 32;
}

/**
 * How a volume is divided.
 *
 * @param bytes its size
 * @param rootEntries entries of a fixed root directory
 * @throws AdkError `FAT_BAD_SIZE` where the kind cannot have this size
 */
export function layoutOf(bytes: number, kind: FatKind, rootEntries = ROOT_ENTRIES): FatLayout {
  const totalSectors = Math.floor(bytes / SECTOR);
  for (const sectorsPerCluster of clusterSizes(bytes, kind)) {
    const layout = divide(totalSectors, kind, sectorsPerCluster, rootEntries);
    if (layout && fits(clusterCount(layout), kind)) return layout;
  }
  throw new AdkError("FAT_BAD_SIZE", `A volume of ${bytes} bytes cannot be FAT${kind}.`, {
    kind: "usage",
    hint: kind === 32 ? "FAT32 needs 34 MiB at least, and has 2 TiB at most." : "Choose another size or kind.",
  });
}

function clusterSizes(bytes: number, kind: FatKind): number[] {
  if (kind === 32) return [FAT32_CLUSTER_SECTORS.find(([most]) => bytes <= most)?.[1] ?? MOST_CLUSTER_SECTORS];
  return Array.from({ length: 8 }, (_, i) => 1 << i);
}

function fits(clusters: number, kind: FatKind): boolean {
  const [least, below] =
    kind === 12 ? [1, FAT16_CLUSTERS] : kind === 16 ? [FAT16_CLUSTERS, FAT32_CLUSTERS] : [FAT32_CLUSTERS, 2 ** 28];
  return clusters >= (kind === 12 ? least : least + CLUSTERS_APART) && clusters < below - CLUSTERS_APART;
}

function divide(
  totalSectors: number,
  kind: FatKind,
  sectorsPerCluster: number,
  rootEntries: number,
): FatLayout | undefined {
  if (totalSectors < 8 || totalSectors > 0xffff_ffff) return undefined;
  const isFat32 = kind === 32;
  const base = {
    kind,
    bytesPerSector: SECTOR,
    sectorsPerCluster,
    fats: FATS,
    rootEntries: isFat32 ? 0 : alignUp(rootEntries, SECTOR / 32),
    totalSectors,
    rootCluster: isFat32 ? 2 : 0,
    fsInfoSector: isFat32 ? 1 : 0,
    backupSector: isFat32 ? 6 : 0,
  };
  const reservedSectors = isFat32 ? FAT32_RESERVED_SECTORS : 1;
  // A table for all that is not reserved is a little larger than is needed, never too small.
  const room = totalSectors - firstDataSector({ ...base, reservedSectors, sectorsPerFat: 0 });
  const entries = Math.floor(room / sectorsPerCluster) + 2;
  const sectorsPerFat = Math.max(1, Math.ceil((entries * kind) / 8 / SECTOR));
  const layout = { ...base, reservedSectors, sectorsPerFat };
  if (!isFat32 || totalSectors * SECTOR < ALIGN_FROM) return layout;
  const start = reservedSectors + FATS * sectorsPerFat;
  return { ...layout, reservedSectors: reservedSectors + alignUp(start, MIB / SECTOR) - start };
}

/**
 * The smallest volume, a multiple of 1 MiB, that has room for so many bytes.
 *
 * @param clustersFor clusters that the content takes, by the bytes of a cluster
 * @param free bytes beyond the content
 * @throws AdkError `FAT_BAD_SIZE`
 */
export function sizeFor(
  clustersFor: (clusterBytes: number) => number,
  kind: FatKind,
  free: number,
  rootEntries = ROOT_ENTRIES,
): number {
  let bytes = kind === 32 ? 36 * MIB : kind === 16 ? 3 * MIB : MIB;
  for (;;) {
    const layout = layoutOf(bytes, kind, rootEntries);
    const clusterBytes = layout.sectorsPerCluster * SECTOR;
    const missing = clustersFor(clusterBytes) + Math.ceil(free / clusterBytes) - clusterCount(layout);
    if (missing <= 0) return bytes;
    bytes = alignUp(bytes + missing * clusterBytes, MIB);
    check(bytes <= MOST_FAT_BYTES, () => {
      return new AdkError("FAT_BAD_SIZE", "The content is larger than a FAT volume can be.", { found: bytes });
    });
  }
}
