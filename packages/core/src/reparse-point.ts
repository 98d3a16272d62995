import { ByteReader, ByteWriter, type Origin } from "./bytes.ts";
import { AdkError, check } from "./errors.ts";

/** Reparse points: what a file or directory is that is not itself ([MS-FSCC] 2.1.2). */

export const REPARSE_TAG_MOUNT_POINT = 0xa0000003;
export const REPARSE_TAG_SYMLINK = 0xa000000c;

/** Tags without the prefix IO_REPARSE_TAG_ ([MS-FSCC] 2.1.2.1). */
const TAG_NAMES: ReadonlyMap<number, string> = new Map([
  [0x00000000, "RESERVED_ZERO"],
  [0x00000001, "RESERVED_ONE"],
  [0x00000002, "RESERVED_TWO"],
  [0xa0000003, "MOUNT_POINT"],
  [0xc0000004, "HSM"],
  [0x80000005, "DRIVE_EXTENDER"],
  [0x80000006, "HSM2"],
  [0x80000007, "SIS"],
  [0x80000008, "WIM"],
  [0x80000009, "CSV"],
  [0x8000000a, "DFS"],
  [0x8000000b, "FILTER_MANAGER"],
  [0xa000000c, "SYMLINK"],
  [0xa0000010, "IIS_CACHE"],
  [0x80000012, "DFSR"],
  [0x80000013, "DEDUP"],
  [0xc0000014, "APPXSTRM"],
  [0x80000014, "NFS"],
  [0x80000015, "FILE_PLACEHOLDER"],
  [0x80000016, "DFM"],
  [0x80000017, "WOF"],
  [0x80000018, "WCI"],
  [0x90001018, "WCI_1"],
  [0xa0000019, "GLOBAL_REPARSE"],
  [0x9000001a, "CLOUD"],
  [0x8000001b, "APPEXECLINK"],
  [0x9000001c, "PROJFS"],
  [0xa000001d, "LX_SYMLINK"],
  [0x8000001e, "STORAGE_SYNC"],
  [0xa000001f, "WCI_TOMBSTONE"],
  [0x80000020, "UNHANDLED"],
  [0x80000021, "ONEDRIVE"],
  [0xa0000022, "PROJFS_TOMBSTONE"],
  [0x80000023, "AF_UNIX"],
  [0x80000024, "LX_FIFO"],
  [0x80000025, "LX_CHR"],
  [0x80000026, "LX_BLK"],
  [0xa0000027, "WCI_LINK"],
  [0xa0001027, "WCI_LINK_1"],
]);
const CLOUD = 0x9000001a;

/** What a reparse point says. Names are paths of Windows as they are stored. */
export type ReparsePoint = SymlinkReparsePoint | MountPointReparsePoint | OpaqueReparsePoint;

export interface SymlinkReparsePoint {
  kind: "symlink";
  /** What the system follows: `\??\C:\Users` or a relative path. */
  substituteName: string;
  /** What is shown: `C:\Users`. */
  printName: string;
  /** Whether the substitute name is relative to the directory of the link. */
  relative: boolean;
}

/** A junction, or the place at which a volume is mounted. */
export interface MountPointReparsePoint {
  kind: "mount-point";
  substituteName: string;
  printName: string;
}

export interface OpaqueReparsePoint {
  kind: "opaque";
  tag: number;
  data: Uint8Array;
}

/** Reparse data and what stands before it in REPARSE_DATA_BUFFER ([MS-FSCC] 2.1.2.2, 2.1.2.3). */
export interface ReparseBuffer {
  tag: number;
  reserved: number;
  data: Uint8Array;
}

const SYMLINK_FLAG_RELATIVE = 1;
/** [MS-FSCC] 2.1.2: with its header a reparse point has at most 16 KB. */
const MOST_DATA_BYTES = 16 * 1024 - 8;
/** A tag without this bit belongs to somebody other than Microsoft; a GUID then follows the header. */
const MICROSOFT_TAG = 0x80000000;

/** `SYMLINK`, `CLOUD (6)`, or the number of a tag without a name. */
export function describeReparseTag(tag: number): string {
  const name = TAG_NAMES.get(tag >>> 0);
  if (name !== undefined) return name;
  // The cloud tags of sync providers differ in the four bits from 12 on.
  if ((tag & ~0xf000) >>> 0 === CLOUD) return `CLOUD (${(tag >>> 12) & 0xf})`;
  return `0x${(tag >>> 0).toString(16).padStart(8, "0")}`;
}

/**
 * Reads reparse data without its header, as WIM files keep it. Tags other than those of links are kept as they are.
 *
 * @throws AdkError `REPARSE_POINT_BAD`, `UNEXPECTED_END`
 */
