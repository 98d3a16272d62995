import { AdkError, digest, type Filetime, type LongOperation, ProgressCounter, type Volume } from "@adk/core";
import { type BootEntry, type Emulation, writeBootCatalog, writeBootRecord } from "../boot-catalog.ts";
import { SECTOR, sectorsOf } from "../sector.ts";
import {
  ANCHOR_SECTOR,
  anchor,
  fileSet,
  INTEGRITY_SEQUENCE,
  integritySequence,
  MAIN_SEQUENCE,
  type NewUdfVolume,
  RESERVE_SEQUENCE,
  recognitionSequence,
  volumeDescriptorSequence,
} from "../udf/volume-descriptors.ts";
import {
  FIRST_DESCRIPTOR,
  type VolumeDescriptor,
  writeTerminator,
  writeVolumeDescriptor,
} from "../volume-descriptor.ts";
import type { NameRule } from "./iso-names.ts";
import { Iso9660Layout } from "./iso9660-layout.ts";
import { readmeTree } from "./readme-tree.ts";
import { type Content, type Duplicate, type SourceDirectory, type SourceTree, scanTree } from "./source-tree.ts";
import { UdfLayout } from "./udf-layout.ts";

/** An image that firmware starts. */
export interface BootImage {
  /** A `Platform`. */
  readonly platform: number;
  readonly bytes: Uint8Array;
  readonly emulation?: Emulation | undefined;
  readonly loadSegment?: number | undefined;
  /** Sectors of 512 bytes that the firmware loads. Default: all of the image, for emulated disks 1. */
  readonly sectorCount?: number | undefined;
}

export interface CreateIsoOptions extends LongOperation {
  /** `udf`: UDF, and an ISO 9660 tree with a readme only; `bridge`: UDF and ISO 9660; `joliet`: Joliet and ISO 9660; `iso9660`. */
  readonly form: "udf" | "bridge" | "joliet" | "iso9660";
  readonly label: string;
  /** Rule of the ISO 9660 names. Default 1 (8.3) in a bridge, as OSCDIMG has it, else 3. */
  readonly level?: 1 | 2 | 3 | 4 | undefined;
  /** ISO 9660 names keep their small letters, which the standard does not allow. */
  readonly keepCase?: boolean | undefined;
  /** A Joliet tree beside UDF. */
  readonly joliet?: boolean | undefined;
  /** The ISO 9660 tree: `readme` has a readme alone (default in the form `udf`), a list only these entries of the root. */
  readonly isoTree?: "all" | "readme" | readonly string[] | undefined;
  readonly boot?: readonly BootImage[] | undefined;
  /** Equal files share their data. */
  readonly dedup?: boolean | undefined;
  /** Data of small files and directories lies in their UDF entries. */
  readonly embed?: boolean | undefined;
  /** FILETIME of the disc. */
  readonly time: Filetime;
  /** All files have the time of the disc. */
  readonly fixedTimes?: boolean | undefined;
  /** Files whose data comes first, in this order. */
  readonly order?: readonly string[] | undefined;
  /** Text of the readme of a disc whose ISO 9660 tree has nothing else. */
  readonly readme?: string | undefined;
  readonly publisher?: string | undefined;
}

export interface CreatedIso {
  readonly files: number;
  readonly directories: number;
  /** Bytes of the image. */
  readonly size: number;
  readonly saved: { readonly files: number; readonly bytes: number };
}

/** Bytes of the parts of a disc, whole sectors. */
export interface IsoAllocation {
  /** System area, descriptors, anchors. */
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

/** An image whose layout is known, and that can be written from its first byte to its last. */
export interface PlannedIso extends CreatedIso {
  /** With `dedup`: files that share the data of another. */
  readonly duplicates: readonly Duplicate[];
  readonly allocation: IsoAllocation;
  /** The bytes, in pieces; each is good until the next is asked for. */
  write(operation?: LongOperation): AsyncGenerator<Uint8Array>;
}

/** Decides where everything lies. Of the volume only the tree is read, and with `dedup` files of equal size. */
export async function planIso(volume: Volume, options: CreateIsoOptions): Promise<PlannedIso> {
  const { dedup = false, order = [], time, fixedTimes = false } = options;
  const tree = await scanTree(volume, { ...options, dedup, order, time: fixedTimes ? time : undefined });
  const layout = new DiscLayout(tree, options);
  const { files, directories, saved, duplicates } = tree;
  return {
    files,
    directories,
    saved,
    duplicates,
    allocation: layout.allocation,
    size: layout.sectors * SECTOR,
    write: (operation = options) => layout.write(operation),
  };
}

/** The sectors of a disc, in their order. */
class DiscLayout {
  readonly sectors: number;
  readonly allocation: IsoAllocation;
  readonly #tree: SourceTree;
  readonly #options: CreateIsoOptions;
  readonly #udf: UdfLayout | undefined;
  readonly #iso: Iso9660Layout;
  readonly #joliet: Iso9660Layout | undefined;
  readonly #isoStart: number;
  readonly #jolietStart: number;
  readonly #bootCatalog: number;
  readonly #bootStarts: readonly number[];
  readonly #partitionStart: number;
  readonly #extents = new Map<Content, number>();

