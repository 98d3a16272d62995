import type { Guid } from "@adk/core";
import type { ValueMap } from "./value-map.ts";

/**
 * How the bytes of a field are stored. Strings end at a zero unless `length` says otherwise; a `pointer` has 4 or 8 bytes
 * by the header of its event; `boolean` has 4 bytes, `boolean8` one; a `wbem-sid` is what the kernel logs: 4 zero bytes,
 * or a TOKEN_USER (two pointers) with the SID behind it.
 */
export type FieldType =
  | "null"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float"
  | "double"
  | "boolean"
  | "boolean8"
  | "pointer"
  | "guid"
  | "filetime"
  | "systemtime"
  | "sid"
  | "wbem-sid"
  | "unicode-string"
  | "ansi-string"
  | "unicode-char"
  | "ansi-char"
  | "binary"
  | "struct";

/** What a field means beside its type: the "out type" of manifests and of TraceLogging. */
export type Display =
  | "hidden"
  | "string"
  | "utf8"
  | "boolean"
  | "hex"
  | "signed"
  | "unsigned"
  | "pid"
  | "tid"
  | "port"
  | "ipv4"
  | "ipv6"
  | "socket-address"
  | "xml"
  | "json"
  | "datetime"
  | "win32-error"
  | "ntstatus"
  | "hresult"
  | "code-pointer";

/**
 * A number of elements or a length: fixed, the value of a field that comes before, 16 bits in front of the data, or all
 * that is left.
 */
export type Extent = number | "u16" | "rest" | { readonly field: string };

export interface FieldLayout {
  readonly name: string;
  readonly type: FieldType;
  readonly display?: Display | undefined;
  /** Names of the values of an integer. */
  readonly map?: ValueMap | undefined;
  /** Makes it an array of so many elements. */
  readonly count?: Extent | undefined;
  /** Of strings and `binary`: bytes, of `unicode-string` UTF-16 code units; as "u16" always bytes. */
  readonly length?: Extent | undefined;
  /** Members of a `struct`. */
  readonly fields?: readonly FieldLayout[] | undefined;
}

/** What an event is called and what its bytes mean. */
export interface EventLayout {
  readonly provider: { readonly guid: Guid; readonly name: string };
  /** `Windows Kernel/DiskIO/Read`: provider, task and opcode in the words of PerfView. */
  readonly name: string;
  readonly task: string;
  readonly opcode: string;
  /** What xperf and WPA call it, where that is another name: `DiskRead`. */
  readonly recordName?: string | undefined;
  /** Of events of manifests. */
  readonly id?: number | undefined;
  /** The version that the layout was made for; a later one of the event may have more behind it. */
  readonly version: number;
  readonly level?: string | undefined;
  readonly channel?: string | undefined;
  readonly keywords?: readonly string[] | undefined;
  /** `Provider %1 has been enabled.` */
  readonly message?: string | undefined;
  readonly fields: readonly FieldLayout[];
}

/** Structures in structures: real ones have two or three levels. */
export const MOST_STRUCT_DEPTH = 16;

/** Provider, task and opcode as PerfView writes them: an opcode that says nothing is left out. */
export function eventName(provider: string, task: string, opcode: string): string {
  return [provider, task, opcode === "Info" ? "" : opcode].filter((part) => part !== "").join("/");
}

/**
 * Field names by which values can be told apart: a second `Value` becomes `Value#2`. `__proto__` would be no key of a
 * plain object.
 */
export class FieldNames {
  readonly #used = new Set<string>();
  /** The next number of a name that came before. */
  readonly #numbers = new Map<string, number>();

  unique(name: string): string {
    const plain = name === "__proto__" ? "proto" : name;
    let unique = plain;
    let number = this.#numbers.get(plain) ?? 1;
    while (this.#used.has(unique)) unique = `${plain}#${++number}`;
    this.#numbers.set(plain, number);
    this.#used.add(unique);
    return unique;
  }
}
