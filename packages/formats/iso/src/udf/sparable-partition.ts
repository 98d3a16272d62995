import { ByteReader, type Findings, type RandomAccess } from "@adk/core";
import type { PartitionMap, PhysicalPartition } from "./partition.ts";
import { parseTag } from "./tag.ts";

// Sparable partitions of rewritable discs (UDF 2.2.9) and their sparing tables (UDF 2.2.12): packets that cannot be written any
// more have a place elsewhere.

const TABLE_ID = "*UDF Sparing Table";
/** Bytes of a table before its entries. */
const TABLE_HEAD = 56;
const ENTRY = 8;
/** Places from here on in a table are those of packets that are free or themselves defective. */
const NOT_A_PACKET = 0xffff_fff0;
const MOST_TABLES = 4;

export class SparablePartition implements PartitionMap {
  readonly kind = "sparable";
  readonly #inner: PhysicalPartition;
  /** Blocks. */
  readonly #packet: number;
  /** First block of a packet in the partition, and where on the disc the packet is. */
  readonly #spared: ReadonlyMap<number, number>;
  readonly #blockSize: number;

  private constructor(
    inner: PhysicalPartition,
    packet: number,
    spared: ReadonlyMap<number, number>,
    blockSize: number,
  ) {
    this.#inner = inner;
    this.#packet = packet;
    this.#spared = spared;
    this.#blockSize = blockSize;
  }

  /** @param map bytes of the type 2 partition map */
  static async open(
    disc: RandomAccess,
    map: Uint8Array,
    inner: PhysicalPartition,
    blockSize: number,
    findings: Findings,
  ): Promise<SparablePartition> {
    const reader = new ByteReader(map, { file: disc.name });
    reader.seek(40);
    const packet = reader.u16();
    const tables = Math.min(reader.u8(), MOST_TABLES);
    reader.skip(1);
    const size = reader.u32();
    let newest: SparingTable | undefined;
    for (let i = 0; i < tables; i++) {
      const table = await readTable(disc, reader.u32() * blockSize, Math.min(size, TABLE_HEAD + ENTRY * 0xffff));
      if (table && !(newest && newest.sequence >= table.sequence)) newest = table;
    }
    if (!newest) {
      const message = "No sparing table of the disc is sound; data of packets that moved is not what it was.";
      findings.error("UDF_NO_SPARING_TABLE", message, { file: disc.name });
    }
    return new SparablePartition(inner, Math.max(1, packet), newest?.spared ?? new Map(), blockSize);
  }

  offsetOf(block: number): number {
    const inside = block % this.#packet;
    const spared = this.#spared.get(block - inside);
    return spared === undefined ? this.#inner.offsetOf(block) : (spared + inside) * this.#blockSize;
  }

  contiguous(block: number): number {
    return this.#spared.size === 0 ? this.#inner.contiguous(block) : this.#packet - (block % this.#packet);
  }
}

interface SparingTable {
  readonly sequence: number;
  readonly spared: Map<number, number>;
}

/** @returns undefined for a table that is damaged */
async function readTable(disc: RandomAccess, offset: number, size: number): Promise<SparingTable | undefined> {
  if (size < TABLE_HEAD || offset + size > disc.size) return undefined;
  const bytes = await disc.read(offset, size);
  const identifier = String.fromCharCode(...bytes.subarray(17, 17 + TABLE_ID.length));
  if (identifier !== TABLE_ID || parseTag(bytes)?.id !== 0) return undefined;
  const reader = new ByteReader(bytes);
  reader.seek(48);
  const count = Math.min(reader.u16(), Math.floor((size - TABLE_HEAD) / ENTRY));
  reader.skip(2);
  const sequence = reader.u32();
  const spared = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const [original, mapped] = [reader.u32(), reader.u32()];
    if (original < NOT_A_PACKET) spared.set(original, mapped);
  }
  return { sequence, spared };
}
