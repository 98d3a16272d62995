import { setImmediate } from "node:timers/promises";
import type { RandomAccess } from "@adk/core";
import {
  BUFFER_HEADER_BYTES,
  BufferFlag,
  type BufferHeader,
  isBufferHeader,
  parseBufferHeader,
} from "./buffer-header.ts";
import type { BufferTable } from "./buffer-table.ts";

/** Bytes of a file that no buffer claims. */
export interface UnclaimedRange {
  readonly offset: number;
  readonly length: number;
  /** Only zeros or only ones: a part of the file that was reserved and never written. */
  readonly blank: boolean;
}

/** Buffers between two turns of signals and timers. */
const TURN = 256;
/** Bytes that are searched at once. */
const WINDOW = 1 << 20;
const ZEROS = Buffer.alloc(WINDOW, 0);
const ONES = Buffer.alloc(WINDOW, 0xff);
/** A header, and the marker of the record behind it. */
const CANDIDATE = BUFFER_HEADER_BYTES + 4;

/**
 * Goes from buffer to buffer by their sizes, without reading what is in them. Where there is none, the next one is looked for.
 *
 * @param table gets the buffers
 * @param onBuffer told of each, with its place in the table
 * @returns what is not of a buffer
 */
export async function scanBuffers(
  access: RandomAccess,
  table: BufferTable,
  onBuffer: (header: BufferHeader, index: number) => void,
): Promise<UnclaimedRange[]> {
  const unclaimed: UnclaimedRange[] = [];
  const head = new Uint8Array(BUFFER_HEADER_BYTES);
  const view = new DataView(head.buffer);
  for (let offset = 0; offset < access.size; ) {
    const left = access.size - offset;
    if (left >= BUFFER_HEADER_BYTES) {
      await access.read(offset, BUFFER_HEADER_BYTES, head);
      if (isBufferHeader(view, 0)) {
        const header = parseBufferHeader(view, 0);
        const present = Math.min(header.size, left);
        table.add(offset, header, present);
        onBuffer(header, table.length - 1);
        offset += present;
        if (table.length % TURN === 0) await setImmediate();
        continue;
      }
    }
    const { next, blank } = await findBuffer(access, offset);
    const previous = unclaimed.at(-1);
    if (previous && unclaimed.length >= MOST_RANGES) unclaimed[unclaimed.length - 1] = merge(previous, next);
    else unclaimed.push({ offset, length: next - offset, blank });
    offset = next;
  }
  return unclaimed;
}

/** More are counted together: a hostile file must not fill the memory with them. */
const MOST_RANGES = 10_000;

function merge(range: UnclaimedRange, next: number): UnclaimedRange {
  return { offset: range.offset, length: next - range.offset, blank: false };
}

/** The first place behind `from` where a buffer begins, or the end of the file. */
async function findBuffer(access: RandomAccess, from: number): Promise<{ next: number; blank: boolean }> {
  const { size } = access;
  let blank = true;
  for (let start = from; start < size; start += WINDOW - CANDIDATE) {
    await setImmediate();
    const bytes = await access.read(start, Math.min(WINDOW, size - start));
    if (isBlank(bytes)) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    // The first byte is that of what is no header; a shorter rest cannot hold one.
    for (let at = start === from ? 1 : 0; at + CANDIDATE <= bytes.length; at++) {
      // High bytes of the flags and the type are zero.
      if (bytes[at + 0x35] !== 0 || bytes[at + 0x37] !== 0 || !isBufferHeader(view, at)) continue;
      if (!(await isCertain(access, view, at, start + at))) continue;
      blank &&= isBlank(bytes.subarray(0, at));
      return { next: start + at, blank };
    }
    blank = false;
  }
  return { next: size, blank };
}

/** Where a header was searched for, what it says of the next bytes must be true as well. */
async function isCertain(access: RandomAccess, view: DataView, at: number, offset: number): Promise<boolean> {
  const { size, flags } = parseBufferHeader(view, at);
  const marker = view.getUint32(at + BUFFER_HEADER_BYTES, true) >>> 24;
  if ((flags & BufferFlag.COMPRESSED) === 0) return marker === 0xc0 || marker === 0x90;
  const end = offset + size;
  if (end + BUFFER_HEADER_BYTES > access.size) return end === access.size;
  const next = await access.read(end, BUFFER_HEADER_BYTES);
  return isBufferHeader(new DataView(next.buffer, next.byteOffset, next.length), 0);
}

function isBlank(bytes: Uint8Array): boolean {
  return (
    ZEROS.compare(bytes, 0, bytes.length, 0, bytes.length) === 0 ||
    ONES.compare(bytes, 0, bytes.length, 0, bytes.length) === 0
  );
}