  constructor(tree: SourceTree, options: CreateIsoOptions) {
    const { form, boot = [], embed = false } = options;
    const hasUdf = form === "udf" || form === "bridge";
    this.#tree = tree;
    this.#options = options;
    this.#udf = hasUdf ? new UdfLayout(tree.root, embed) : undefined;
    const { isoTree = form === "udf" ? "readme" : "all" } = options;
    const stub = isoTree === "readme" ? readmeTree(options.readme, options.time) : undefined;
    const isoRoot = typeof isoTree === "string" ? tree.root : withEntries(tree.root, isoTree);
    const rule: NameRule = options.level ?? (form === "bridge" ? 1 : 3);
    this.#iso = new Iso9660Layout(stub?.root ?? isoRoot, rule, options.keepCase);
    this.#joliet = form === "joliet" || options.joliet ? new Iso9660Layout(tree.root, "joliet") : undefined;
    // Descriptors; with UDF the anchor stands at sector 256, and the partition begins behind it.
    this.#partitionStart = ANCHOR_SECTOR + 1;
    let at = hasUdf
      ? this.#partitionStart + (this.#udf?.blocks ?? 0)
      : FIRST_DESCRIPTOR + 2 + (this.#joliet ? 1 : 0) + (boot.length > 0 ? 1 : 0);
    this.#isoStart = at;
    at += this.#iso.sectors;
    this.#jolietStart = at;
    at += this.#joliet?.sectors ?? 0;
    this.#bootCatalog = at;
    if (boot.length > 0) at += sectorsOf(writeBootCatalog(boot.map(() => EMPTY_ENTRY)).length);
    this.#bootStarts = boot.map(({ bytes }) => {
      const start = at;
      at += sectorsOf(bytes.length);
      return start;
    });
    const dataStart = at;
    // With a second tree the data is needed outside of the UDF entries too.
    const isAlone = stub !== undefined && !this.#joliet;
    for (const content of [...(stub?.contents ?? []), ...tree.contents]) {
      if (isAlone && !stub.contents.includes(content) && this.#udf?.embedsFile(content.size)) continue;
      this.#extents.set(content, at);
      at += sectorsOf(content.size);
    }
    this.sectors = at + (hasUdf ? 1 : 0);
    this.allocation = {
      descriptors: (this.#isoStart - (this.#udf?.blocks ?? 0) + (hasUdf ? 1 : 0)) * SECTOR,
      udf: (this.#udf?.blocks ?? 0) * SECTOR,
      iso9660: this.#iso.sectors * SECTOR,
      joliet: (this.#joliet?.sectors ?? 0) * SECTOR,
      boot: (dataStart - this.#bootCatalog) * SECTOR,
      data: (at - dataStart) * SECTOR,
    };
    if (this.sectors > 0xffff_ffff) {
      throw new AdkError("ISO_TOO_LARGE", "The disc would have more sectors than can be numbered.", {
        kind: "usage",
        found: this.sectors,
      });
    }
  }

  async *write(operation: LongOperation): AsyncGenerator<Uint8Array> {
    const progress = new ProgressCounter(operation, "write", "bytes", this.sectors * SECTOR);
    let written = 0;
    const checked = (bytes: Uint8Array) => {
      written += bytes.length;
      progress.add(bytes.length);
      return bytes;
    };
    for (const sector of this.#head()) yield checked(sector);
    if (this.#udf) {
      for (const block of fileSet(this.#volume())) yield checked(block);
      for await (const block of this.#udf.bytes((content) => this.#extentOf(content) - this.#partitionStart, readWhole))
        yield checked(block);
    }
    for (const layout of [this.#iso, this.#joliet]) {
      if (layout) for (const bytes of layout.bytes((content) => this.#extentOf(content))) yield checked(bytes);
    }
    yield* this.#bootData(checked);
    const reader = new ContentReader();
    const zeros = new Uint8Array(SECTOR);
    for (const content of this.#extents.keys()) {
      for await (const piece of reader.read(content)) yield checked(piece);
      const rest = sectorsOf(content.size) * SECTOR - content.size;
      if (rest > 0) yield checked(zeros.subarray(0, rest));
    }
    if (this.#udf) yield checked(anchor(this.sectors - 1));
    if (written !== this.sectors * SECTOR)
      throw new TypeError(`the layout has ${this.sectors} sectors, ${written} bytes were written`);
  }

  /** Everything before the partition, or before the first path table. */
  *#head(): Generator<Uint8Array> {
    const sectors = new Map<number, Uint8Array>();
    const descriptors = this.#descriptors();
    for (const [i, sector] of descriptors.entries()) sectors.set(FIRST_DESCRIPTOR + i, sector);
    let end = FIRST_DESCRIPTOR + descriptors.length;
    if (this.#udf) {
      const volume = this.#volume();
      const put = (first: number, list: readonly Uint8Array[]) => {
        for (const [i, sector] of list.entries()) sectors.set(first + i, sector);
      };
      put(end, recognitionSequence());
      for (const first of [MAIN_SEQUENCE, RESERVE_SEQUENCE]) put(first, volumeDescriptorSequence(volume, first));
      put(INTEGRITY_SEQUENCE, integritySequence(volume));
      put(ANCHOR_SECTOR, [anchor(ANCHOR_SECTOR)]);
      end = this.#partitionStart;
    }
    for (let sector = 0; sector < end; sector++) yield sectors.get(sector) ?? new Uint8Array(SECTOR);
  }

  #descriptors(): Uint8Array[] {
    const { boot = [] } = this.#options;
    const sectors = [writeVolumeDescriptor(this.#descriptor(this.#iso, this.#isoStart, false))];
    if (boot.length > 0) sectors.push(writeBootRecord(this.#bootCatalog));
    if (this.#joliet) sectors.push(writeVolumeDescriptor(this.#descriptor(this.#joliet, this.#jolietStart, true)));
    return [...sectors, writeTerminator()];
  }

  #descriptor(layout: Iso9660Layout, first: number, joliet: boolean): VolumeDescriptor {
    const { label, time, publisher = "" } = this.#options;
    const volumeId = joliet
      ? label.slice(0, 16)
      : label
          .toUpperCase()
          .replaceAll(/[^A-Z0-9_]/g, "_")
          .slice(0, 32);
    const texts = { systemId: "", volumeId, volumeSetId: volumeId, publisher, preparer: "", application: "ADK" };
    const sizes = { volumeSize: this.sectors, blockSize: SECTOR, pathTableSize: layout.pathTableSize };
    return { joliet, version: 1, ...texts, ...sizes, ...layout.place(first), created: time, modified: time };
  }

  #volume(): NewUdfVolume {
    const { label, time } = this.#options;
    const { files, directories } = this.#tree;
    const partitionLength = this.sectors - 1 - this.#partitionStart;
    // Of the same content the same, so that the image can be made again.
    const setId = digest("sha256", new TextEncoder().encode(`${label} ${time} ${files} ${partitionLength}`)).slice(
      0,
      16,
    );
    const counts = { files, directories, uniqueId: this.#udf?.nextUniqueId ?? 0 };
    return { label, time, setId, partitionStart: this.#partitionStart, partitionLength, ...counts };
  }

  *#bootData(checked: (bytes: Uint8Array) => Uint8Array): Generator<Uint8Array> {
    const { boot = [] } = this.#options;
    if (boot.length === 0) return;
    const entries = boot.map((image, i) => bootEntry(image, this.#bootStarts[i] as number));
    yield checked(writeBootCatalog(entries));
    for (const { bytes } of boot) {
      const padded = new Uint8Array(sectorsOf(bytes.length) * SECTOR);
      padded.set(bytes);
      yield checked(padded);
    }
  }

  #extentOf(content: Content): number {
    const extent = this.#extents.get(content);
    if (extent === undefined) throw new TypeError("a file has no place on the disc");
    return extent;
  }
}

const EMPTY_ENTRY: BootEntry = {
  platform: 0,
  bootable: true,
  emulation: "none",
  loadSegment: 0,
  sectorCount: 0,
  extent: 0,
};

function bootEntry(
  { platform, bytes, emulation = "none", loadSegment = 0, sectorCount }: BootImage,
  extent: number,
): BootEntry {
  const all = Math.min(0xffff, Math.ceil(bytes.length / 512));
  return {
    platform,
    bootable: true,
    emulation,
    loadSegment,
    sectorCount: sectorCount ?? (emulation === "none" ? all : 1),
    extent,
  };
}

/** A root with some of its entries. */
function withEntries(root: SourceDirectory, names: readonly string[]): SourceDirectory {
  const wanted = new Set(names.map((name) => name.toUpperCase()));
  return { ...root, children: root.children.filter(({ name }) => wanted.has(name.toUpperCase())) };
}

async function readWhole({ volume, entry }: Content): Promise<Uint8Array> {
  return volume.read(entry);
}

/** Data is read in pieces of so many bytes, all into the same memory. */
const PIECE = 1 << 20;

/**
 * The data of one file after the other; what is given out is overwritten by the next.
 *
 * @throws AdkError `SOURCE_CHANGED` where a file is no longer as large as it was when the layout was made
 */
class ContentReader {
  readonly #memory = new Uint8Array(PIECE);

  async *read(content: Content): AsyncGenerator<Uint8Array> {
    const { volume, entry, size } = content;
    if (size < PIECE) {
      const bytes = await volume.read(entry, "", this.#memory);
      if (bytes.length !== size) throw changed(content);
      yield bytes;
      return;
    }
    const access = await volume.open(entry);
    try {
      if (access.size !== size) throw changed(content);
      for (let offset = 0; offset < size; offset += PIECE) {
        yield await access.read(offset, Math.min(PIECE, size - offset), this.#memory);
      }
    } finally {
      await access.close();
    }
  }
}

function changed({ entry, size }: Content): AdkError {
  return new AdkError("SOURCE_CHANGED", "A file changed its size while the disc was made.", {
    kind: "environment",
    file: entry.path,
    expected: size,
  });
}
