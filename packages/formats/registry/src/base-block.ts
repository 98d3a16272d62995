import { AdkError, ByteWriter, check, decodeUtf16, type Filetime } from "@adk/core";

/** Bytes before the first hive bin: all offsets in a hive count from here. */
export const BASE_BLOCK_SIZE = 4096;
/** An offset that points to nothing. */
export const NIL = 0xffff_ffff;

const SIGNATURE = 0x66676572; // "regf"
const SECONDARY_SEQUENCE = 8;
const LAST_WRITTEN = 12;
const FILE_TYPE = 28;
const ROOT_CELL = 36;
const HIVE_BINS_SIZE = 40;
const FILE_NAME = 48;
const FILE_NAME_SIZE = 64;
const FLAGS = 144;
const LAST_REORGANIZED = 168;
const CHECKSUM = 508;
/** Bytes of the base block that a transaction log begins with: up to and with the checksum. */
export const LOG_BASE_BLOCK_SIZE = 512;

/** Values of the file type field. */
export const FILE_TYPE_PRIMARY = 0;
export const FILE_TYPE_OLD_LOG = 1;
export const FILE_TYPE_OLD_LOG_ALTERNATE = 2;
/** Logs of Windows 8.1 and later. */
export const FILE_TYPE_NEW_LOG = 6;

/** The first 4096 bytes of a hive (the first 512 are copied to its logs). */
export interface BaseBlock {
  /** Counted up before a write begins. */
  readonly primarySequence: number;
  /** Set to the primary when the write is complete: a hive where they differ is dirty. */
  readonly secondarySequence: number;
  readonly lastWritten: Filetime;
  readonly majorVersion: number;
  /** 3 to 6; big data from 4 on, hash leaves from 5 on, layered keys in 6. */
  readonly minorVersion: number;
  /** A `FILE_TYPE_*`. */
  readonly fileType: number;
  /** Offset of the root key's cell. */
  readonly rootCell: number;
  /** Bytes of all hive bins. */
  readonly hiveBinsSize: number;
  /** The end of the path under which Windows had it, up to 31 code units. */
  readonly fileName: string;
  readonly flags: number;
  readonly lastReorganized: Filetime;
  /** Whether the stored checksum is that of the block. */
  readonly checksumRight: boolean;
}

/** Whether a file that begins with these bytes is a registry hive or one of its logs. */
export function isHive(head: Uint8Array): boolean {
  return head.length >= 4 && viewOf(head).getUint32(0, true) === SIGNATURE;
}

/**
 * @param bytes at least the first 512 bytes of the file
 * @throws AdkError `REG_BAD_SIGNATURE`, `REG_BAD_BASE_BLOCK`
 */
export function parseBaseBlock(bytes: Uint8Array, file?: string): BaseBlock {
  check(isHive(bytes), () => {
    const found = JSON.stringify(Buffer.from(bytes.subarray(0, 4)).toString("latin1"));
    return new AdkError("REG_BAD_SIGNATURE", "This is not a registry hive.", {
      file,
      offset: 0,
      expected: "regf",
      found,
    });
  });
  check(bytes.length >= LOG_BASE_BLOCK_SIZE, () => {
    const expected = `${LOG_BASE_BLOCK_SIZE} bytes`;
    return new AdkError("REG_BAD_BASE_BLOCK", "The base block is not complete.", {
      file,
      offset: 0,
      expected,
      found: `${bytes.length} bytes`,
    });
  });
  const view = viewOf(bytes);
  const name = decodeUtf16(bytes.subarray(FILE_NAME, FILE_NAME + FILE_NAME_SIZE));
  return {
    primarySequence: view.getUint32(4, true),
    secondarySequence: view.getUint32(SECONDARY_SEQUENCE, true),
    lastWritten: view.getBigUint64(LAST_WRITTEN, true),
    majorVersion: view.getUint32(20, true),
    minorVersion: view.getUint32(24, true),
    fileType: view.getUint32(FILE_TYPE, true),
    rootCell: view.getUint32(ROOT_CELL, true),
    hiveBinsSize: view.getUint32(HIVE_BINS_SIZE, true),
    fileName: name.replace(/\0.*$/s, ""),
    flags: view.getUint32(FLAGS, true),
    lastReorganized: view.getBigUint64(LAST_REORGANIZED, true),
    checksumRight: view.getUint32(CHECKSUM, true) === checksum(view),
  };
}

/** Whether the last write was not completed: what the hive holds may be half of it. */
export function isDirty(block: BaseBlock): boolean {
  return block.primarySequence !== block.secondarySequence || !block.checksumRight;
}

/** A base block of a hive that was never written. @param fileName its last 31 code units are kept */
export function newBaseBlock(minorVersion: number, fileName: string): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(BASE_BLOCK_SIZE);
  writer.u32(SIGNATURE).zeros(16).u32(1).u32(minorVersion).u32(FILE_TYPE_PRIMARY).u32(1).u32(NIL).u32(0).u32(1);
  writer.utf16(fileName.slice(-(FILE_NAME_SIZE / 2 - 1)));
  return writer.zeros(BASE_BLOCK_SIZE - writer.position).finish();
}

/** What a save, or a replay of logs, changes of a base block. */
export interface BaseBlockChange {
  /** Becomes the primary and the secondary sequence number. */
  readonly sequence?: number;
  readonly lastWritten?: Filetime;
  readonly fileType?: number;
  readonly rootCell?: number;
  readonly hiveBinsSize?: number;
  readonly flags?: number;
}

/** Changes a base block in place; its checksum is right afterwards. */
export function changeBaseBlock(bytes: Uint8Array, change: BaseBlockChange): void {
  const view = viewOf(bytes);
  if (change.sequence !== undefined) {
    view.setUint32(4, change.sequence, true);
    view.setUint32(SECONDARY_SEQUENCE, change.sequence, true);
  }
  if (change.lastWritten !== undefined) view.setBigUint64(LAST_WRITTEN, change.lastWritten, true);
  if (change.fileType !== undefined) view.setUint32(FILE_TYPE, change.fileType, true);
  if (change.rootCell !== undefined) view.setUint32(ROOT_CELL, change.rootCell, true);
  if (change.hiveBinsSize !== undefined) view.setUint32(HIVE_BINS_SIZE, change.hiveBinsSize, true);
  if (change.flags !== undefined) view.setUint32(FLAGS, change.flags, true);
  view.setUint32(CHECKSUM, checksum(view), true);
}

/** XOR of the 127 numbers before the checksum; 0 and all ones are replaced. */
function checksum(view: DataView): number {
  let sum = 0;
  for (let at = 0; at < CHECKSUM; at += 4) sum ^= view.getUint32(at, true);
  if (sum === -1) return 0xffff_fffe;
  return sum === 0 ? 1 : sum >>> 0;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
