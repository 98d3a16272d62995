import { type Filetime, filetimeToDate } from "@adk/core";
import { type Key, numberOf, RegType, textOf, textsOf, type Value } from "@adk/registry";

/** The text of a value; undefined where there is none, or something else. */
export function textValue(key: Key | undefined, name: string): string | undefined {
  const value = key?.value(name);
  return value && (value.type === RegType.SZ || value.type === RegType.EXPAND_SZ) ? textOf(dataOf(value)) : undefined;
}

/** The texts of a REG_MULTI_SZ, or that of a REG_SZ alone. */
export function textValues(key: Key | undefined, name: string): string[] {
  const value = key?.value(name);
  if (value?.type === RegType.MULTI_SZ) return textsOf(dataOf(value));
  const text = textValue(key, name);
  return text === undefined ? [] : [text];
}

/** The number of a REG_DWORD, without sign. */
export function numberValue(key: Key | undefined, name: string): number | undefined {
  const value = key?.value(name);
  if (value?.type !== RegType.DWORD) return undefined;
  const number = numberOf(value.type, dataOf(value));
  return number === undefined ? undefined : Number(number);
}

/** The bytes of a value of any type. */
export function bytesValue(key: Key | undefined, name: string): Uint8Array | undefined {
  const value = key?.value(name);
  return value && dataOf(value);
}

/** A FILETIME in two REG_DWORDs, as CBS writes it; undefined where it is missing or 0. */
export function splitFiletime(key: Key, high: string, low: string): Filetime | undefined {
  const [top, bottom] = [numberValue(key, high), numberValue(key, low)];
  if (top === undefined || bottom === undefined || (top === 0 && bottom === 0)) return undefined;
  return (BigInt(top) << 32n) | BigInt(bottom);
}

/** ISO 8601 in UTC; undefined for what is no date. */
export function isoTime(time: Filetime | undefined): string | undefined {
  if (time === undefined || time === 0n) return undefined;
  try {
    return filetimeToDate(time).toISOString();
  } catch {
    return undefined;
  }
}

/** Damaged data is as good as none: the hive has a finding that tells of it. */
function dataOf(value: Value): Uint8Array {
  return value.hive.attempt(() => value.data()) ?? new Uint8Array(0);
}
