import { toHex } from "@adk/core";
import { formatRegType, RegType, textsOf, type Value, valueContent } from "@adk/registry";

/** Data as reg.exe shows it: `0x1f`, bytes in upper case hexadecimal, texts parted by `\0`. */
function regData(type: number, data: Uint8Array, separator = "\\0"): string {
  if (type === RegType.MULTI_SZ) return textsOf(data).join(separator);
  const content = valueContent(type, data);
  switch (content.kind) {
    case "text":
      return content.text;
    case "number":
      return `0x${content.number.toString(16)}`;
    default:
      return toHex(data).toUpperCase();
  }
}

/** What `reg query` shows of the data of a value. */
export function shownRegData(value: Value, secret: boolean, separator?: string): string {
  if (secret) return "(withheld)";
  const data = value.hive.attempt(() => value.data());
  return data ? regData(value.type, data, separator) : "(damaged)";
}

export function regName(name: string): string {
  return name === "" ? "(Default)" : name;
}

/** `REG_SZ`, with `/z` also its number. */
export function regTypeText(type: number, verbose: boolean): string {
  return verbose ? `${formatRegType(type)} (${type})` : formatRegType(type);
}
