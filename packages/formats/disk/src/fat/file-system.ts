import { AdkError, check, Findings, type RandomAccess, RangeAccess } from "@adk/core";
import { type BootSector, parseBootSector, rootSectors } from "./boot-sector.ts";
import { ChainReader } from "./chain.ts";
import { type Directory, parseDirectory } from "./directory.ts";
import type { DirectoryEntry } from "./directory-entry.ts";
import { ExtentAccess, type FatExtent } from "./extent-access.ts";
import { type FsInfo, parseFsInfo } from "./fs-info.ts";

/** Windows takes no larger directory: 65,536 entries. */
const MOST_DIRECTORY_BYTES = 2 ** 21;

/** A FAT volume that is there. */
export interface FatFileSystem {
  readonly access: RandomAccess;
  readonly boot: BootSector;
  /** The label of the root directory, else that of the boot sector; empty for none. */
  readonly label: string;
  readonly fsInfo: FsInfo | undefined;
  readonly chains: ChainReader;
  readonly root: Directory;
  readonly findings: Findings;
}

/** Whether the first sector of a volume is that of FAT. */
export function isFat(sector: Uint8Array): boolean {
  try {
    // NTFS and exFAT end likewise, and say their names where FAT has that of a system.
    return (
      !/^(NTFS|EXFAT) /.test(String.fromCharCode(...sector.subarray(3, 9))) && parseBootSector(sector) !== undefined
    );
  } catch (error) {
    if (error instanceof AdkError) return false;
    throw error;
  }
}

/** @throws AdkError `FAT_BAD_BOOT_SECTOR`, `FAT_BAD_CHAIN`, `UNEXPECTED_END` */
export async function openFat(access: RandomAccess): Promise<FatFileSystem> {
  const findings = new Findings();
  const boot = parseBootSector(await access.read(0, Math.min(512, access.size)), { file: access.name, base: 0 });
  const { bytesPerSector, totalSectors } = boot;
  if (totalSectors * bytesPerSector > access.size) {
    findings.error("FAT_VOLUME_CUT_OFF", "The volume is larger than what it lies in.", { file: access.name });
  }
  const chains = new ChainReader(access, boot);
  const root = parseDirectory(await readRoot(access, boot, chains, findings));
  const fsInfo = await readFsInfo(access, boot);
  const named = root.label ?? (boot.label === "NO NAME" ? "" : boot.label);
  return { access, boot, label: named, fsInfo, chains, root, findings };
}

async function readRoot(
  access: RandomAccess,
  boot: BootSector,
  chains: ChainReader,
  findings: Findings,
): Promise<Uint8Array> {
  if (boot.kind === 32) return readDirectoryBytes({ access, chains, findings }, boot.rootCluster, "/");
  const sectors = rootSectors(boot);
  const start = (boot.reservedSectors + boot.fats * boot.sectorsPerFat) * boot.bytesPerSector;
  return access.read(start, sectors * boot.bytesPerSector);
}

/** The bytes of a directory, at most 2 MiB: a chain in a circle ends there too. @throws AdkError `FAT_BAD_CHAIN` */
export async function readDirectoryBytes(
  { access, chains, findings }: Pick<FatFileSystem, "access" | "chains" | "findings">,
  firstCluster: number,
  path: string,
): Promise<Uint8Array> {
  const most = Math.max(1, Math.floor(MOST_DIRECTORY_BYTES / chains.clusterBytes));
  const { extents, clusters, ends } = await chains.read(firstCluster, most);
  if (!ends) {
    findings.error("FAT_DIRECTORY_TOO_LONG", "A directory is longer than one can be, or leads in a circle.", {
      file: access.name,
      path,
    });
  }
  const size = clusters * chains.clusterBytes;
  return new ExtentAccess(access, extents, size, access.name).read(0, size);
}

/** The data of a file. @throws AdkError `FAT_BAD_CHAIN` where its chain is shorter than the file, or leads nowhere */
export async function openFatFile(
  { access, chains }: FatFileSystem,
  { firstCluster, size }: DirectoryEntry,
  name: string,
): Promise<RandomAccess> {
  const needed = Math.ceil(size / chains.clusterBytes);
  const chain = needed === 0 ? { extents: [] as FatExtent[], clusters: 0 } : await chains.read(firstCluster, needed);
  check(chain.clusters === needed, () => {
    return new AdkError("FAT_BAD_CHAIN", "The file has fewer clusters than its size needs.", {
      file: name,
      expected: needed,
      found: chain.clusters,
    });
  });
  const [only] = chain.extents;
  if (chain.extents.length === 1 && only) return new RangeAccess(access, only.offset, size, name);
  return new ExtentAccess(access, chain.extents, size, name);
}

async function readFsInfo(access: RandomAccess, boot: BootSector): Promise<FsInfo | undefined> {
  const offset = boot.fsInfoSector * boot.bytesPerSector;
  if (boot.kind !== 32 || boot.fsInfoSector === 0 || offset + 512 > access.size) return undefined;
  return parseFsInfo(await access.read(offset, 512));
}
