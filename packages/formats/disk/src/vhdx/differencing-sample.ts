import { ByteWriter, type Guid, guidToBytes } from "@adk/core";
import { BlockState, bitmapEntryOf, chunkRatio, ENTRY_BYTES } from "./block-allocation-table.ts";

const MIB = 2 ** 20;
const METADATA = 2 * MIB;
const TABLE = 3 * MIB;
const ITEM_AT = 128 * 1024;
const PARENT_LOCATOR = "a8d35f2d-b30b-454d-abf7-d3d84834ab0c";
const LOCATOR_TYPE = "b04aefb7-d19e-4a81-b789-25b8e9445913";

/**
 * Makes a differencing VHDX of a dynamic one of this package whose disk has up to 2048 blocks: of what it stores only some sectors
 * count.
 *
 * @param parent GUID of its last change of data
 * @param path of the parent, of Windows, relative to the disk
 * @param sectors numbers of those that count
 */
export function differencingVhdx(vhdx: Uint8Array, parent: Guid, path: string, sectors: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(vhdx.length + MIB);
  bytes.set(vhdx);
  const view = new DataView(bytes.buffer);
  // A sixth item of the metadata; the first one has the parameters.
  const items = view.getUint16(METADATA + 10, true);
  view.setUint16(METADATA + 10, items + 1, true);
  const parameters = METADATA + view.getUint32(METADATA + 32 + 16, true);
  view.setUint32(parameters + 4, 2, true);
  const locator = parentLocator({ parent_linkage: `{${parent}}`, relative_path: path });
  bytes.set(locator, METADATA + ITEM_AT);
  const entry = new ByteWriter(32).bytes(guidToBytes(PARENT_LOCATOR)).u32(ITEM_AT).u32(locator.length).u32(4).u32(0);
  bytes.set(entry.finish(), METADATA + 32 + items * 32);
  const blockBytes = view.getUint32(parameters, true);
  const ratio = chunkRatio(blockBytes, 512);
  for (let block = 0; block < ratio; block++) {
    const at = TABLE + block * ENTRY_BYTES;
    const low = view.getUint32(at, true);
    if ((low & 7) === BlockState.FULLY_PRESENT) view.setUint32(at, (low & ~7) | BlockState.PARTIAL, true);
  }
  const bitmap = TABLE + bitmapEntryOf(0, ratio) * ENTRY_BYTES;
  view.setUint32(bitmap, ((vhdx.length / MIB) << 20) | BlockState.FULLY_PRESENT, true);
  for (const sector of sectors) {
    const place = vhdx.length + (sector >> 3);
    bytes[place] = (bytes[place] as number) | (1 << (sector & 7));
  }
  return bytes;
}

function parentLocator(texts: Readonly<Record<string, string>>): Uint8Array {
  const pairs = Object.entries(texts);
  const writer = new ByteWriter(4096).bytes(guidToBytes(LOCATOR_TYPE)).u16(0).u16(pairs.length);
  let at = 20 + pairs.length * 12;
  for (const [key, value] of pairs) {
    writer
      .u32(at)
      .u32(at + key.length * 2)
      .u16(key.length * 2)
      .u16(value.length * 2);
    at += (key.length + value.length) * 2;
  }
  for (const [key, value] of pairs) writer.utf16(key).utf16(value);
  return writer.finish();
}
