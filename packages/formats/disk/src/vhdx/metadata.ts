import {
  AdkError,
  ByteReader,
  ByteWriter,
  check,
  type Guid,
  guidToBytes,
  isGuid,
  NIL_GUID,
  type Origin,
} from "@adk/core";
import type { DiskParent } from "../parent.ts";
import { readGuid } from "./header.ts";

/** The table has 64 KiB, the items follow it. */
const METADATA_TABLE_BYTES = 64 * 1024;
const MOST_ITEMS = 2047;
const MOST_ITEM_BYTES = 2 ** 20;

const FILE_PARAMETERS = "caa16737-fa36-4d43-b3b6-33f0aa44e76b";
const VIRTUAL_DISK_SIZE = "2fa54224-cd1b-4876-b211-5dbed83bf4b8";
const VIRTUAL_DISK_ID = "beca12ab-b2e6-4523-93ef-c309e000c746";
const LOGICAL_SECTOR_SIZE = "8141bf1d-a96f-4709-ba47-f233a8faab5f";
const PHYSICAL_SECTOR_SIZE = "cda348c7-445d-4471-9cc9-e9885251c556";
const PARENT_LOCATOR = "a8d35f2d-b30b-454d-abf7-d3d84834ab0c";
/** The only type of locators there is: the parent is a VHDX too. */
const VHDX_PARENT = "b04aefb7-d19e-4a81-b789-25b8e9445913";
const LOCATOR_IDS = ["parent_linkage", "parent_linkage2"];
const LOCATOR_PATHS = ["relative_path", "volume_path", "absolute_win32_path"];
const KNOWN = new Set([
  FILE_PARAMETERS,
  VIRTUAL_DISK_SIZE,
  VIRTUAL_DISK_ID,
  LOGICAL_SECTOR_SIZE,
  PHYSICAL_SECTOR_SIZE,
  PARENT_LOCATOR,
]);

const IS_VIRTUAL_DISK = 2;
const IS_REQUIRED = 4;
const MIB = 2 ** 20;

/** What a VHDX says of its disk ([MS-VHDX] 2.6). */
export interface VhdxMetadata {
  readonly blockBytes: number;
  /** All blocks have their place in the file: a fixed disk. */
  readonly leaveBlocksAllocated: boolean;
  readonly hasParent: boolean;
  /** What a differencing disk says of its parent. */
  readonly parent: DiskParent | undefined;
  readonly size: number;
  readonly id: Guid | undefined;
  readonly logicalSectorBytes: number;
  readonly physicalSectorBytes: number;
}

/** @param bytes the metadata region @throws AdkError `VHDX_BAD_METADATA`, `VHDX_UNKNOWN_METADATA` */
export function parseMetadata(bytes: Uint8Array, origin: Origin = {}): VhdxMetadata {
  const bad = (message: string, found?: string | number) =>
    new AdkError("VHDX_BAD_METADATA", message, { file: origin.file, offset: origin.base, found });
  check(String.fromCharCode(...bytes.subarray(0, 8)) === "metadata", () => bad("There is no table of metadata."));
  const reader = new ByteReader(bytes, origin, 10);
  const count = reader.u16();
  check(count <= MOST_ITEMS, () => bad("There cannot be so many items.", count));
  reader.skip(20);
  const items = new Map<Guid, ByteReader>();
  for (let i = 0; i < count; i++) {
    const [guid, offset, length, flags] = [readGuid(reader), reader.u32(), reader.u32(), reader.u32()];
    reader.skip(4);
    const known = KNOWN.has(guid);
    check(known || (flags & IS_REQUIRED) === 0, () => {
      const message = "The file needs something that is not known here.";
      return new AdkError("VHDX_UNKNOWN_METADATA", message, { kind: "unsupported", file: origin.file, found: guid });
    });
    check(length <= MOST_ITEM_BYTES, () => bad("An item cannot have this size.", length));
    if (known) items.set(guid, new ByteReader(bytes, origin).seek(offset).within(length));
  }
  const item = (guid: Guid, name: string): ByteReader => {
    const found = items.get(guid);
    check(found !== undefined, () => bad(`The ${name} is missing.`));
    return found;
  };
  const parameters = item(FILE_PARAMETERS, "size of blocks");
  const [blockBytes, flags] = [parameters.u32(), parameters.u32()];
  const isPower = (number: number, least: number, most: number) =>
    number >= least && number <= most && (number & (number - 1)) === 0;
  check(isPower(blockBytes, MIB, 256 * MIB), () => bad("Blocks cannot have this size.", blockBytes));
  const logicalSectorBytes = item(LOGICAL_SECTOR_SIZE, "size of sectors").u32();
  check([512, 4096].includes(logicalSectorBytes), () => bad("Sectors cannot have this size.", logicalSectorBytes));
  const size = item(VIRTUAL_DISK_SIZE, "size of the disk").size64();
  check(size > 0 && size <= 2 ** 46 && size % logicalSectorBytes === 0, () =>
    bad("The disk cannot have this size.", size),
  );
  const id = items.get(VIRTUAL_DISK_ID);
  const hasParent = (flags & 2) !== 0;
  return {
    blockBytes,
    leaveBlocksAllocated: (flags & 1) !== 0,
    hasParent,
    parent: hasParent ? parseParentLocator(item(PARENT_LOCATOR, "place of the parent"), bad) : undefined,
    size,
    id: id && readGuid(id),
    logicalSectorBytes,
    physicalSectorBytes: items.get(PHYSICAL_SECTOR_SIZE)?.u32() ?? logicalSectorBytes,
  };
}

