import { AdkError, type LongOperation, throwIfCancelled, type VolumeEntry, walk } from "@adk/core";
import type { NamedEntry } from "./directory.ts";
import { openFatVolume } from "./fat-volume.ts";
import type { FatFileSystem } from "./file-system.ts";

export interface FatUsage {
  readonly files: number;
  readonly directories: number;
  /** Bytes of the files. */
  readonly bytes: number;
  readonly usedClusters: number;
}

/**
 * Goes through every directory and chain of a volume. Chains that lead nowhere, that are longer or shorter than their file,
 * and clusters that belong to two files become findings of the file system.
 */
export async function checkFat(fat: FatFileSystem, operation: LongOperation = {}): Promise<FatUsage> {
  const { chains, findings, access, boot } = fat;
  const used = new Uint8Array(Math.ceil((chains.clusters + 2) / 8));
  let usedClusters = 0;
  const take = async (first: number, path: string, bytes: number | undefined): Promise<void> => {
    const where = { file: access.name, path };
    const needed = bytes === undefined ? Number.POSITIVE_INFINITY : Math.ceil(bytes / chains.clusterBytes);
    let shared = false;
    const visit = (cluster: number): boolean => {
      const [at, bit] = [cluster >> 3, 1 << (cluster & 7)];
      shared = ((used[at] as number) & bit) !== 0;
      if (shared) return false;
      used[at] = (used[at] as number) | bit;
      usedClusters++;
      return true;
    };
    try {
      const { clusters, ends } = await chains.read(first, Number.POSITIVE_INFINITY, visit);
      if (shared) findings.error("FAT_CROSS_LINK", "Two files share clusters, or one leads in a circle.", where);
      else if (bytes !== undefined && (clusters !== needed || !ends)) {
        findings.error("FAT_SIZE_MISMATCH", "The size of a file does not fit its chain of clusters.", where);
      }
    } catch (error) {
      if (!(error instanceof AdkError) || error.kind !== "input") throw error;
      findings.error(error.code, error.message, where);
    }
  };
  if (boot.kind === 32) await take(boot.rootCluster, "/", undefined);
  let [files, directories, bytes] = [0, 0, 0];
  // One that is there a second time is gone into once: what lies below it is known.
  const entered = new Set<number>();
  const enter = (entry: VolumeEntry): boolean => {
    const stored = storedOf(entry);
    if (!stored || (stored.attributes & 0x10) === 0) return true;
    if (entered.has(stored.firstCluster)) {
      findings.error("FAT_CROSS_LINK", "Two directories share clusters.", { file: access.name, path: entry.path });
      return false;
    }
    entered.add(stored.firstCluster);
    return true;
  };
  const volume = openFatVolume(fat);
  for await (const batch of walk(volume, volume.root, enter)) {
    for (const entry of batch) {
      throwIfCancelled(operation);
      const stored = storedOf(entry);
      if (!stored) continue;
      const isDirectory = (stored.attributes & 0x10) !== 0;
      if (isDirectory) directories++;
      else files++;
      bytes += entry.size;
      if (isDirectory) await take(stored.firstCluster, entry.path, undefined);
      else if (stored.firstCluster !== 0 || entry.size > 0) await take(stored.firstCluster, entry.path, entry.size);
    }
  }
  return { files, directories, bytes, usedClusters };
}

function storedOf(entry: VolumeEntry): NamedEntry | undefined {
  return (entry as VolumeEntry & { readonly stored: NamedEntry | undefined }).stored;
}