export function parseReparseData(tag: number, data: Uint8Array, origin: Origin = {}): ReparsePoint {
  if (tag !== REPARSE_TAG_SYMLINK && tag !== REPARSE_TAG_MOUNT_POINT) return { kind: "opaque", tag, data };
  const reader = new ByteReader(data, origin);
  const [substituteOffset, substituteLength, printOffset, printLength] = [
    reader.u16(),
    reader.u16(),
    reader.u16(),
    reader.u16(),
  ];
  const flags = tag === REPARSE_TAG_SYMLINK ? reader.u32() : 0;
  const names = reader.within(reader.remaining);
  const name = (offset: number, length: number): string => {
    check(length % 2 === 0, () => {
      return new AdkError("REPARSE_POINT_BAD", "A name of a link has half a character.", {
        file: origin.file,
        offset: origin.base,
        found: `${length} bytes`,
      });
    });
    return names.seek(offset).utf16(length);
  };
  const substituteName = name(substituteOffset, substituteLength);
  const printName = name(printOffset, printLength);
  if (tag === REPARSE_TAG_MOUNT_POINT) return { kind: "mount-point", substituteName, printName };
  return { kind: "symlink", substituteName, printName, relative: (flags & SYMLINK_FLAG_RELATIVE) !== 0 };
}

/** The tag that a reparse point has. */
export function reparseTagOf(point: ReparsePoint): number {
  if (point.kind === "opaque") return point.tag;
  return point.kind === "symlink" ? REPARSE_TAG_SYMLINK : REPARSE_TAG_MOUNT_POINT;
}

/** Reparse data without its header. @throws AdkError `REPARSE_POINT_TOO_LARGE` */
export function reparseDataToBytes(point: ReparsePoint): Uint8Array {
  const data = point.kind === "opaque" ? point.data : linkData(point);
  check(data.length <= MOST_DATA_BYTES, () => {
    return new AdkError("REPARSE_POINT_TOO_LARGE", "The reparse point is too large.", {
      expected: `at most ${MOST_DATA_BYTES} bytes`,
      found: data.length,
    });
  });
  return data;
}

/** Both names end with a NUL that their lengths do not count: junctions need it, links may have it. */
function linkData(point: SymlinkReparsePoint | MountPointReparsePoint): Uint8Array {
  const substituteBytes = point.substituteName.length * 2;
  const writer = new ByteWriter()
    .u16(0)
    .u16(substituteBytes)
    .u16(substituteBytes + 2)
    .u16(point.printName.length * 2);
  if (point.kind === "symlink") writer.u32(point.relative ? SYMLINK_FLAG_RELATIVE : 0);
  return writer.utf16(point.substituteName).u16(0).utf16(point.printName).u16(0).finish();
}

/**
 * A symbolic link to a path of Windows. `C:\data` and `\\server\share` are absolute; `..\data` counts from the directory of
 * the link, and `\data` from the root of its volume, which Windows takes for relative too.
 */
export function symlinkTo(target: string): SymlinkReparsePoint {
  const relative = !/^(?:[a-z]:|\\\\)/i.test(target);
  return { kind: "symlink", substituteName: relative ? target : toNtPath(target), printName: target, relative };
}

/** A junction to an absolute path with a drive letter. */
export function junctionTo(target: string): MountPointReparsePoint {
  return { kind: "mount-point", substituteName: toNtPath(target), printName: target };
}

/** Where a link leads, as a user writes it: `C:\Users`, `..\data`, `\\server\share`. */
export function linkTarget(point: SymlinkReparsePoint | MountPointReparsePoint): string {
  const { substituteName } = point;
  if (/^\\\?\?\\UNC\\/i.test(substituteName)) return `\\\\${substituteName.slice(8)}`;
  return substituteName.startsWith("\\??\\") ? substituteName.slice(4) : substituteName;
}

function toNtPath(target: string): string {
  return target.startsWith("\\\\") ? `\\??\\UNC\\${target.slice(2)}` : `\\??\\${target}`;
}

/**
 * Splits REPARSE_DATA_BUFFER, which FSCTL_GET_REPARSE_POINT gives and NTFS stores. Of tags that are not Microsoft's the data
 * begins with the owner's GUID.
 *
 * @throws AdkError `REPARSE_POINT_BAD`, `UNEXPECTED_END`
 */
export function parseReparseBuffer(bytes: Uint8Array, origin: Origin = {}): ReparseBuffer {
  const reader = new ByteReader(bytes, origin);
  const tag = reader.u32();
  const length = reader.u16() + guidBytes(tag);
  const reserved = reader.u16();
  check(length <= MOST_DATA_BYTES, () => {
    return new AdkError("REPARSE_POINT_BAD", "The length of a reparse point is too large.", {
      file: origin.file,
      offset: origin.base,
      expected: `at most ${MOST_DATA_BYTES} bytes`,
      found: length,
    });
  });
  return { tag, reserved, data: reader.slice(length) };
}

export function reparseBufferToBytes(buffer: ReparseBuffer): Uint8Array<ArrayBuffer> {
  const length = buffer.data.length - guidBytes(buffer.tag);
  check(length >= 0 && buffer.data.length <= MOST_DATA_BYTES, () => {
    return new AdkError("REPARSE_POINT_TOO_LARGE", "Reparse data of this length cannot be stored.", {
      expected: `${guidBytes(buffer.tag)} to ${MOST_DATA_BYTES} bytes`,
      found: buffer.data.length,
    });
  });
  return new ByteWriter(8 + buffer.data.length)
    .u32(buffer.tag)
    .u16(length)
    .u16(buffer.reserved)
    .bytes(buffer.data)
    .finish();
}

function guidBytes(tag: number): number {
  return (tag & MICROSOFT_TAG) === 0 ? 16 : 0;
}
