import { AdkError, alignUp, type ByteReader, type ByteWriter, FileAttribute, fromHex } from "@adk/core";
import { ZERO_HASH } from "./lookup-table.ts";
import { NO_SECURITY } from "./security-data.ts";

/** Bit of the reparse flags: the target is stored as it was, not counted from the image's root. */
export const REPARSE_NOT_FIXED = 0x1;

/** Bytes of a dentry before its names. */
const DENTRY_SIZE = 0x66;
/** Bytes of an extra stream entry before its name. */
const STREAM_SIZE = 38;

/** A directory entry of an image: a name, what Windows keeps about the file, and the hashes of its streams. */
export interface Dentry {
  /** Long name; empty for the root. */
  name: string;
  shortName: string;
  attributes: number;
  /** Place in the image's security data, or `NO_SECURITY`. */
  securityId: number;
  /** FILETIMEs. */
  creationTime: bigint;
  lastAccessTime: bigint;
  lastWriteTime: bigint;
  /** SHA-1 of the main stream in hex; `ZERO_HASH` for none. What it means follows from the extra streams: see inode-streams.ts. */
  mainHash: string;
  /** Four bytes at 0x54 whose meaning is not known; kept. */
  unknown: number;
  reparseTag: number;
  reparseReserved: number;
  reparseFlags: number;
  /** Dentries of an image with the same number other than 0 are hard links to one file. */
  hardLinkGroup: bigint;
  extraStreams: readonly ExtraStream[];
  /** Tagged items (object id, extended attributes ...), kept as they are. */
  items: readonly TaggedItem[];
  /** In a directory: what it holds; missing elsewhere. */
  children: Dentry[] | undefined;
}

export interface ExtraStream {
  /** Empty for an unnamed stream. */
  readonly name: string;
  readonly sha1: string;
}

export interface TaggedItem {
  readonly tag: number;
  readonly data: Uint8Array;
}

/** A dentry as it is stored, with the place of its children in the metadata. */
export interface StoredDentry {
  readonly dentry: Dentry;
  /** From the start of the metadata; 0 for none. */
  readonly childrenOffset: number;
}

/** A dentry without data: the parts that every writer must set are parameters. */
export function newDentry(name: string, attributes: number, time: bigint): Dentry {
  return {
    name,
    shortName: "",
    attributes,
    securityId: NO_SECURITY,
    creationTime: time,
    lastAccessTime: time,
    lastWriteTime: time,
    mainHash: ZERO_HASH,
    unknown: 0,
    reparseTag: 0,
    reparseReserved: 0,
    reparseFlags: 0,
    hardLinkGroup: 0n,
    extraStreams: NONE,
    items: NONE,
    children: undefined,
  };
}

/** Of what most dentries have none of. */
const NONE: readonly never[] = [];

/** A directory whose entries are stored: a directory symlink or junction has none. */
export function isStoredDirectory({ attributes }: Dentry): boolean {
  return (attributes & (FileAttribute.DIRECTORY | FileAttribute.REPARSE_POINT)) === FileAttribute.DIRECTORY;
}

/** Reads the dentry at the reader's place and moves behind it and its streams; `undefined` at the end of a directory. */
export function parseDentry(reader: ByteReader): StoredDentry | undefined {
  const start = reader.position;
  const length = alignUp(reader.size64(), 8);
  if (length <= 8) return undefined;
  const refuse = (message: string, expected: string | number, found: string | number) =>
    new AdkError("WIM_BAD_DENTRY", message, {
      file: reader.origin.file,
      offset: (reader.origin.base ?? 0) + start,
      expected,
      found,
    });
  if (length < DENTRY_SIZE || length > reader.length - start) {
    throw refuse(
      "The length of a directory entry is impossible.",
      `${DENTRY_SIZE} to ${reader.length - start}`,
      length,
    );
  }

  const attributes = reader.u32();
  const securityId = reader.i32();
  const childrenOffset = reader.size64();
  reader.skip(16);
  const creationTime = reader.u64();
  const lastAccessTime = reader.u64();
  const lastWriteTime = reader.u64();
  const mainHash = reader.hex(20);
  const unknown = reader.u32();
  // Eight bytes that mean one of two things.
  const isReparsePoint = (attributes & FileAttribute.REPARSE_POINT) !== 0;
  const reparseTag = isReparsePoint ? reader.u32() : 0;
  const reparseReserved = isReparsePoint ? reader.u16() : 0;
  const reparseFlags = isReparsePoint ? reader.u16() : 0;
  const hardLinkGroup = isReparsePoint ? 0n : reader.u64();
  const streamCount = reader.u16();
  const shortNameSize = reader.u16();
  const nameSize = reader.u16();
  const namesSize = nulTerminated(nameSize) + nulTerminated(shortNameSize);
  if (nameSize % 2 || shortNameSize % 2 || DENTRY_SIZE + namesSize > length) {
    throw refuse("The names do not fit their directory entry.", `at most ${length - DENTRY_SIZE} bytes`, namesSize);
  }
  const name = reader.utf16(nameSize);
  const shortName =
    shortNameSize === 0 ? "" : reader.seek(start + DENTRY_SIZE + nulTerminated(nameSize)).utf16(shortNameSize);

  const itemsStart = alignUp(DENTRY_SIZE + namesSize, 8);
  const items = itemsStart < length ? parseTaggedItems(reader.seek(start + itemsStart), start + length) : NONE;
  reader.seek(start + length);
  const extraStreams = streamCount === 0 ? NONE : Array.from({ length: streamCount }, () => parseExtraStream(reader));

  const dentry: Dentry = {
    name,
    shortName,
    attributes,
    securityId,
    creationTime,
    lastAccessTime,
    lastWriteTime,
    mainHash,
    unknown,
    reparseTag,
    reparseReserved,
    reparseFlags,
    hardLinkGroup,
    extraStreams,
    items,
    children: undefined,
  };
  return { dentry, childrenOffset };
}

