import { AdkError, ByteReader, type Findings, type RandomAccess } from "@adk/core";
import { SECTOR } from "../sector.ts";
import { type AllocationDescriptor, parseLongAllocation } from "./allocation.ts";
import { parseDstring } from "./dstring.ts";
import { MetadataPartition, type PartitionMap, PhysicalPartition } from "./partition.ts";
import { parseTag, requireTag, TagId } from "./tag.ts";

// How a UDF volume is found: anchor, volume descriptor sequence, logical volume, file set (ECMA-167 3/8.4, 4/8.3).

export interface UdfVolume {
  readonly volumeId: string;
  /** Such as 0x0102 for 1.02. */
  readonly revision: number;
  readonly partitions: readonly PartitionMap[];
  /** Where the entry of the root directory is. */
  readonly root: AllocationDescriptor;
}

/** Sectors of a volume descriptor sequence that are looked at. */
const MOST_DESCRIPTORS = 256;

/** @returns undefined where there is no anchor: no UDF. @throws AdkError `UDF_BAD_DESCRIPTOR` ... where there is a damaged one */
export async function openUdfVolume(disc: RandomAccess, findings: Findings): Promise<UdfVolume | undefined> {
  const anchor = await findAnchor(disc);
  if (!anchor) return undefined;
  const reader = new ByteReader(anchor, { file: disc.name });
  reader.seek(16);
  const main = { length: reader.u32(), sector: reader.u32() };
  const reserve = { length: reader.u32(), sector: reader.u32() };
  try {
    return await openSequence(disc, main);
  } catch (error) {
    if (!(error instanceof AdkError) || error.kind !== "input") throw error;
    const volume = await openSequence(disc, reserve);
    findings.warning("UDF_RESERVE_USED", "The main volume descriptors are damaged; the reserve was used.", {
      file: disc.name,
    });
    return volume;
  }
}

/** At sector 256, or at the end of the image, or 256 sectors before that: two of the three are there. */
async function findAnchor(disc: RandomAccess): Promise<Uint8Array | undefined> {
  const sectors = Math.floor(disc.size / SECTOR);
  for (const sector of [256, sectors - 1, sectors - 257, 512]) {
    if (sector < 0 || sector >= sectors) continue;
    const bytes = await disc.read(sector * SECTOR, SECTOR);
    const tag = parseTag(bytes.subarray(0, 512));
    if (tag?.id === TagId.ANCHOR && tag.location === sector) return bytes;
  }
  return undefined;
}

async function openSequence(disc: RandomAccess, extent: { length: number; sector: number }): Promise<UdfVolume> {
  const physical = new Map<number, PhysicalPartition>();
  let logical: Uint8Array | undefined;
  const count = Math.min(MOST_DESCRIPTORS, Math.floor(extent.length / SECTOR));
  for (let i = 0; i < count; i++) {
    const offset = (extent.sector + i) * SECTOR;
    if (offset + SECTOR > disc.size) break;
    const bytes = await disc.read(offset, SECTOR);
    const tag = parseTag(bytes);
    if (!tag || tag.id === TagId.TERMINATING) break;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    if (tag.id === TagId.PARTITION) {
      const partition = new PhysicalPartition(view.getUint32(188, true), view.getUint32(192, true), disc.name);
      physical.set(view.getUint16(22, true), partition);
    }
    if (tag.id === TagId.LOGICAL_VOLUME) logical = bytes.slice();
  }
  if (!logical) {
    throw new AdkError("UDF_BAD_DESCRIPTOR", "The disc has no logical volume descriptor.", {
      file: disc.name,
      offset: extent.sector * SECTOR,
    });
  }
  const partitions = await readPartitionMaps(disc, logical, physical);
  const fileSet = await findFileSet(disc, parseLongAllocation(logical.subarray(248, 264)), partitions);
  return {
    volumeId: parseDstring(logical.subarray(84, 212)),
    revision: new DataView(logical.buffer, logical.byteOffset).getUint16(240, true),
    partitions,
    root: parseLongAllocation(fileSet.subarray(400, 416)),
  };
}

/** @throws AdkError `UDF_UNSUPPORTED_PARTITION` */
async function readPartitionMaps(
  disc: RandomAccess,
  logical: Uint8Array,
  physical: ReadonlyMap<number, PhysicalPartition>,
): Promise<PartitionMap[]> {
  const reader = new ByteReader(logical, { file: disc.name });
  reader.seek(212);
  const blockSize = reader.u32();
  if (blockSize !== SECTOR) throw unsupported(`blocks of ${blockSize} bytes`, disc);
  reader.seek(268);
  const count = Math.min(reader.u32(), 64);
  reader.seek(440);
  const partitions: PartitionMap[] = [];
  for (let i = 0; i < count; i++) {
    const [type, length] = [reader.u8(), reader.u8()];
    if (length < 6) throw unsupported("a partition map of no known kind", disc);
    const map = new Uint8Array(length);
    map.set([type, length]);
    map.set(reader.slice(length - 2), 2);
    const view = new DataView(map.buffer);
    const number = view.getUint16(type === 1 ? 4 : 38, true);
    const inner = physical.get(number);
    const kind = type === 2 ? String.fromCharCode(...map.subarray(5, 28)).replace(/\0.*$/s, "") : "";
    if (!inner) throw unsupported(`a map of partition ${number}, which has no descriptor`, disc);
    if (type === 1 || kind === "*UDF Sparable Partition") partitions.push(inner);
    else if (kind === "*UDF Metadata Partition") partitions.push(await MetadataPartition.open(disc, map, inner));
    else throw unsupported(`a partition of kind "${kind || type}"`, disc);
  }
  return partitions;
}

async function findFileSet(
  disc: RandomAccess,
  { block, partition }: AllocationDescriptor,
  partitions: readonly PartitionMap[],
): Promise<Uint8Array> {
  const offset = partitionOf(partitions, partition, disc.name).offsetOf(block);
  const bytes = await disc.read(offset, SECTOR);
  requireTag(bytes, [TagId.FILE_SET], disc.name, offset);
  return bytes.slice();
}

/** @throws AdkError `UDF_BAD_BLOCK` */
export function partitionOf(partitions: readonly PartitionMap[], number: number, file: string): PartitionMap {
  const partition = partitions[number];
  if (partition) return partition;
  throw new AdkError("UDF_BAD_BLOCK", "An extent lies in a partition that the disc does not have.", {
    file,
    found: number,
  });
}

function unsupported(what: string, disc: RandomAccess): AdkError {
  return new AdkError("UDF_UNSUPPORTED_PARTITION", "The file system has a form that is not read.", {
    kind: "unsupported",
    file: disc.name,
    found: what,
  });
}
