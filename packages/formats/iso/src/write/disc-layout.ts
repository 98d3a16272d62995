import { AdkError, check, digest } from "@adk/core";
import { SECTOR, sectorsOf } from "../sector.ts";
import type { NewUdfVolume } from "../udf/volume-descriptors.ts";
import { PlacedBootImages } from "./boot-images.ts";
import type { CreateIsoOptions } from "./create-iso.ts";
import { hasJoliet, hasUdf, hasUdfAlone, headSectors, isoTreeOf } from "./disc-form.ts";
import { storedSize } from "./holes.ts";
import { BACKUP_SECTORS, HYBRID_ALIGNMENT, type HybridTable, hybridTable } from "./hybrid.ts";
import { Iso9660Layout } from "./iso9660-layout.ts";
import { readmeTree } from "./readme-tree.ts";
import type { Content, SourceDirectory, SourceTree } from "./source-tree.ts";
import { UdfLayout } from "./udf-layout.ts";

/** Bytes of the parts of a disc, whole sectors. */
export interface IsoAllocation {
  /** System area, descriptors, anchors, partition tables. */
  readonly descriptors: number;
  /** UDF entries and directories. */
  readonly udf: number;
  /** Path tables and directories of ISO 9660. */
  readonly iso9660: number;
  readonly joliet: number;
  /** Catalog and images. */
  readonly boot: number;
  /** Data of files. */
  readonly data: number;
}

/** The second anchor stands in the last sector, or so many before it (ECMA-167 3/8.4.2.1). */
const ANCHOR_FROM_END = 256;

/** Where everything lies, in its order: head, UDF, ISO 9660, Joliet, boot images, data, anchor, backup of the partition table. */
export class DiscLayout {
  readonly sectors: number;
  readonly allocation: IsoAllocation;
  readonly options: CreateIsoOptions;
  readonly udf: UdfLayout | undefined;
  readonly udfVolume: NewUdfVolume | undefined;
  readonly iso: Iso9660Layout;
  readonly joliet: Iso9660Layout | undefined;
  readonly boot: PlacedBootImages;
  readonly hybrid: HybridTable | undefined;
  /** What lies behind the boot images, in its order. */
  readonly data: readonly Content[];
  /** Sector behind the data. */
  readonly dataEnd: number;
  /** First sectors of all contents. */
  readonly #extents = new Map<Content, number>();

  /** @param shared contents that are the same as a boot image, with its number */
  constructor(tree: SourceTree, shared: ReadonlyMap<Content, number>, options: CreateIsoOptions) {
    const { form, boot = [], level, keepCase, versions, jolietLength, hybrid = false } = options;
    const isoTree = isoTreeOf(options);
    const stub = isoTree === "readme" ? readmeTree(options.readme, options.time) : undefined;
    const isoRoot = typeof isoTree === "string" ? tree.root : withEntries(tree.root, isoTree);
    const rule = level ?? (form === "bridge" ? 1 : 3);
    const udf = hasUdf(options) ? new UdfLayout(tree.root, options) : undefined;
    const iso = new Iso9660Layout(stub?.root ?? isoRoot, { rule, keepCase, versions });
    const joliet = hasJoliet(options)
      ? new Iso9660Layout(tree.root, { rule: "joliet", versions, jolietLength })
      : undefined;
    const isoStart = headSectors(options) + (udf?.blocks ?? 0);
    const jolietStart = iso.place(isoStart);
    const bootStart = joliet?.place(jolietStart) ?? jolietStart;
    this.boot = new PlacedBootImages(boot, bootStart, hybrid ? HYBRID_ALIGNMENT : 1);
    for (const [content, number] of shared) this.#extents.set(content, this.boot.startOf(number));
    // With a second tree the data is needed outside of the UDF entries too.
    const inEntry = ({ size }: Content) => hasUdfAlone(options) && udf?.embedsFile(size) === true;
    const outside = tree.contents.filter((content) => !shared.has(content) && !inEntry(content));
    this.data = [...(stub?.contents ?? []), ...outside];
    this.dataEnd = this.#placeData();
    // The backup of a partition table must be last, so the second anchor stands at the other place that it may have.
    const tail = udf ? 1 + (hybrid ? ANCHOR_FROM_END : 0) : hybrid ? BACKUP_SECTORS : 0;
    this.sectors = this.dataEnd + tail;
    check(this.sectors <= 0xffff_ffff, () => {
      const details = { kind: "usage", found: this.sectors } as const;
      return new AdkError("ISO_TOO_LARGE", "The disc would have more sectors than can be numbered.", details);
    });
    this.options = options;
    this.udf = udf;
    this.iso = iso;
    this.joliet = joliet;
    const identity = this.#identity(tree);
    this.udfVolume = udf && this.#udfVolume(udf, tree, identity);
    this.hybrid = hybrid ? hybridTable(this.sectors, this.boot.efiImages(), identity) : undefined;
    this.allocation = {
      descriptors: (headSectors(options) + tail) * SECTOR,
      udf: (udf?.blocks ?? 0) * SECTOR,
      iso9660: (jolietStart - isoStart) * SECTOR,
      joliet: (bootStart - jolietStart) * SECTOR,
      boot: (this.boot.end - bootStart) * SECTOR,
      data: (this.dataEnd - this.boot.end) * SECTOR,
    };
  }

  extentOf(content: Content): number {
    const extent = this.#extents.get(content);
    if (extent === undefined) throw new TypeError("a file has no place on the disc");
    return extent;
  }

  #placeData(): number {
    let at = this.boot.end;
    for (const content of this.data) {
      this.#extents.set(content, at);
      at += sectorsOf(storedSize(content));
    }
    return at;
  }

  /** Of the same content the same, so that the image can be made again: 16 hexadecimal digits. */
  #identity({ files }: SourceTree): string {
    const { label, time } = this.options;
    return digest("sha256", new TextEncoder().encode(`${label} ${time} ${files} ${this.sectors}`)).slice(0, 16);
  }

  #udfVolume(udf: UdfLayout, { files, directories }: SourceTree, setId: string): NewUdfVolume {
    const { label, time } = this.options;
    const partitionStart = headSectors(this.options);
    const partitionLength = this.dataEnd - partitionStart;
    const counts = { files, directories, uniqueId: udf.nextUniqueId };
    return { label, time, setId, partitionStart, partitionLength, ...counts };
  }
}

/** A root with some of its entries. */
function withEntries(root: SourceDirectory, names: readonly string[]): SourceDirectory {
  const wanted = new Set(names.map((name) => name.toUpperCase()));
  return { ...root, children: root.children.filter(({ name }) => wanted.has(name.toUpperCase())) };
}
