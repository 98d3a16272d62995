import { alignUp, ByteWriter } from "@adk/core";
import { BASE_BLOCK_SIZE, changeBaseBlock, FILE_TYPE_NEW_LOG, FILE_TYPE_OLD_LOG } from "../base-block.ts";
import { marvin32 } from "../marvin32.ts";

/** A change of a hive that is in its log: all its pages after it. */
export interface LoggedChange {
  readonly sequence: number;
  /** The hive after the change. */
  readonly after: Uint8Array;
}

const PAGE = 512;

/** A hive whose last write was begun and not completed. */
export function makeDirty(hive: Uint8Array, primary: number, secondary: number): Uint8Array {
  const dirty = hive.slice();
  changeBaseBlock(dirty, { sequence: secondary });
  new DataView(dirty.buffer).setUint32(4, primary, true);
  changeBaseBlock(dirty, {});
  return dirty;
}

/** A log of the new format, as Windows 8.1 and later write it. @param before the hive before the first change */
export function newLog(before: Uint8Array, changes: readonly LoggedChange[]): Uint8Array {
  const writer = new ByteWriter().bytes(headOf(before, FILE_TYPE_NEW_LOG, changes[0]?.sequence ?? 1));
  let old = before;
  for (const { sequence, after } of changes) {
    writer.bytes(entryOf(old, after, sequence));
    old = after;
  }
  return writer.finish().slice();
}

/** A log of the old format, as Windows before 8.1 wrote it. */
export function oldLog(before: Uint8Array, after: Uint8Array, sequence: number): Uint8Array {
  const pages = changedPages(before, after);
  const size = after.length - BASE_BLOCK_SIZE;
  const vector = new Uint8Array(size / PAGE / 8);
  for (const offset of pages) {
    const page = offset / PAGE;
    vector[page >>> 3] = (vector[page >>> 3] ?? 0) | (1 << (page & 7));
  }
  const writer = new ByteWriter()
    .bytes(headOf(after, FILE_TYPE_OLD_LOG, sequence))
    .u32(0x54524944)
    .bytes(vector)
    .align(PAGE);
  for (const offset of pages) writer.bytes(pageAt(after, offset));
  return writer.finish().slice();
}

function headOf(hive: Uint8Array, fileType: number, sequence: number): Uint8Array {
  const head = hive.slice(0, PAGE);
  changeBaseBlock(head, { fileType, sequence });
  return head;
}

function entryOf(before: Uint8Array, after: Uint8Array, sequence: number): Uint8Array {
  const pages = changedPages(before, after);
  const body = new ByteWriter();
  for (const offset of pages) body.u32(offset).u32(PAGE);
  for (const offset of pages) body.bytes(pageAt(after, offset));
  const size = alignUp(40 + body.position, PAGE);
  body.zeros(size - 40 - body.position);
  const header = new ByteWriter().u32(0x454c7648).u32(size).u32(0).u32(sequence);
  header
    .u32(after.length - BASE_BLOCK_SIZE)
    .u32(pages.length)
    .u64(marvin32(body.finish()));
  return header.u64(marvin32(header.finish())).bytes(body.finish()).finish().slice();
}

function changedPages(before: Uint8Array, after: Uint8Array): number[] {
  const pages: number[] = [];
  for (let offset = 0; offset < after.length - BASE_BLOCK_SIZE; offset += PAGE) {
    if (Buffer.compare(pageAt(before, offset), pageAt(after, offset)) !== 0) pages.push(offset);
  }
  return pages;
}

function pageAt(hive: Uint8Array, offset: number): Uint8Array {
  return hive.subarray(BASE_BLOCK_SIZE + offset, BASE_BLOCK_SIZE + offset + PAGE);
}
