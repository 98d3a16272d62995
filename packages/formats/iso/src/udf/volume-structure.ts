import { AdkError, ByteReader, type Findings, type RandomAccess } from "@adk/core";
import { type AllocationDescriptor, parseLongAllocation } from "./allocation.ts";
import { findAnchors } from "./anchor.ts";
import { parseDstring } from "./dstring.ts";
import { type Integrity, readIntegrity } from "./integrity.ts";
import { MetadataPartition } from "./metadata-partition.ts";
import { type LogicalVolume, type PartitionMap, PhysicalPartition, readDescriptor } from "./partition.ts";
import { SparablePartition } from "./sparable-partition.ts";
import { parseTag, TagId } from "./tag.ts";
import { VirtualPartition } from "./virtual-partition.ts";

// How a UDF volume is found: anchor, volume descriptor sequence, logical volume, file set (ECMA-167 3/8.4, 4/8.3).

export interface UdfVolume extends LogicalVolume {
  readonly volumeId: string;
  /** Such as 0x0102 for 1.02. */
  readonly revision: number;
  readonly partitions: readonly PartitionMap[];
  /** Where the entry of the root directory is. */
  readonly root: AllocationDescriptor;
  /** Whether the volume was left whole, where it tells. */
  readonly integrity: Integrity | undefined;
}

/** The last revision that is known: later ones keep to it as long as their least revision for readers says so. */
const NEWEST_REVISION = 0x0260;
/** Blocks of a volume descriptor sequence that are looked at, and sequences that lead to each other. */
const MOST_DESCRIPTORS = 256;
const MOST_SEQUENCES = 64;
const MOST_PARTITIONS = 64;
/** Offset of the partition maps in a logical volume descriptor. */
const MAPS = 440;
const MOST_FILE_SETS = 64;

/** @returns undefined where there is no anchor: no UDF. @throws AdkError `UDF_BAD_DESCRIPTOR` ... where there is a damaged one */
export async function openUdfVolume(disc: RandomAccess, findings: Findings): Promise<UdfVolume | undefined> {
  let failure: unknown;
  for await (const { main, reserve, blockSize } of findAnchors(disc)) {
    for (const extent of [main, reserve]) {
      try {
        const volume = await openSequence(disc, extent, blockSize, findings);
        if (extent === reserve) {
          const message = "The main volume descriptors are damaged; the reserve was used.";
          findings.warning("UDF_RESERVE_USED", message, { file: disc.name });
        }
        tellOf(volume, findings);
        return volume;
      } catch (error) {
        if (!(error instanceof AdkError) || error.kind === "environment" || error.kind === "cancelled") throw error;
        failure ??= error;
      }
    }
  }
  if (failure) throw failure;
  return undefined;
}

function tellOf({ disc, integrity, partitions }: UdfVolume, findings: Findings): void {
  const where = { file: disc.name };
  if (integrity && !integrity.closed && !partitions.some(({ kind }) => kind === "virtual")) {
    findings.warning("UDF_NOT_CLOSED", "The disc was not closed after it was written to.", where);
  }
  if (integrity && integrity.leastReadRevision > NEWEST_REVISION) {
    findings.warning("UDF_NEWER_REVISION", "The disc asks for readers of a later revision of UDF.", where);
  }
}

interface DescriptorSequence {
  /** By the number of the partition. */
  readonly partitions: ReadonlyMap<number, PhysicalPartition>;
  readonly logical: Uint8Array;
}

async function openSequence(
  disc: RandomAccess,
  extent: VolumeExtent,
  blockSize: number,
  findings: Findings,
): Promise<UdfVolume> {
  const { partitions: physical, logical } = await readSequence(disc, extent, blockSize);
  const view = new DataView(logical.buffer, logical.byteOffset);
  if (view.getUint32(212, true) !== blockSize) throw unsupported(`blocks of ${view.getUint32(212, true)} bytes`, disc);
  const partitions = await readPartitionMaps(disc, logical, physical, blockSize, findings);
  const volume = { disc, blockSize, partitions };
  const fileSet = await readFileSet(volume, parseLongAllocation(logical.subarray(248, 264)));
  const integrityExtent = { length: view.getUint32(432, true), block: view.getUint32(436, true) };
  return {
    ...volume,
    volumeId: parseDstring(logical.subarray(84, 212)),
    revision: view.getUint16(240, true),
    root: parseLongAllocation(fileSet.subarray(400, 416)),
    integrity: await readIntegrity(disc, integrityExtent, blockSize),
  };
}

/** An `extent_ad`: where descriptors of the volume are. */
export interface VolumeExtent {
  /** Bytes. */
  readonly length: number;
  readonly block: number;
}

