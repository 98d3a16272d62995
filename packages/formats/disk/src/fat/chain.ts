import { AdkError, check, type RandomAccess } from "@adk/core";
import { linkOf, readEntry } from "./allocation.ts";
import { type BootSector, clusterCount, firstDataSector } from "./boot-sector.ts";
import type { FatExtent } from "./extent-access.ts";

/** Entries that are read at once; even, as two entries of FAT12 share bytes. */
const WINDOW = 1 << 14;
const FIRST_CLUSTER = 2;

/** A chain of clusters, joined where they follow each other. */
export interface Chain {
  readonly extents: readonly FatExtent[];
  readonly clusters: number;
  /** Whether it ends as it should; otherwise it was cut off where it was longer than asked. */
  readonly ends: boolean;
}

/** Follows chains in the first file allocation table. */
export class ChainReader {
  readonly clusterBytes: number;
  /** Clusters of the volume; the last has the number `clusters + 1`. */
  readonly clusters: number;
  readonly #access: RandomAccess;
  readonly #boot: BootSector;
  readonly #dataStart: number;
  #windowFirst = -1;
  #window = new DataView(new ArrayBuffer(0));

  constructor(access: RandomAccess, boot: BootSector) {
    this.#access = access;
    this.#boot = boot;
    this.clusterBytes = boot.bytesPerSector * boot.sectorsPerCluster;
    const inTable = Math.floor((boot.sectorsPerFat * boot.bytesPerSector * 8) / boot.kind) - FIRST_CLUSTER;
    this.clusters = Math.min(clusterCount(boot), inTable);
    this.#dataStart = firstDataSector(boot) * boot.bytesPerSector;
  }

  /** Whether a number is that of a cluster of data. */
  has(cluster: number): boolean {
    return cluster >= FIRST_CLUSTER && cluster < this.clusters + FIRST_CLUSTER;
  }

  offsetOf(cluster: number): number {
    return this.#dataStart + (cluster - FIRST_CLUSTER) * this.clusterBytes;
  }

  /**
   * The chain that begins with a cluster.
   *
   * @param most clusters after which it is cut off
   * @param visit told of each cluster; false ends the chain there
   * @throws AdkError `FAT_BAD_CHAIN` where it leads to no cluster or in a circle
   */
  async read(first: number, most: number, visit: (cluster: number) => boolean = () => true): Promise<Chain> {
    const extents: { offset: number; length: number }[] = [];
    const { kind } = this.#boot;
    let count = 0;
    for (let cluster = first; ; count++) {
      check(this.has(cluster), () => this.#bad("A chain of clusters leads out of the volume.", cluster));
      if (count === most) return { extents, clusters: count, ends: false };
      check(count < this.clusters, () => this.#bad("A chain of clusters leads in a circle.", cluster));
      if (!visit(cluster)) return { extents, clusters: count, ends: false };
      const offset = this.offsetOf(cluster);
      const last = extents.at(-1);
      if (last && last.offset + last.length === offset) last.length += this.clusterBytes;
      else extents.push({ offset, length: this.clusterBytes });
      const at = cluster - this.#windowFirst;
      if (this.#windowFirst < 0 || at < 0 || at >= WINDOW) await this.#load(cluster);
      const link = linkOf(kind, readEntry(kind, this.#window, cluster - this.#windowFirst));
      if (link === "end") return { extents, clusters: count + 1, ends: true };
      check(link !== "bad", () => this.#bad("A chain of clusters leads to a free or bad one.", cluster));
      cluster = link;
    }
  }

  async #load(cluster: number): Promise<void> {
    const { kind, reservedSectors, bytesPerSector } = this.#boot;
    const first = cluster - (cluster % WINDOW);
    const entries = Math.min(WINDOW, this.clusters + FIRST_CLUSTER - first);
    const start = reservedSectors * bytesPerSector + (first * kind) / 8;
    const length = Math.ceil((entries * kind) / 8);
    // The last odd entry of FAT12 is read with the byte behind it.
    const bytes = new Uint8Array(length + 1);
    await this.#access.read(start, length, bytes.subarray(0, length));
    this.#window = new DataView(bytes.buffer);
    this.#windowFirst = first;
  }

  #bad(message: string, cluster: number): AdkError {
    return new AdkError("FAT_BAD_CHAIN", message, { file: this.#access.name, found: `cluster ${cluster}` });
  }
}