/** Pairs of texts ([MS-VHDX] 2.6.2.6). */
function parseParentLocator(item: ByteReader, bad: (message: string, found?: string) => AdkError): DiskParent {
  const type = readGuid(item);
  check(type === VHDX_PARENT, () => bad("The place of the parent is told in an unknown way.", type));
  const count = item.skip(2).u16();
  const values = new Map<string, string>();
  for (let i = 0; i < count; i++) {
    const [keyAt, valueAt, keyBytes, valueBytes] = [item.u32(), item.u32(), item.u16(), item.u16()];
    const back = item.position;
    const key = item.seek(keyAt).utf16(keyBytes);
    values.set(key, item.seek(valueAt).utf16(valueBytes));
    item.seek(back);
  }
  const all = (keys: readonly string[]) => keys.flatMap((key) => values.get(key) ?? []);
  const ids = all(LOCATOR_IDS).map((text) => text.replace(/[{}]/g, "").toLowerCase());
  return { ids: ids.filter((text) => isGuid(text) && text !== NIL_GUID), paths: all(LOCATOR_PATHS) };
}

/** The table and its items, of a disk without parent. */
export function writeMetadata(
  metadata: Omit<VhdxMetadata, "hasParent" | "parent"> & { readonly id: Guid },
): Uint8Array {
  const parameters = metadata.leaveBlocksAllocated ? 1 : 0;
  const u32 = (value: number) => new ByteWriter(4).u32(value).finish();
  const items: readonly (readonly [Guid, number, Uint8Array])[] = [
    [FILE_PARAMETERS, IS_REQUIRED, new ByteWriter(8).u32(metadata.blockBytes).u32(parameters).finish()],
    [VIRTUAL_DISK_SIZE, IS_REQUIRED | IS_VIRTUAL_DISK, new ByteWriter(8).size64(metadata.size).finish()],
    [VIRTUAL_DISK_ID, IS_REQUIRED | IS_VIRTUAL_DISK, guidToBytes(metadata.id)],
    [LOGICAL_SECTOR_SIZE, IS_REQUIRED | IS_VIRTUAL_DISK, u32(metadata.logicalSectorBytes)],
    [PHYSICAL_SECTOR_SIZE, IS_REQUIRED | IS_VIRTUAL_DISK, u32(metadata.physicalSectorBytes)],
  ];
  const writer = new ByteWriter(METADATA_TABLE_BYTES + 256);
  writer.bytes(new TextEncoder().encode("metadata")).u16(0).u16(items.length).zeros(20);
  let offset = METADATA_TABLE_BYTES;
  for (const [guid, flags, bytes] of items) {
    writer.bytes(guidToBytes(guid)).u32(offset).u32(bytes.length).u32(flags).u32(0);
    offset += bytes.length;
  }
  writer.align(METADATA_TABLE_BYTES);
  for (const [, , bytes] of items) writer.bytes(bytes);
  return writer.finish();
}
