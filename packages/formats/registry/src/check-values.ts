import { upcase } from "@adk/core";
import { isBigData, segmentOffsets } from "./big-data.ts";
import type { CheckContext } from "./check-context.ts";
import { DATA_INLINE, KEY_VALUE_SIZE, VALUE_SIGNATURE, ValueField, ValueFlag } from "./key-value.ts";

/** Checks a key's list of values and what it lists; gives how many values there are, and bytes of their data. */
export function checkValues(context: CheckContext, list: number, count: number): { values: number; dataBytes: number } {
  const { cells } = context;
  const counts = { values: 0, dataBytes: 0 };
  const place = cells.locate(list, 4);
  if (!context.claim(list)) return counts;
  const there = Math.min(count, cells.lengthAt(place) >> 2);
  if (there < count) context.error("REG_BAD_VALUE_LIST", "A list of values is shorter than its key says.", list);
  const names = new Set<string>();
  for (let i = 0; i < there; i++) {
    const value = cells.view.getUint32(place + i * 4, true);
    context.guard(() => {
      const size = checkValue(context, value, names);
      if (size === undefined) return;
      counts.values++;
      counts.dataBytes += size;
    });
  }
  return counts;
}

/** Bytes of the value's data, undefined where there is no value. @param names of the key's values before it */
function checkValue(context: CheckContext, offset: number, names: Set<string>): number | undefined {
  const { cells } = context;
  const { view } = cells;
  const place = cells.locate(offset, KEY_VALUE_SIZE);
  if (view.getUint16(place, true) !== VALUE_SIGNATURE) {
    context.error("REG_BAD_VALUE", "A value is not where it should be.", offset);
    return undefined;
  }
  if (!context.claim(offset)) return undefined;
  const nameLength = view.getUint16(place + ValueField.NAME_LENGTH, true);
  if (nameLength + KEY_VALUE_SIZE > cells.lengthAt(place)) {
    context.error("REG_BAD_NAME", "The name of a value is longer than its cell.", offset);
    return undefined;
  }
  const latin1 = (view.getUint16(place + ValueField.FLAGS, true) & ValueFlag.COMPRESSED_NAME) !== 0;
  const name = upcase(cells.text(place + ValueField.NAME, nameLength, latin1));
  if (names.has(name)) context.error("REG_DUPLICATE_VALUE", "Two values of a key have one name.", offset);
  names.add(name);
  return checkData(context, offset, place);
}

function checkData(context: CheckContext, offset: number, place: number): number | undefined {
  const { view } = context.cells;
  const stored = view.getUint32(place + ValueField.DATA_SIZE, true);
  const size = stored & ~DATA_INLINE;
  if (stored >= DATA_INLINE && size > 4) {
    context.error("REG_BAD_VALUE_DATA", "A value claims to hold more data than it can.", offset);
    return undefined;
  }
  if (stored >= DATA_INLINE || size === 0) return size;
  const data = view.getUint32(place + ValueField.DATA, true);
  if (isBigData(size, context.hive.baseBlock.minorVersion)) {
    const { list, segments } = segmentOffsets(context.cells, data, size);
    for (const cell of [data, list, ...segments]) context.claim(cell);
  } else {
    context.claimCell(data, size);
  }
  return size;
}
