import { AdkError, alignUp, ByteReader, check, checkRange, type Guid, type RandomAccess } from "@adk/core";
import { structureChecksum } from "./crc32c.ts";
import { readGuid, type VhdxHeader } from "./header.ts";

const LOG_SECTOR = 4096;
const ENTRY_HEADER_BYTES = 64;
const DESCRIPTOR_BYTES = 32;
/** Everybody writes one of 1 MiB. */
const MOST_LOG_BYTES = 2 ** 26;

/** A change that the log has and the file has not yet. Without bytes it is zeros. */
export interface LogChange {
  readonly offset: number;
  readonly length: number;
  readonly bytes: Uint8Array | undefined;
}

/** An entry of the log ([MS-VHDX] 2.3.1). */
interface LogEntry {
  readonly length: number;
  /** Place in the log of the oldest entry that is to be replayed with this one. */
  readonly tail: number;
  readonly sequence: bigint;
  /** The file had this size when the entry was written, and has that one when it was replayed. */
  readonly flushedFileSize: number;
  readonly lastFileSize: number;
  readonly changes: readonly LogChange[];
}

export interface LogReplay {
  readonly changes: readonly LogChange[];
  /** The file is at least so large then. */
  readonly fileSize: number;
}

/**
 * The changes of the newest sequence of entries ([MS-VHDX] 2.3.3).
 *
 * @throws AdkError `VHDX_BAD_LOG` where there is none, or the file is shorter than it was
 */
export async function readLog(access: RandomAccess, header: VhdxHeader): Promise<LogReplay> {
  const { logOffset, logBytes, logGuid } = header;
  const bad = (message: string) => new AdkError("VHDX_BAD_LOG", message, { file: access.name, offset: logOffset });
  const possible = logBytes > 0 && logBytes <= MOST_LOG_BYTES && logBytes % LOG_SECTOR === 0;
  check(possible, () => bad(`The log cannot have ${logBytes} bytes.`));
  const log = await access.read(logOffset, logBytes);
  const entries = parseEntries(log, logGuid, () => bad("The entries of the log overlap."));
  let best: readonly LogEntry[] = [];
  for (const start of entries.keys()) {
    const sequence = sequenceFrom(entries, start, logBytes);
    const newest = best.at(-1)?.sequence ?? -1n;
    if ((sequence.at(-1)?.sequence ?? -1n) > newest) best = sequence;
  }
  const head = best.at(-1);
  check(head !== undefined, () => bad("The log has no whole sequence of entries."));
  check(access.size >= head.flushedFileSize, () => bad("The file is shorter than when its log was written."));
  return { changes: best.flatMap(({ changes }) => changes), fileSize: Math.max(access.size, head.lastFileSize) };
}

/** All whole entries by their place. A hostile log could make its bytes be summed over and over. */
function parseEntries(log: Uint8Array, guid: Guid, overlap: () => AdkError): Map<number, LogEntry> {
  const entries = new Map<number, LogEntry>();
  let summed = 0;
  for (let at = 0; at < log.length; at += LOG_SECTOR) {
    const view = new DataView(log.buffer, log.byteOffset + at);
    const length = view.getUint32(8, true);
    const isEntry = String.fromCharCode(...log.subarray(at, at + 4)) === "loge";
    if (!isEntry || length === 0 || length > log.length || length % LOG_SECTOR !== 0) continue;
    summed += length;
    check(summed <= 4 * log.length, overlap);
    // The log is a ring: an entry may go on at its start.
    const bytes = new Uint8Array(length);
    const first = log.subarray(at, at + length);
    bytes.set(first);
    bytes.set(log.subarray(0, length - first.length), first.length);
    const entry = parseEntry(bytes, guid);
    if (entry) entries.set(at, entry);
  }
  return entries;
}

function parseEntry(bytes: Uint8Array, guid: Guid): LogEntry | undefined {
  const reader = new ByteReader(bytes, {}, 4);
  if (reader.u32() !== structureChecksum(bytes)) return undefined;
  const [length, tail, sequence, count] = [reader.u32(), reader.u32(), reader.u64(), reader.u32()];
  const dataStart = alignUp(ENTRY_HEADER_BYTES + count * DESCRIPTOR_BYTES, LOG_SECTOR);
  reader.skip(4);
  if (readGuid(reader) !== guid || dataStart > length) return undefined;
  const [flushedFileSize, lastFileSize] = [reader.size64(), reader.size64()];
  const changes: LogChange[] = [];
  let data = dataStart;
  for (let i = 0; i < count; i++) {
    const start = ENTRY_HEADER_BYTES + i * DESCRIPTOR_BYTES;
    const kind = String.fromCharCode(...bytes.subarray(start, start + 4));
    const descriptor = new ByteReader(bytes, {}, start + 8);
    if (kind === "zero") {
      const [count, offset] = [descriptor.size64(), descriptor.size64()];
      if (descriptor.u64() !== sequence) return undefined;
      changes.push({ offset, length: count, bytes: undefined });
      continue;
    }
    const offset = descriptor.skip(8).size64();
    if (kind !== "desc" || descriptor.u64() !== sequence || data + LOG_SECTOR > length) return undefined;
    // The first eight and the last four bytes of a sector are in its descriptor: in their place the log has its own marks.
    const sector = bytes.slice(data, data + LOG_SECTOR);
    const marks = new ByteReader(sector, {}, 4);
    const high = BigInt(marks.u32());
    if (((high << 32n) | BigInt(marks.seek(LOG_SECTOR - 4).u32())) !== sequence) return undefined;
    sector.set(bytes.subarray(start + 8, start + 16));
    sector.set(bytes.subarray(start + 4, start + 8), LOG_SECTOR - 4);
    changes.push({ offset, length: LOG_SECTOR, bytes: sector });
    data += LOG_SECTOR;
  }
  return { length, tail, sequence, flushedFileSize, lastFileSize, changes };
}

/** The entries that follow each other from a place on, if the last one says that the first is the oldest. */
function sequenceFrom(entries: ReadonlyMap<number, LogEntry>, start: number, logBytes: number): LogEntry[] {
  const sequence: LogEntry[] = [];
  for (let at = start, entry = entries.get(at); entry; entry = entries.get(at)) {
    const last = sequence.at(-1);
    if (last && entry.sequence !== last.sequence + 1n) break;
    sequence.push(entry);
    at = (at + entry.length) % logBytes;
  }
  return sequence.at(-1)?.tail === start ? sequence : [];
}

/** A file with the changes of its log made, which the file itself has not. Closing it closes the file. */
export class ReplayedAccess implements RandomAccess {
  readonly name: string;
  readonly size: number;
  readonly #inner: RandomAccess;
  readonly #changes: readonly LogChange[];

  constructor(inner: RandomAccess, { changes, fileSize }: LogReplay) {
    this.name = inner.name;
    this.size = fileSize;
    this.#inner = inner;
    this.#changes = changes;
  }

  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    checkRange(this, offset, length);
    const end = offset + length;
    const target = (into ?? new Uint8Array(length)).subarray(0, length);
    const stored = Math.max(0, Math.min(length, this.#inner.size - offset));
    if (stored > 0) await this.#inner.read(offset, stored, target.subarray(0, stored));
    target.fill(0, stored);
    for (const change of this.#changes) {
      const from = Math.max(offset, change.offset);
      const to = Math.min(end, change.offset + change.length);
      if (from >= to) continue;
      const place = target.subarray(from - offset, to - offset);
      if (change.bytes) place.set(change.bytes.subarray(from - change.offset, to - change.offset));
      else place.fill(0);
    }
    return target;
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }
}
