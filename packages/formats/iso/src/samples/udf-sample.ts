import { AllocationKind } from "../udf/allocation.ts";
import { encodeCompressedUnicode, writeDstring } from "../udf/dstring.ts";
import { entityId } from "../udf/entity-id.ts";
import { FileType } from "../udf/file-entry.ts";
import { Characteristic } from "../udf/file-identifier.ts";
import { TagId, writeTag } from "../udf/tag.ts";
import {
  allocationDescriptor,
  CHARACTER_SET,
  icbTag,
  longAllocation,
  partitionDescriptor,
  primaryDescriptor,
  SPARING_BYTES,
  sparingTable,
  TIME,
} from "./udf-sample-descriptors.ts";
import { linkData, type Node, treeOf } from "./udf-sample-tree.ts";

// Builds volumes in the forms of UDF that no program at hand fills with files, from the text of ECMA-167 and of UDF 1.50 to 2.60.
// They are synthetic: what makes them real is that other readers read them too (conformance/iso-udf.test.ts).

export interface UdfSampleOptions {
  /** Such as 0x0201. */
  readonly revision?: number;
  readonly blockSize?: number;
  readonly partition?: "physical" | "sparable" | "virtual" | "metadata";
  /** Extended file entries. */
  readonly extended?: boolean;
  /** Strategy 4096: each entry is written twice, the first as it was before. */
  readonly chain?: boolean;
  /** An `AllocationKind` for the data of files. */
  readonly allocation?: number;
  /** Each descriptor of an allocation stands in an extent of its own. */
  readonly continued?: boolean;
  /** Contents by path; "->" and a path for a link. */
  readonly tree?: Readonly<Record<string, string | Uint8Array>>;
}

export interface UdfSample {
  readonly bytes: Uint8Array;
  /** Byte offsets of file entries by path. */
  readonly entries: ReadonlyMap<string, number>;
  /** Byte offset of the partition. */
  readonly partition: number;
}

const SEQUENCE_BYTE = 45_056;
const SEQUENCE_BLOCKS = 16;
/** Blocks of the partition, and of the metadata file. */
const PARTITION_BLOCKS = 160;
const METADATA_BLOCKS = 48;
/** Blocks of a packet; the second one of the partition is spared. */
const PACKET = 4;
const SPARED = 4;
export const SAMPLE_TREE = {
  "readme.txt": "hello",
  "nothing.txt": "",
  "docs/Ein langer Name.txt": "name",
  "docs/日本語.txt": "wide",
  "docs/deep/er/file.bin": new Uint8Array(3000).fill(7),
  "big.bin": Uint8Array.from({ length: 5000 }, (_, i) => i % 251),
} as const;

export function udfSample(options: UdfSampleOptions = {}): UdfSample {
  return new Builder(options).build(options.tree ?? SAMPLE_TREE);
}

class Builder {
  readonly #options: Required<Omit<UdfSampleOptions, "tree">>;
  readonly #size: number;
  readonly #start: number;
  readonly #sequence: number;
  readonly #image: Uint8Array;
  readonly #entries = new Map<string, number>();
  /** Virtual blocks: where they are. */
  readonly #virtual: number[] = [];
  /** The next block that is free, of the partition and of the metadata file. */
  #next = 0;
  #nextMetadata = 0;
  #metadata = 0;
  #mirror = 0;
  #uniqueId = 16;

  constructor({
    revision = 0x0201,
    blockSize = 2048,
    partition = "physical",
    extended = revision >= 0x0200,
    chain = false,
    allocation = AllocationKind.LONG,
    continued = false,
  }: UdfSampleOptions) {
    this.#options = { revision, blockSize, partition, extended, chain, allocation, continued };
    this.#size = blockSize;
    this.#start = 272;
    this.#sequence = Math.ceil(SEQUENCE_BYTE / blockSize);
    // Behind the partition: the spared packet and the last anchor; nothing may be behind a virtual allocation table.
    const behind = partition === "virtual" ? 0 : PACKET + 1;
    this.#image = new Uint8Array((this.#start + PARTITION_BLOCKS + behind) * blockSize);
  }