/**
 * Bytes that a dentry with its streams takes in the metadata. A writer needs them before it writes, because a directory
 * says where its children lie.
 */
export function dentrySize(dentry: Dentry): number {
  return ownSize(dentry) + dentry.extraStreams.reduce((sum, stream) => sum + streamSize(stream), 0);
}

function ownSize({ name, shortName, items }: Dentry): number {
  const names = nulTerminated(name.length * 2) + nulTerminated(shortName.length * 2);
  return items.reduce((sum, item) => sum + 8 + alignUp(item.data.length, 8), alignUp(DENTRY_SIZE + names, 8));
}

function streamSize({ name }: ExtraStream): number {
  return alignUp(STREAM_SIZE + nulTerminated(name.length * 2), 8);
}

/** Bytes that a name of so many bytes takes: nothing, or itself and a NUL. */
function nulTerminated(nameSize: number): number {
  return nameSize === 0 ? 0 : nameSize + 2;
}

export function writeDentry(writer: ByteWriter, dentry: Dentry, childrenOffset: number): void {
  writer
    .size64(ownSize(dentry))
    .u32(dentry.attributes)
    .u32(dentry.securityId >>> 0)
    .size64(childrenOffset)
    .zeros(16);
  writer.u64(dentry.creationTime).u64(dentry.lastAccessTime).u64(dentry.lastWriteTime);
  writer.bytes(fromHex(dentry.mainHash)).u32(dentry.unknown);
  if (dentry.attributes & FileAttribute.REPARSE_POINT) {
    writer.u32(dentry.reparseTag).u16(dentry.reparseReserved).u16(dentry.reparseFlags);
  } else {
    writer.u64(dentry.hardLinkGroup);
  }
  writer
    .u16(dentry.extraStreams.length)
    .u16(dentry.shortName.length * 2)
    .u16(dentry.name.length * 2);
  if (dentry.name) writer.utf16(dentry.name).u16(0);
  if (dentry.shortName) writer.utf16(dentry.shortName).u16(0);
  writer.align(8);
  for (const item of dentry.items) writer.u32(item.tag).u32(item.data.length).bytes(item.data).align(8);
  for (const stream of dentry.extraStreams) {
    writer
      .size64(streamSize(stream))
      .zeros(8)
      .bytes(fromHex(stream.sha1))
      .u16(stream.name.length * 2);
    if (stream.name) writer.utf16(stream.name).u16(0);
    writer.align(8);
  }
}

function parseExtraStream(reader: ByteReader): ExtraStream {
  const start = reader.position;
  const length = alignUp(reader.size64(), 8);
  reader.skip(8);
  const sha1 = reader.hex(20);
  const nameSize = reader.u16();
  if (length < STREAM_SIZE || STREAM_SIZE + nameSize > length || nameSize % 2) {
    throw new AdkError("WIM_BAD_STREAM_ENTRY", "The length of a stream entry is impossible.", {
      file: reader.origin.file,
      offset: (reader.origin.base ?? 0) + start,
      expected: `at least ${STREAM_SIZE + nameSize} bytes`,
      found: length,
    });
  }
  const name = reader.utf16(nameSize);
  reader.seek(start + length);
  return { name, sha1 };
}

/** Items until `end`. What is no whole item is padding: Windows leaves some there. */
function parseTaggedItems(reader: ByteReader, end: number): TaggedItem[] {
  const items: TaggedItem[] = [];
  while (end - reader.position >= 8) {
    const tag = reader.u32();
    const length = reader.u32();
    if (tag === 0 || length > end - reader.position) break;
    items.push({ tag, data: reader.slice(length) });
    if (reader.position % 8) reader.skip(Math.min(8 - (reader.position % 8), end - reader.position));
  }
  return items;
}