/** Of descriptors of the same thing, that with the highest sequence number counts (ECMA-167 3/8.4.3). */
async function readSequence(disc: RandomAccess, extent: VolumeExtent, blockSize: number): Promise<DescriptorSequence> {
  const partitions = new Map<number, { sequence: number; partition: PhysicalPartition }>();
  let logical: { sequence: number; bytes: Uint8Array } | undefined;
  let next: VolumeExtent | undefined = extent;
  for (let turn = 0; next && turn < MOST_SEQUENCES; turn++) {
    const { block, length }: VolumeExtent = next;
    next = undefined;
    const count = Math.min(MOST_DESCRIPTORS, Math.floor(length / blockSize));
    for (let i = 0; i < count; i++) {
      const offset = (block + i) * blockSize;
      if (offset + blockSize > disc.size) break;
      const bytes = await disc.read(offset, blockSize);
      const tag = parseTag(bytes);
      if (!tag || tag.id === TagId.TERMINATING) break;
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const sequence = view.getUint32(16, true);
      if (tag.id === TagId.VOLUME_DESCRIPTOR_POINTER) {
        next = { length: view.getUint32(20, true), block: view.getUint32(24, true) };
        break;
      }
      if (tag.id === TagId.PARTITION) {
        const number = view.getUint16(22, true);
        const [start, blocks] = [view.getUint32(188, true), view.getUint32(192, true)];
        const partition = new PhysicalPartition(start, blocks, blockSize, disc.name);
        if (sequence >= (partitions.get(number)?.sequence ?? 0)) partitions.set(number, { sequence, partition });
      }
      if (tag.id === TagId.LOGICAL_VOLUME && sequence >= (logical?.sequence ?? 0))
        logical = { sequence, bytes: bytes.slice() };
    }
  }
  if (logical) {
    const physical = new Map([...partitions].map(([number, { partition }]) => [number, partition]));
    return { partitions: physical, logical: logical.bytes };
  }
  throw new AdkError("UDF_BAD_DESCRIPTOR", "The disc has no logical volume descriptor.", {
    file: disc.name,
    offset: extent.block * blockSize,
  });
}

interface ParsedMap {
  readonly kind: string;
  readonly bytes: Uint8Array;
  /** Number of the partition that it maps. */
  readonly number: number;
}

/** @throws AdkError `UDF_UNSUPPORTED_PARTITION` */
async function readPartitionMaps(
  disc: RandomAccess,
  logical: Uint8Array,
  physical: ReadonlyMap<number, PhysicalPartition>,
  blockSize: number,
  findings: Findings,
): Promise<PartitionMap[]> {
  const maps = parsePartitionMaps(disc, logical);
  const partitions: (PartitionMap | undefined)[] = [];
  const innerOf = ({ number }: ParsedMap): PhysicalPartition => {
    const inner = physical.get(number);
    if (inner) return inner;
    throw unsupported(`a map of partition ${number}, which has no descriptor`, disc);
  };
  for (const [i, map] of maps.entries()) {
    if (map.kind === "") partitions[i] = innerOf(map);
    else if (map.kind === "*UDF Sparable Partition")
      partitions[i] = await SparablePartition.open(disc, map.bytes, innerOf(map), blockSize, findings);
  }
  // The others are made of files in those.
  const volume = { disc, blockSize, partitions };
  for (const [i, map] of maps.entries()) {
    if (partitions[i]) continue;
    const below = maps.findIndex((each, j) => each.number === map.number && partitions[j]);
    if (below < 0) throw unsupported(`a partition of kind "${map.kind}" without one that it lies in`, disc);
    if (map.kind === "*UDF Metadata Partition")
      partitions[i] = await MetadataPartition.open(volume, map.bytes, below, findings);
    else if (map.kind === "*UDF Virtual Partition")
      partitions[i] = await VirtualPartition.open(volume, innerOf(map), below);
    else throw unsupported(`a partition of kind "${map.kind}"`, disc);
  }
  return partitions as PartitionMap[];
}

function parsePartitionMaps(disc: RandomAccess, logical: Uint8Array): ParsedMap[] {
  const reader = new ByteReader(logical, { file: disc.name });
  reader.seek(268);
  const count = Math.min(reader.u32(), MOST_PARTITIONS);
  reader.seek(MAPS);
  const maps: ParsedMap[] = [];
  for (let i = 0; i < count; i++) {
    const [type, length] = [reader.u8(), reader.u8()];
    // A map of type 2 has 64 bytes and names itself by an identifier.
    if (!(type === 1 && length >= 6) && !(type === 2 && length >= 64)) {
      throw unsupported(`a partition map of type ${type} with ${length} bytes`, disc);
    }
    const bytes = logical.subarray(reader.position - 2, reader.position - 2 + length);
    reader.skip(length - 2);
    const number = new DataView(bytes.buffer, bytes.byteOffset).getUint16(type === 1 ? 4 : 38, true);
    const kind = type === 1 ? "" : String.fromCharCode(...bytes.subarray(5, 28)).replace(/\0.*$/s, "");
    maps.push({ kind, bytes, number });
  }
  return maps;
}

/** The file set with the highest number: discs that are written once get new ones behind the old. */
async function readFileSet(volume: LogicalVolume, extent: AllocationDescriptor): Promise<Uint8Array> {
  let newest: Uint8Array | undefined;
  let number = -1;
  let { partition, block, length } = extent;
  for (let turn = 0; turn < MOST_FILE_SETS && length > 0; turn++) {
    const found = await readDescriptor(volume, { partition, block }, [TagId.FILE_SET, TagId.TERMINATING]).catch(
      (error: unknown) => {
        // What lies behind the newest was never written.
        if (newest && error instanceof AdkError && error.kind === "input") return undefined;
        throw error;
      },
    );
    if (!found || found.id === TagId.TERMINATING) break;
    const view = new DataView(found.bytes.buffer, found.bytes.byteOffset);
    if (view.getUint32(40, true) > number) {
      number = view.getUint32(40, true);
      newest = found.bytes.slice();
    }
    const next = parseLongAllocation(found.bytes.subarray(448, 464));
    if (next.length > 0) ({ partition, block, length } = next);
    else {
      block++;
      length -= volume.blockSize;
    }
  }
  if (newest) return newest;
  throw new AdkError("UDF_BAD_DESCRIPTOR", "The disc has no file set descriptor.", { file: volume.disc.name });
}

function unsupported(what: string, disc: RandomAccess): AdkError {
  return new AdkError("UDF_UNSUPPORTED_PARTITION", "The file system has a form that is not read.", {
    kind: "unsupported",
    file: disc.name,
    found: what,
  });
}
