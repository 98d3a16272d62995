import { type BaseBlock, FILE_TYPE_NEW_LOG, isHive, LOG_BASE_BLOCK_SIZE, parseBaseBlock } from "./base-block.ts";
import { marvin32 } from "./marvin32.ts";

const ENTRY_SIGNATURE = 0x454c7648; // "HvLE"
const ENTRY_HEADER_SIZE = 40;
/** Entries begin at, and are padded to, multiples of this. */
const ENTRY_ALIGNMENT = 512;
/** Offset and size of one range. */
const REFERENCE_SIZE = 8;

/** A log of Windows 8.1 and later: entries of changed pages, each written before the hive is. */
export interface TransactionLog {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly baseBlock: BaseBlock;
  /** Those that follow one another in sequence, up to the first that is not whole. */
  readonly entries: readonly LogEntry[];
}

export interface LogEntry {
  readonly sequence: number;
  /** Bit 0 goes to the flags of the hive's base block. */
  readonly flags: number;
  /** Bytes of all hive bins after it. */
  readonly hiveBinsSize: number;
  readonly pages: readonly LogPage[];
}

export interface LogPage {
  /** From the first hive bin. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Reads a log of the new format; undefined for one that is empty, of the old format, or not whole. */
export function parseTransactionLog(bytes: Uint8Array, name: string): TransactionLog | undefined {
  if (bytes.length < LOG_BASE_BLOCK_SIZE || !isHive(bytes)) return undefined;
  const baseBlock = parseBaseBlock(bytes.subarray(0, LOG_BASE_BLOCK_SIZE), name);
  const { primarySequence, secondarySequence, checksumRight, fileType } = baseBlock;
  if (fileType !== FILE_TYPE_NEW_LOG || primarySequence !== secondarySequence || !checksumRight) return undefined;
  const entries: LogEntry[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = LOG_BASE_BLOCK_SIZE; ; ) {
    const entry = parseEntry(bytes, view, at);
    if (entry?.sequence !== (primarySequence + entries.length) >>> 0) break;
    entries.push(entry);
    at += view.getUint32(at + 4, true);
  }
  return { name, bytes, baseBlock, entries };
}

/** The entry at a place; undefined if it is not there as it was written. */
function parseEntry(bytes: Uint8Array, view: DataView, at: number): LogEntry | undefined {
  if (at + ENTRY_HEADER_SIZE > bytes.length || view.getUint32(at, true) !== ENTRY_SIGNATURE) return undefined;
  const size = view.getUint32(at + 4, true);
  const count = view.getUint32(at + 20, true);
  if (size % ENTRY_ALIGNMENT !== 0 || at + size > bytes.length) return undefined;
  if (size < ENTRY_HEADER_SIZE + count * REFERENCE_SIZE) return undefined;
  const hive = view.getUint32(at + 16, true);
  if (marvin32(bytes.subarray(at, at + 32)) !== view.getBigUint64(at + 32, true)) return undefined;
  if (marvin32(bytes.subarray(at + ENTRY_HEADER_SIZE, at + size)) !== view.getBigUint64(at + 24, true))
    return undefined;
  const pages: LogPage[] = [];
  let data = at + ENTRY_HEADER_SIZE + count * REFERENCE_SIZE;
  for (let i = 0; i < count; i++) {
    const reference = at + ENTRY_HEADER_SIZE + i * REFERENCE_SIZE;
    const offset = view.getUint32(reference, true);
    const length = view.getUint32(reference + 4, true);
    if (data + length > at + size || offset + length > hive) return undefined;
    pages.push({ offset, bytes: bytes.subarray(data, data + length) });
    data += length;
  }
  return { sequence: view.getUint32(at + 12, true), flags: view.getUint32(at + 8, true), hiveBinsSize: hive, pages };
}
