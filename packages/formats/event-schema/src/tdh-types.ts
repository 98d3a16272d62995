import type { Display, FieldLayout, FieldType } from "./event-layout.ts";

type TypeLayout = Pick<FieldLayout, "type" | "length" | "display">;

/** TDH_INTYPE_* (tdh.h): the types of manifests, of WEVT_TEMPLATE resources and of TRACE_EVENT_INFO, by number. */
const IN_TYPES: Readonly<Record<number, TypeLayout>> = {
  0: { type: "null" },
  1: { type: "unicode-string" },
  2: { type: "ansi-string" },
  3: { type: "int8" },
  4: { type: "uint8" },
  5: { type: "int16" },
  6: { type: "uint16" },
  7: { type: "int32" },
  8: { type: "uint32" },
  9: { type: "int64" },
  10: { type: "uint64" },
  11: { type: "float" },
  12: { type: "double" },
  13: { type: "boolean" },
  14: { type: "binary" },
  15: { type: "guid" },
  16: { type: "pointer" },
  17: { type: "filetime" },
  18: { type: "systemtime" },
  19: { type: "sid" },
  20: { type: "uint32", display: "hex" },
  21: { type: "uint64", display: "hex" },
  22: { type: "unicode-string", length: "u16" },
  23: { type: "ansi-string", length: "u16" },
  25: { type: "binary", length: "u16" },
  // Types of MOF classes.
  300: { type: "unicode-string", length: "u16" },
  301: { type: "ansi-string", length: "u16" },
  304: { type: "unicode-string", length: "rest" },
  305: { type: "ansi-string", length: "rest" },
  306: { type: "unicode-char" },
  307: { type: "ansi-char" },
  308: { type: "pointer" },
  310: { type: "wbem-sid" },
};

/** TDH_OUTTYPE_*: those that say more than the in type. */
const OUT_TYPES: Readonly<Record<number, Display>> = {
  2: "datetime",
  13: "boolean",
  15: "hex",
  16: "hex",
  17: "hex",
  18: "hex",
  19: "hex",
  20: "pid",
  21: "tid",
  22: "port",
  23: "ipv4",
  24: "ipv6",
  25: "socket-address",
  28: "xml",
  30: "win32-error",
  31: "ntstatus",
  32: "hresult",
  34: "json",
  35: "utf8",
  37: "code-pointer",
  38: "datetime",
  301: "hidden",
};

/** Numbers of one and two bytes that are shown as text are characters. */
const CHARACTERS: Readonly<Record<string, FieldType>> = {
  int8: "ansi-char",
  uint8: "ansi-char",
  uint16: "unicode-char",
};
const OUT_STRING = 1;

/** Undefined for an in type that is not known: what lies behind such a field cannot be found. */
export function tdhType(inType: number, outType: number): TypeLayout | undefined {
  const layout = IN_TYPES[inType];
  if (layout === undefined) return undefined;
  if (outType === OUT_STRING) return { ...layout, type: CHARACTERS[layout.type] ?? layout.type };
  const display = OUT_TYPES[outType];
  if (display === "boolean" && layout.type === "uint8") return { type: "boolean8", display };
  // An IPv6 address has its length in its type.
  if (display === "ipv6" && layout.type === "binary") return { ...layout, display, length: 16 };
  return display === undefined ? layout : { ...layout, display };
}

/** Names of in types in manifests, without their `win:`. */
const IN_TYPE_NAMES: Readonly<Record<string, number>> = {
  Null: 0,
  UnicodeString: 1,
  AnsiString: 2,
  Int8: 3,
  UInt8: 4,
  Int16: 5,
  UInt16: 6,
  Int32: 7,
  UInt32: 8,
  Int64: 9,
  UInt64: 10,
  Float: 11,
  Double: 12,
  Boolean: 13,
  Binary: 14,
  GUID: 15,
  Pointer: 16,
  FILETIME: 17,
  SYSTEMTIME: 18,
  SID: 19,
  HexInt32: 20,
  HexInt64: 21,
  CountedUnicodeString: 22,
  CountedAnsiString: 23,
  CountedBinary: 25,
};

/** Names of out types, those that say more than the in type. */
const OUT_TYPE_NAMES: Readonly<Record<string, number>> = {
  "xs:string": 1,
  "xs:dateTime": 2,
  "xs:boolean": 13,
  "xs:hexBinary": 15,
  "win:HexInt8": 16,
  "win:HexInt16": 17,
  "win:HexInt32": 18,
  "win:HexInt64": 19,
  "win:PID": 20,
  "win:TID": 21,
  "win:Port": 22,
  "win:IPv4": 23,
  "win:IPv6": 24,
  "win:SocketAddress": 25,
  "win:Xml": 28,
  "win:Win32Error": 30,
  "win:NTSTATUS": 31,
  "win:HResult": 32,
  "win:Json": 34,
  "win:Utf8": 35,
  "win:CodePointer": 37,
  "win:DateTimeUtc": 38,
};

/** -1 for a name that is none of them. */
export function inTypeNumber(name: string): number {
  return IN_TYPE_NAMES[name.slice(name.indexOf(":") + 1)] ?? -1;
}

/** 0, which says nothing, for names that add nothing. */
export function outTypeNumber(name: string): number {
  return OUT_TYPE_NAMES[name] ?? 0;
}
