import { parseTag, writeTag } from "../udf/tag.ts";

/**
 * Makes the checksums of changed descriptors right again: a reader that checks them gets to what was changed.
 *
 * @param tags from `findTags`, before the change
 */
export function repairTags(bytes: Uint8Array, tags: readonly number[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Descriptors in others come before those.
  for (let i = tags.length - 1; i >= 0; i--) {
    const offset = tags[i] as number;
    if (offset + 16 > bytes.length) continue;
    const length = view.getUint16(offset + 10, true);
    if (offset + 16 + length > bytes.length) continue;
    const version = view.getUint16(offset + 2, true);
    const descriptor = bytes.subarray(offset, offset + 16 + length);
    writeTag(descriptor, view.getUint16(offset, true), view.getUint32(offset + 12, true), length);
    // Version 2 is what was written.
    descriptor[2] = version;
    descriptor[4] = (descriptor[4] as number) + version - 2;
  }
}

/** Offsets of all descriptors of an image: what looks like a tag, at each multiple of 4. */
export function findTags(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: number[] = [];
  for (let at = 0; at + 16 <= bytes.length; at += 4) {
    if (view.getUint32(at, true) === 0) continue;
    const length = view.getUint16(at + 10, true);
    if (parseTag(bytes.subarray(at, at + 16 + length))) found.push(at);
  }
  return found;
}
