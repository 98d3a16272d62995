/** Types of extended data items of an EVENT header (EVENT_HEADER_EXT_TYPE_* of evntcons.h). */
export const ExtendedType = {
  RELATED_ACTIVITY_ID: 1,
  SID: 2,
  TERMINAL_SESSION_ID: 3,
  INSTANCE_INFO: 4,
  STACK_TRACE32: 5,
  STACK_TRACE64: 6,
  PEBS_INDEX: 7,
  PMC_COUNTERS: 8,
  PSM_KEY: 9,
  EVENT_KEY: 10,
  EVENT_SCHEMA_TL: 11,
  PROVIDER_TRAITS: 12,
  PROCESS_START_KEY: 13,
  CONTROL_GUID: 14,
  QPC_DELTA: 15,
  CONTAINER_ID: 16,
  STACK_KEY32: 17,
  STACK_KEY64: 18,
} as const;

/** Size of the item with this header, type, linkage, size of the data: 16 bits each. In files items are 8-aligned. */
export const EXTENDED_ITEM_BYTES = 8;
/** In the linkage: another item follows. */
export const ANOTHER_ITEM = 1;

export interface ExtendedItem {
  /** Of `ExtendedType`. */
  readonly type: number;
  readonly data: Uint8Array;
}

/** The items of a range that the reader found to be a whole chain. */
export function* parseExtendedItems(bytes: Uint8Array): Generator<ExtendedItem> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + EXTENDED_ITEM_BYTES <= bytes.length; ) {
    const size = view.getUint16(at, true);
    const start = at + EXTENDED_ITEM_BYTES;
    const dataSize = Math.min(
      view.getUint16(at + 6, true),
      Math.max(0, size - EXTENDED_ITEM_BYTES),
      bytes.length - start,
    );
    yield { type: view.getUint16(at + 2, true), data: bytes.subarray(start, start + dataSize) };
    if (size < EXTENDED_ITEM_BYTES || (view.getUint16(at + 4, true) & ANOTHER_ITEM) === 0) return;
    at += size;
  }
}

/** The chain as a file has it. */
export function extendedItemsToBytes(items: readonly ExtendedItem[]): Uint8Array {
  const sizes = items.map(({ data }) => EXTENDED_ITEM_BYTES + ((data.length + 7) & ~7));
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [i, { type, data }] of items.entries()) {
    view.setUint16(at, sizes[i] as number, true);
    view.setUint16(at + 2, type, true);
    view.setUint16(at + 4, i + 1 < items.length ? ANOTHER_ITEM : 0, true);
    view.setUint16(at + 6, data.length, true);
    bytes.set(data, at + EXTENDED_ITEM_BYTES);
    at += sizes[i] as number;
  }
  return bytes;
}

/** The addresses of a call stack, or the key of one that a StackWalk event tells later. */
export type StackTrace =
  | { readonly matchId: bigint; readonly addresses: BigUint64Array }
  | { readonly matchId: bigint; readonly key: bigint };

/** Undefined for an item that is no stack, or too short for one. */
export function parseStack({ type, data }: ExtendedItem): StackTrace | undefined {
  const wide = type === ExtendedType.STACK_TRACE64 || type === ExtendedType.STACK_KEY64;
  const keyed = type === ExtendedType.STACK_KEY32 || type === ExtendedType.STACK_KEY64;
  if (!wide && !keyed && type !== ExtendedType.STACK_TRACE32) return undefined;
  const width = wide ? 8 : 4;
  if (data.length < 8 + (keyed ? width : 0)) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const matchId = view.getBigUint64(0, true);
  const address = (at: number) => (wide ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true)));
  if (keyed) return { matchId, key: address(8) };
  const addresses = new BigUint64Array(Math.floor((data.length - 8) / width));
  for (let i = 0; i < addresses.length; i++) addresses[i] = address(8 + i * width);
  return { matchId, addresses };
}
