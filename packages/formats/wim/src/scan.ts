import { ByteReader, type LongOperation, ProgressCounter, type RandomAccess, throwIfCancelled } from "@adk/core";
import { WIM_HEADER_SIZE } from "./header.ts";
import { LOOKUP_ENTRY_SIZE, type LookupEntry, parseLookupTable } from "./lookup-table.ts";
import { RESOURCE_COMPRESSED, RESOURCE_METADATA, RESOURCE_SOLID } from "./resource-header.ts";
import { SOLID_MARK } from "./solid-run.ts";

/** A table that was found by its looks: entries in a row, those that make no sense left out. */
export interface FoundTable {
  readonly offset: number;
  readonly entries: readonly LookupEntry[];
}

/** What was found in a file without its header's help. */
export interface FoundTables {
  /** In the order of the file. */
  readonly tables: readonly FoundTable[];
  /** Where XML data begins and how long it is; the last in the file. */
  readonly xml: { readonly offset: number; readonly size: number } | undefined;
}

/** Bytes that are looked at together. Tables may cross from one window to the next. */
const WINDOW = 4 << 20;
/** A run of entries ends where so many in a row make no sense. */
const MOST_MISSES = 40;
/** Unused bits of the flags of a resource. */
const NO_FLAGS = 0xe8;
/** `<WIM` and `</WIM>` in UTF-16LE, the first with its byte order mark. */
const XML_START = Buffer.from("\uFEFF<WIM", "utf16le");
const XML_END = Buffer.from("</WIM>", "utf16le");
/** XML data longer than this is not looked for. */
const MOST_XML = 64 << 20;

/**
 * Reads a whole file and finds lookup tables and XML data by their looks. The entries of a lookup table are recognisable:
 * sizes and an offset that fit the file, few flags, the number of the part, a hash.
 */
export async function scanTables(
  access: RandomAccess,
  partNumber: number,
  operation: LongOperation,
): Promise<FoundTables> {
  const progress = new ProgressCounter(operation, "scan", "bytes", access.size);
  const tables: FoundTable[] = [];
  let xml: FoundTables["xml"];
  // Behind what belongs to a table already.
  let from = WIM_HEADER_SIZE;
  for (let base = 0; base < access.size; base += WINDOW) {
    throwIfCancelled(operation);
    // What begins in this window may end in the next.
    const bytes = await access.read(base, Math.min(WINDOW + LOOKUP_ENTRY_SIZE, access.size - base));
    const end = Math.min(WINDOW, bytes.length - LOOKUP_ENTRY_SIZE + 1);
    for (let at = Math.max(0, from - base); at < end; at++) {
      if (!isPlausibleEntry(bytes, at, access.size, partNumber)) continue;
      const table = await readRun(access, base + at, partNumber);
      tables.push(table.found);
      from = table.end;
      at = from - base - 1;
    }
    xml = (await findXml(access, bytes, base)) ?? xml;
    progress.add(bytes.length);
  }
  return { tables, xml };
}

/** Reads entries from where one was found. */
async function readRun(
  access: RandomAccess,
  offset: number,
  partNumber: number,
): Promise<{ found: FoundTable; end: number }> {
  const entries: LookupEntry[] = [];
  let end = offset;
  let misses = 0;
  for (let base = offset; misses < MOST_MISSES; base += LOOKUP_ENTRY_SIZE * 1000) {
    const room = Math.floor((access.size - base) / LOOKUP_ENTRY_SIZE) * LOOKUP_ENTRY_SIZE;
    if (room <= 0) break;
    const bytes = await access.read(base, Math.min(LOOKUP_ENTRY_SIZE * 1000, room));
    for (let at = 0; at < bytes.length && misses < MOST_MISSES; at += LOOKUP_ENTRY_SIZE) {
      if (!isPlausibleEntry(bytes, at, access.size, partNumber)) {
        misses++;
        continue;
      }
      misses = 0;
      entries.push(...parseLookupTable(bytes.slice(at, at + LOOKUP_ENTRY_SIZE)));
      end = base + at + LOOKUP_ENTRY_SIZE;
    }
  }
  return { found: { offset, entries }, end };
}

/** Whether the bytes at a place look like an entry of the lookup table of a file of this size. */
export function isPlausibleEntry(bytes: Uint8Array, at: number, fileSize: number, partNumber: number): boolean {
  // What most bytes fail comes first: this runs for every byte of a file.
  if (bytes[at + 24] !== (partNumber & 0xff) || bytes[at + 25] !== partNumber >>> 8) return false;
  const flags = bytes[at + 7] as number;
  if (flags & NO_FLAGS || bytes[at + 6] !== 0 || bytes[at + 15] !== 0 || bytes[at + 23] !== 0) return false;
  const reader = new ByteReader(bytes, {}, at);
  const storedSize = reader.u32() + (reader.u32() & 0xff_ffff) * 2 ** 32;
  const offset = reader.u32() + reader.u32() * 2 ** 32;
  const size = reader.u32() + reader.u32() * 2 ** 32;
  const referenceCount = reader.skip(2).u32();
  if (referenceCount > 0xff_ffff || storedSize === 0) return false;
  const hash = bytes.subarray(at + 30, at + LOOKUP_ENTRY_SIZE);
  if (flags & RESOURCE_SOLID) {
    if (size === SOLID_MARK) return offset >= WIM_HEADER_SIZE && offset + storedSize <= fileSize;
    return size === 0 && isHash(hash);
  }
  if (offset < WIM_HEADER_SIZE || offset + storedSize > fileSize || !isHash(hash)) return false;
  if ((flags & RESOURCE_METADATA && referenceCount > 1) || size === 0) return false;
  // Compressed data is hardly longer than what it holds: by its table of chunks, the sizes before the chunks.
  return flags & RESOURCE_COMPRESSED ? storedSize <= size + size / 256 + 64 : storedSize === size;
}

/** SHA-1 looks random: twenty bytes of it have at least nine values, in all but one of 10^9 cases. */
function isHash(bytes: Uint8Array): boolean {
  return new Set(bytes).size > 8;
}

async function findXml(access: RandomAccess, bytes: Uint8Array, base: number): Promise<FoundTables["xml"]> {
  const window = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = window.lastIndexOf(XML_START);
  if (start < 0) return undefined;
  const offset = base + start;
  const rest = await access.read(offset, Math.min(MOST_XML, access.size - offset));
  const end = Buffer.from(rest.buffer, rest.byteOffset, rest.length).indexOf(XML_END);
  return end < 0 ? undefined : { offset, size: end + XML_END.length };
}
