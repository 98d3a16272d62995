import { alignUp, ByteWriter, type Guid, guidToBytes } from "@adk/core";
import { structureChecksum } from "./crc32c.ts";

const LOG_OFFSET = 2 ** 20;
const HEADERS = [64 * 1024, 128 * 1024];

export interface SampleChange {
  readonly offset: number;
  /** 4096 of them; a number of zeros otherwise. */
  readonly bytes: Uint8Array | number;
}

/**
 * A copy of a VHDX that was not closed in order: its log has changes, an entry for each list.
 *
 * @param start place of the first entry in the log
 */
export function dirtyVhdx(
  vhdx: Uint8Array,
  guid: Guid,
  entries: readonly (readonly SampleChange[])[],
  start = 0,
): Uint8Array {
  const dirty = vhdx.slice();
  let at = start;
  for (const [i, changes] of entries.entries()) {
    const entry = logEntry(changes, guid, BigInt(i + 7), start, vhdx.length);
    for (const [k, byte] of entry.entries()) dirty[LOG_OFFSET + ((at + k) % 2 ** 20)] = byte;
    at = (at + entry.length) % 2 ** 20;
  }
  for (const offset of HEADERS) {
    dirty.set(guidToBytes(guid), offset + 48);
    const header = dirty.subarray(offset, offset + 4096);
    new DataView(dirty.buffer).setUint32(offset + 4, structureChecksum(header), true);
  }
  return dirty;
}

function logEntry(
  changes: readonly SampleChange[],
  guid: Guid,
  sequence: bigint,
  tail: number,
  fileSize: number,
): Uint8Array {
  const sectors = changes.filter(({ bytes }) => typeof bytes !== "number").length;
  const length = alignUp(64 + changes.length * 32, 4096) + sectors * 4096;
  const text = (name: string) => new TextEncoder().encode(name);
  const writer = new ByteWriter(length).bytes(text("loge")).u32(0).u32(length).u32(tail).u64(sequence);
  writer.u32(changes.length).u32(0).bytes(guidToBytes(guid)).size64(fileSize).size64(fileSize);
  for (const { offset, bytes } of changes) {
    if (typeof bytes === "number") writer.bytes(text("zero")).u32(0).size64(bytes).size64(offset).u64(sequence);
    else {
      writer.bytes(text("desc")).bytes(bytes.subarray(4092)).bytes(bytes.subarray(0, 8));
      writer.size64(offset).u64(sequence);
    }
  }
  writer.align(4096);
  for (const { bytes } of changes) {
    if (typeof bytes === "number") continue;
    writer
      .bytes(text("data"))
      .u32(Number(sequence >> 32n))
      .bytes(bytes.subarray(8, 4092));
    writer.u32(Number(sequence & 0xffff_ffffn));
  }
  return writer.patchU32(4, structureChecksum(writer.finish())).finish();
}