  build(tree: Readonly<Record<string, string | Uint8Array>>): UdfSample {
    const { partition } = this.#options;
    if (partition === "metadata") this.#makeMetadataFile();
    const fileSet = this.#allocate();
    const root = this.#icb();
    this.#writeTree(treeOf(tree), "", root, root);
    this.#writeFileSet(fileSet, root);
    if (partition === "virtual") this.#writeTable();
    if (partition === "metadata") this.#copyMetadata();
    this.#writeVolume(fileSet);
    if (partition === "sparable") this.#spare();
    return { bytes: this.#image, entries: this.#entries, partition: this.#start * this.#size };
  }

  /** Number of the partition map that entries and directories are in. */
  get #map(): number {
    return this.#options.partition === "virtual" || this.#options.partition === "metadata" ? 1 : 0;
  }

  #tagVersion(bytes: Uint8Array, id: number, location: number, length: number): void {
    writeTag(bytes, id, location, length - 16);
    if (this.#options.revision < 0x0200) return;
    bytes[2] = 3;
    bytes[4] = ((bytes[4] as number) + 1) & 0xff;
  }

  /** A block for entries and directories. */
  #allocate(): number {
    const { partition } = this.#options;
    if (partition === "metadata") return this.#nextMetadata++;
    if (partition !== "virtual") return this.#next++;
    return this.#virtual.push(this.#next++) - 1;
  }

  /** Byte offset of such a block. */
  #offset(block: number): number {
    const { partition } = this.#options;
    if (partition === "virtual") return this.#data(this.#virtual[block] as number);
    if (partition !== "metadata") return this.#data(block);
    // The file is in two pieces with a block between them.
    return this.#data(this.#metadata + block + (block >= METADATA_BLOCKS / 2 ? 1 : 0));
  }

  #data(block: number): number {
    return (this.#start + block) * this.#size;
  }

  #write(block: number, id: number, bytes: Uint8Array): void {
    this.#tagVersion(bytes, id, block, bytes.length);
    this.#image.set(bytes, this.#offset(block));
  }

  /** An ICB: one block, or as many as a chain needs. */
  #icb(): number {
    const first = this.#allocate();
    if (this.#options.chain) this.#allocate();
    return first;
  }

  #writeTree(node: Node, path: string, icb: number, parent: number): void {
    if (!this.#entries.has(path)) this.#entries.set(path, this.#offset(icb));
    const identifiers: Uint8Array[] = [this.#identifier("", Characteristic.DIRECTORY | Characteristic.PARENT, parent)];
    // What was deleted is left out by readers.
    if (path === "") identifiers.push(this.#identifier("deleted.txt", Characteristic.DELETED, icb));
    let directories = 0;
    for (const child of node.children.values()) {
      const below = this.#icb();
      const isDirectory = child.content === undefined && child.link === undefined;
      identifiers.push(this.#identifier(child.name, isDirectory ? Characteristic.DIRECTORY : 0, below));
      const childPath = `${path}/${child.name}`;
      this.#entries.set(childPath, this.#offset(below));
      if (isDirectory) {
        directories++;
        this.#writeTree(child, childPath, below, icb);
      } else if (child.link !== undefined) {
        this.#entry(below, FileType.SYMLINK, linkData(child.link), 1, AllocationKind.EMBEDDED);
      } else this.#entry(below, FileType.FILE, child.content as Uint8Array, 1, this.#options.allocation);
    }
    const data = Buffer.concat(identifiers);
    const fits = data.length <= this.#size - 216;
    this.#entry(icb, FileType.DIRECTORY, data, 1 + directories, fits ? AllocationKind.EMBEDDED : AllocationKind.LONG);
  }

  #identifier(name: string, characteristics: number, icb: number): Uint8Array {
    const encoded = name === "" ? new Uint8Array(0) : encodeCompressedUnicode(name);
    const bytes = new Uint8Array((38 + encoded.length + 3) & ~3);
    bytes[16] = 1;
    bytes[18] = characteristics;
    bytes[19] = encoded.length;
    const length = this.#size * (this.#options.chain ? 2 : 1);
    if (!(characteristics & Characteristic.DELETED)) bytes.set(longAllocation(length, icb, this.#map), 20);
    bytes.set(encoded, 38);
    this.#tagVersion(bytes, TagId.FILE_IDENTIFIER, 0, bytes.length);
    return bytes;
  }

  #entry(icb: number, type: number, data: Uint8Array, links: number, kind: number): void {
    if (!this.#options.chain) {
      this.#write(icb, ...this.#entryBytes(type, data, links, kind));
      return;
    }
    // The first entry is that of an empty file; what replaces it is found through the indirect entry behind it.
    const newest = this.#allocate();
    this.#write(icb, ...this.#entryBytes(type, new Uint8Array(0), links, AllocationKind.EMBEDDED));
    const indirect = new Uint8Array(52);
    indirect.set(icbTag(4096, 3, 0), 16);
    indirect.set(longAllocation(this.#size, newest, this.#map), 36);
    this.#write(icb + 1, TagId.INDIRECT_ENTRY, indirect);
    this.#write(newest, ...this.#entryBytes(type, data, links, kind));
  }

  #entryBytes(type: number, data: Uint8Array, links: number, kind: number): [number, Uint8Array] {
    const { extended, chain } = this.#options;
    const allocation = kind === AllocationKind.EMBEDDED ? data : this.#place(data, kind, type);
    const head = extended ? 216 : 176;
    const bytes = new Uint8Array(head + allocation.length);
    const view = new DataView(bytes.buffer);
    bytes.set(icbTag(chain ? 4096 : 4, type, kind), 16);
    view.setUint32(44, 0x14a5, true);
    view.setUint16(48, links, true);
    view.setBigUint64(56, BigInt(data.length), true);
    if (extended) view.setBigUint64(64, BigInt(data.length), true);
    const blocks = kind === AllocationKind.EMBEDDED ? 0 : Math.ceil(data.length / this.#size);
    view.setBigUint64(extended ? 72 : 64, BigInt(blocks), true);
    for (const offset of extended ? [80, 92, 104, 116] : [72, 84, 96]) bytes.set(TIME, offset);
    view.setUint32(extended ? 128 : 108, 1, true);
    bytes.set(entityId("*adk"), extended ? 168 : 128);
    view.setBigUint64(extended ? 200 : 160, BigInt(this.#uniqueId++), true);
    view.setUint32(extended ? 212 : 172, allocation.length, true);
    bytes.set(allocation, head);
    return [extended ? TagId.EXTENDED_FILE_ENTRY : TagId.FILE_ENTRY, bytes];
  }

  /** Puts data into blocks, each with a descriptor of its own. @returns the descriptors of the entry */
  #place(data: Uint8Array, kind: number, type: number): Uint8Array {
    const descriptors: Uint8Array[] = [];
    const inMetadata = type === FileType.DIRECTORY;
    for (let at = 0; at < data.length; at += this.#size) {
      const piece = data.subarray(at, at + this.#size);
      const block = inMetadata ? this.#allocate() : this.#next++;
      this.#image.set(piece, inMetadata ? this.#offset(block) : this.#data(block));
      descriptors.push(allocationDescriptor(kind, piece.length, block, inMetadata ? this.#map : 0));
    }
    if (!this.#options.continued || descriptors.length < 2) return Buffer.concat(descriptors);
    // From the last to the first, each in an allocation extent that leads to the next.
    let next: Uint8Array = new Uint8Array(0);
    for (const each of descriptors.reverse()) {
      const both = Buffer.concat([each, next]);
      const extent = new Uint8Array(24 + both.length);
      new DataView(extent.buffer).setUint32(20, both.length, true);
      extent.set(both, 24);
      const block = this.#allocate();
      this.#write(block, TagId.ALLOCATION_EXTENT, extent);
      next = allocationDescriptor(kind, this.#size, block, this.#map, 3);
    }
    return next;
  }

  #writeFileSet(block: number, root: number): void {
    const bytes = new Uint8Array(512);
    const view = new DataView(bytes.buffer);
    bytes.set(TIME, 16);
    for (const offset of [28, 30]) view.setUint16(offset, 3, true);
    for (const offset of [32, 36]) view.setUint32(offset, 1, true);
    for (const offset of [48, 240]) bytes.set(CHARACTER_SET, offset);
    bytes.set(writeDstring("SAMPLE", 128), 112);
    bytes.set(writeDstring("SAMPLE", 32), 304);
    bytes.set(longAllocation(this.#size * (this.#options.chain ? 2 : 1), root, this.#map), 400);
    bytes.set(this.#domain(), 416);
    this.#write(block, TagId.FILE_SET, bytes);
  }

  #domain(): Uint8Array {
    const { revision } = this.#options;
    return entityId("*OSTA UDF Compliant", [revision & 0xff, revision >> 8, 1]);
  }

  /** Two pieces for the metadata file, one for its mirror; their entries are those that the partition map leads to. */
  #makeMetadataFile(): void {
    this.#next = 3;
    this.#metadata = this.#next;
    this.#mirror = this.#metadata + METADATA_BLOCKS + 1;
    this.#next = this.#mirror + METADATA_BLOCKS;
    const half = (METADATA_BLOCKS / 2) * this.#size;
    const short = (block: number, length: number) => longAllocation(length, block, 0).subarray(0, 8);
    const size = new Uint8Array(0);
    const main = Buffer.concat([short(this.#metadata, half), short(this.#metadata + METADATA_BLOCKS / 2 + 1, half)]);
    for (const [block, type, allocation] of [
      [0, 250, main],
      [1, 251, short(this.#mirror, 2 * half)],
    ] as const) {
      const [id, bytes] = this.#entryBytes(type, size, 0, AllocationKind.SHORT);
      const whole = new Uint8Array(bytes.length + allocation.length);
      whole.set(bytes);
      whole.set(allocation, bytes.length);
      const view = new DataView(whole.buffer);
      view.setBigUint64(56, BigInt(2 * half), true);
      if (this.#options.extended) view.setBigUint64(64, BigInt(2 * half), true);
      view.setBigUint64(this.#options.extended ? 72 : 64, BigInt(METADATA_BLOCKS), true);
      view.setUint32(this.#options.extended ? 212 : 172, allocation.length, true);
      this.#tagVersion(whole, id, block, whole.length);
      this.#image.set(whole, this.#data(block));
    }
  }

  #copyMetadata(): void {
    for (let block = 0; block < METADATA_BLOCKS; block++) {
      const from = this.#offset(block);
      this.#image.copyWithin(this.#data(this.#mirror + block), from, from + this.#size);
    }
  }

  /** The table of virtual blocks, in the last block of the disc. */
  #writeTable(): void {
    const { revision } = this.#options;
    const isOld = revision < 0x0200;
    const head = isOld ? 0 : 152;
    const data = new Uint8Array(head + 4 * this.#virtual.length + (isOld ? 36 : 0));
    const view = new DataView(data.buffer);
    for (const [i, block] of this.#virtual.entries()) view.setUint32(head + 4 * i, block, true);
    if (isOld) {
      data.set(entityId("*UDF Virtual Alloc Tbl", [revision & 0xff, revision >> 8]), data.length - 36);
      view.setUint32(data.length - 4, 0xffff_ffff, true);
    } else {
      view.setUint16(0, head, true);
      data.set(writeDstring("SAMPLE", 128), 4);
      view.setUint32(132, 0xffff_ffff, true);
      for (const offset of [144, 146, 148]) view.setUint16(offset, revision, true);
    }
    const type = isOld ? FileType.UNSPECIFIED : FileType.VAT;
    const [id, bytes] = this.#entryBytes(type, data, 1, AllocationKind.EMBEDDED);
    const last = PARTITION_BLOCKS - 1;
    this.#tagVersion(bytes, id, last, bytes.length);
    this.#image.set(bytes, this.#data(last));
  }

  /** Moves a packet behind the partition; what was in its place is no longer true. */
  #spare(): void {
    const from = this.#data(SPARED);
    const to = this.#data(PARTITION_BLOCKS);
    this.#image.copyWithin(to, from, from + PACKET * this.#size);
    this.#image.fill(0xee, from, from + PACKET * this.#size);
  }

  #writeVolume(fileSet: number): void {
    const { revision, partition } = this.#options;
    const nsr = revision >= 0x0200 ? "NSR03" : "NSR02";
    for (const [i, id] of ["BEA01", nsr, "TEA01"].entries()) {
      this.#image.set(new TextEncoder().encode(`\0${id}\x01`), 32_768 + i * Math.max(2048, this.#size));
    }
    const integrity = this.#sequence + 2 * SEQUENCE_BLOCKS;
    for (const first of [this.#sequence, this.#sequence + SEQUENCE_BLOCKS]) {
      const descriptors = [
        primaryDescriptor(),
        partitionDescriptor(nsr, this.#start, PARTITION_BLOCKS),
        this.#logical(fileSet, integrity),
        new Uint8Array(512),
      ];
      const ids = [TagId.PRIMARY_VOLUME, TagId.PARTITION, TagId.LOGICAL_VOLUME, TagId.TERMINATING];
      for (const [i, bytes] of descriptors.entries()) {
        new DataView(bytes.buffer).setUint32(16, i, true);
        this.#put(first + i, ids[i] as number, bytes);
      }
    }
    this.#put(integrity, TagId.LOGICAL_VOLUME_INTEGRITY, this.#integrity());
    const anchors = partition === "virtual" ? [256] : [256, this.#image.length / this.#size - 1];
    for (const block of anchors) {
      const bytes = new Uint8Array(512);
      const view = new DataView(bytes.buffer);
      for (const i of [0, 1]) {
        view.setUint32(16 + 8 * i, SEQUENCE_BLOCKS * this.#size, true);
        view.setUint32(20 + 8 * i, this.#sequence + i * SEQUENCE_BLOCKS, true);
      }
      this.#put(block, TagId.ANCHOR, bytes);
    }
    if (partition === "sparable")
      for (const block of [integrity + 2, integrity + 3])
        this.#put(block, 0, sparingTable(revision, SPARED, this.#start + PARTITION_BLOCKS));
  }

  /** A descriptor of the volume, whose blocks count from its start. */
  #put(block: number, id: number, bytes: Uint8Array): void {
    this.#tagVersion(bytes, id, block, bytes.length);
    this.#image.set(bytes, block * this.#size);
  }

  #logical(fileSet: number, integrity: number): Uint8Array {
    const maps = Buffer.concat(this.#maps(integrity));
    const bytes = new Uint8Array(440 + maps.length);
    const view = new DataView(bytes.buffer);
    bytes.set(CHARACTER_SET, 20);
    bytes.set(writeDstring("SAMPLE", 128), 84);
    view.setUint32(212, this.#size, true);
    bytes.set(this.#domain(), 216);
    bytes.set(longAllocation(this.#size, fileSet, this.#map), 248);
    view.setUint32(264, maps.length, true);
    view.setUint32(268, this.#map + 1, true);
    bytes.set(entityId("*adk"), 272);
    view.setUint32(432, 2 * this.#size, true);
    view.setUint32(436, integrity, true);
    bytes.set(maps, 440);
    return bytes;
  }

  #maps(integrity: number): Uint8Array[] {
    const { partition } = this.#options;
    const plain = Uint8Array.of(1, 6, 1, 0, 0, 0);
    if (partition === "physical") return [plain];
    const map = new Uint8Array(64);
    const view = new DataView(map.buffer);
    map.set([2, 64]);
    view.setUint16(36, 1, true);
    const { revision } = this.#options;
    const name = {
      sparable: "*UDF Sparable Partition",
      virtual: "*UDF Virtual Partition",
      metadata: "*UDF Metadata Partition",
    };
    map.set(entityId(name[partition], [revision & 0xff, revision >> 8]), 4);
    if (partition === "virtual") return [plain, map];
    if (partition === "metadata") {
      view.setUint32(44, 1, true);
      // There is no bitmap: nothing is ever written.
      view.setUint32(48, 0xffff_ffff, true);
      view.setUint32(52, 1, true);
      view.setUint16(56, 1, true);
      map[58] = 1;
      return [plain, map];
    }
    view.setUint16(40, PACKET, true);
    map[42] = 2;
    view.setUint32(44, SPARING_BYTES, true);
    view.setUint32(48, integrity + 2, true);
    view.setUint32(52, integrity + 3, true);
    return [map];
  }

  #integrity(): Uint8Array {
    const maps = this.#map + 1;
    const bytes = new Uint8Array(80 + 8 * maps + 46);
    const view = new DataView(bytes.buffer);
    bytes.set(TIME, 16);
    view.setUint32(28, 1, true);
    view.setBigUint64(40, BigInt(this.#uniqueId), true);
    view.setUint32(72, maps, true);
    view.setUint32(76, 46, true);
    const use = 80 + 8 * maps;
    bytes.set(entityId("*adk"), use);
    // Readers of 2.50 read 2.60 too (UDF 2.60 2.2.6.4).
    for (const offset of [40, 42, 44]) view.setUint16(use + offset, Math.min(this.#options.revision, 0x0250), true);
    return bytes;
  }
}
