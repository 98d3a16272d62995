import { AdkError, ByteReader, type Findings } from "@adk/core";
import { ExtentIndex } from "../extent-access.ts";
import { parseFileEntry } from "./file-entry.ts";
import { readExtents } from "./file-extents.ts";
import { badBlock, FILE_ENTRIES, type LogicalVolume, type PartitionMap, readDescriptor } from "./partition.ts";

/** A partition whose blocks are those of a file, the metadata file of UDF 2.50 (UDF 2.2.10), or of its mirror. */
export class MetadataPartition implements PartitionMap {
  readonly kind = "metadata";
  readonly #main: ExtentIndex;
  /** Missing where the mirror is not readable. */
  readonly #mirror: ExtentIndex | undefined;
  readonly #volume: LogicalVolume;

  private constructor(volume: LogicalVolume, main: ExtentIndex, mirror: ExtentIndex | undefined) {
    this.#volume = volume;
    this.#main = main;
    this.#mirror = mirror;
  }

  /**
   * @param map bytes of the type 2 partition map
   * @param inner number of the map of the partition that holds the files
   * @throws AdkError where neither file can be read
   */
  static async open(
    volume: LogicalVolume,
    map: Uint8Array,
    inner: number,
    findings: Findings,
  ): Promise<MetadataPartition> {
    const { disc } = volume;
    const reader = new ByteReader(map, { file: disc.name });
    reader.seek(40);
    const [main, mirror] = [reader.u32(), reader.u32()];
    let [opened, failure]: [ExtentIndex | undefined, unknown] = [undefined, undefined];
    try {
      opened = await openFile(volume, inner, main);
    } catch (error) {
      if (!(error instanceof AdkError) || error.kind === "environment") throw error;
      failure = error;
    }
    const second = await openFile(volume, inner, mirror).catch((error: unknown) => {
      if (error instanceof AdkError && error.kind !== "environment") return undefined;
      throw error;
    });
    if (opened) return new MetadataPartition(volume, opened, second);
    if (!second) throw failure;
    const message = "The metadata file is damaged; its mirror was used.";
    findings.warning("UDF_MIRROR_USED", message, { file: disc.name });
    return new MetadataPartition(volume, second, undefined);
  }

  offsetOf(block: number): number {
    const offset = this.#place(this.#main, block);
    if (offset !== undefined) return offset;
    throw badBlock(block, Math.floor(this.#main.size / this.#volume.blockSize), this.#volume.disc.name);
  }

  contiguous(block: number): number {
    const { blockSize } = this.#volume;
    const place = this.#main.find(block * blockSize);
    return place ? Math.max(1, Math.floor((place.extent.length - place.inside) / blockSize)) : 0;
  }

  copyOf(block: number): number | undefined {
    return this.#mirror && this.#place(this.#mirror, block);
  }

  #place(index: ExtentIndex, block: number): number | undefined {
    const place = index.find(block * this.#volume.blockSize);
    return place?.extent.offset === undefined ? undefined : place.extent.offset + place.inside;
  }
}

async function openFile(volume: LogicalVolume, partition: number, block: number): Promise<ExtentIndex> {
  const { bytes, offset } = await readDescriptor(volume, { partition, block }, FILE_ENTRIES);
  const entry = parseFileEntry(bytes, volume.disc.name, offset);
  return new ExtentIndex(await readExtents(volume, entry, partition));
}
