import { ByteWriter, upcase } from "@adk/core";
import { type InfDirective, ownerOf } from "./directives.ts";
import type { InfFile } from "./inf-file.ts";
import { parseNumber, readNumber } from "./number.ts";
import type { InfLine, InfPlace } from "./tokenizer.ts";

// AddReg and DelReg sections ("INF AddReg Directive", "INF DelReg Directive", learn.microsoft.com).

export type InfRoot = "HKCR" | "HKCU" | "HKLM" | "HKU" | "HKR";

/** Flags of an AddReg line other than the type. */
export const AddRegFlag = {
  /** Set the value only where it is not there. */
  NOCLOBBER: 0x2,
  /** Delete the value or key. */
  DELVAL: 0x4,
  /** Add to a REG_MULTI_SZ what it does not have. */
  APPEND: 0x8,
  /** Make the key alone. */
  KEYONLY: 0x10,
  /** Set the value only where it is there. */
  OVERWRITEONLY: 0x20,
  KEY_64BIT: 0x1000,
  KEY_32BIT: 0x4000,
} as const;

/** DelReg: the key with all below it (with a REG_SZ of 0x0000), or strings out of a REG_MULTI_SZ. */
const DELETE_KEY = 0x2000;
const DELETE_STRING = 0x8002;

export interface InfRegistryChange extends InfPlace {
  readonly action: "set" | "create-key" | "append" | "delete-value" | "delete-key" | "remove-strings";
  /** HKR is the key that the section is about: of the driver, the device, the service ... */
  readonly root: InfRoot;
  /** Below the root; empty for the root itself. */
  readonly key: string;
  /** Empty for the default value. */
  readonly name: string;
  /** Type of the registry and data as it is stored there; of `set`, `append` and `remove-strings`. */
  readonly type: number;
  readonly data: Uint8Array;
  /** `set` only where the value is there (`present`) or is not (`absent`). */
  readonly onlyIf: "present" | "absent" | undefined;
  /** The registry of 64-bit or 32-bit programs, where that is told. */
  readonly view: 64 | 32 | undefined;
  readonly inf: InfFile;
}

const REG_SZ = 1;
const REG_EXPAND_SZ = 2;
const REG_BINARY = 3;
const REG_DWORD = 4;
const REG_MULTI_SZ = 7;
const REG_QWORD = 11;

const BINARY_VALUE = 1;

/** The changes of the sections that `AddReg` or `DelReg` directives name, in their order. */
export function readRegistryChanges(directives: readonly InfDirective[]): InfRegistryChange[] {
  return directives.flatMap((directive) => {
    const { name, values } = directive;
    if (name !== "ADDREG" && name !== "DELREG") return [];
    return values.flatMap((section) => {
      const inf = section === "" ? undefined : ownerOf(directive, section);
      if (!inf) return [];
      return inf.list(section).flatMap((line) => (name === "ADDREG" ? readAddReg(inf, line) : readDelReg(inf, line)));
    });
  });
}

/** What both kinds of lines begin with. Lines without a key of the INF have the root as the first value. */
function readPlace(inf: InfFile, line: InfLine) {
  const [rootText = "", key = "", name = ""] = inf.texts(line).map((text) => text.trim());
  const root = upcase(rootText);
  if (line.key !== undefined || !/^HK(?:CR|CU|LM|U|R)$/.test(root)) {
    inf.error("INF_BAD_REGISTRY_LINE", `${JSON.stringify(rootText)} is no root of the registry.`, line);
    return undefined;
  }
  const plain = key.replace(/^\\+|\\+$/g, "");
  return { root: root as InfRoot, key: plain, name, line: line.line, column: line.column, inf };
}

function readAddReg(inf: InfFile, line: InfLine): InfRegistryChange[] {
  const place = readPlace(inf, line);
  if (!place) return [];
  const flags = readNumber(inf, line.values[3]) ?? 0;
  const view = flags & AddRegFlag.KEY_64BIT ? 64 : flags & AddRegFlag.KEY_32BIT ? 32 : undefined;
  const change = { ...place, view, onlyIf: undefined, type: REG_SZ, data: NOTHING } as const;
  if (flags & AddRegFlag.KEYONLY) return [{ ...change, action: "create-key", name: "" }];
  if (flags & AddRegFlag.DELVAL) return [{ ...change, action: change.name === "" ? "delete-key" : "delete-value" }];
  // A line that gives neither name nor value makes the key.
  if (change.name === "" && line.values.length <= 4) return [{ ...change, action: "create-key" }];
  const onlyIf = flags & AddRegFlag.NOCLOBBER ? "absent" : flags & AddRegFlag.OVERWRITEONLY ? "present" : undefined;
  const { type, data } = readData(inf, line, flags);
  return [{ ...change, action: flags & AddRegFlag.APPEND ? "append" : "set", onlyIf, type, data }];
}

function readDelReg(inf: InfFile, line: InfLine): InfRegistryChange[] {
  const place = readPlace(inf, line);
  if (!place) return [];
  const flags = readNumber(inf, line.values[3]) ?? 0;
  const view = flags & AddRegFlag.KEY_64BIT ? 64 : flags & AddRegFlag.KEY_32BIT ? 32 : undefined;
  const change = { ...place, view, onlyIf: undefined, type: REG_MULTI_SZ, data: NOTHING } as const;
  if ((flags & DELETE_STRING) === DELETE_STRING) {
    return [{ ...change, action: "remove-strings", data: textsBytes(inf.texts(line, 4)) }];
  }
  const isKey = (flags & DELETE_KEY) !== 0 || (change.name === "" && line.values.length < 3);
  return [{ ...change, action: isKey ? "delete-key" : "delete-value" }];
}

const NOTHING = new Uint8Array(0);

/** The high half of the flags is the type, with 0, 1 and 2 for the texts; the lowest bit makes it one of bytes. */
function readData(inf: InfFile, line: InfLine, flags: number): { type: number; data: Uint8Array } {
  const texts = inf.texts(line, 4);
  const kind = flags >>> 16;
  if (!(flags & BINARY_VALUE)) {
    if (kind === 1) return { type: REG_MULTI_SZ, data: textsBytes(texts) };
    const data = textBytes(texts[0] ?? "");
    return { type: kind === 2 ? REG_EXPAND_SZ : kind === 0 ? REG_SZ : kind, data };
  }
  if (kind === 1) return { type: REG_DWORD, data: numberBytes(inf, line, 4) };
  if (kind === REG_QWORD) return { type: REG_QWORD, data: numberBytes(inf, line, 8) };
  const data = hexBytes(inf, line, texts);
  return { type: kind === 0 ? REG_BINARY : kind === 2 ? 0 : kind, data };
}

/** One number, or its bytes one by one. */
function numberBytes(inf: InfFile, line: InfLine, size: 4 | 8): Uint8Array {
  const fields = line.values.slice(4);
  if (fields.length > 1) {
    const bytes = new Uint8Array(size);
    bytes.set(hexBytes(inf, line, inf.texts(line, 4)).subarray(0, size));
    return bytes;
  }
  const number = readNumber(inf, fields[0]) ?? 0;
  return new ByteWriter(size).size64(number).finish().slice(0, size);
}

/** Bytes in hexadecimal, separated by commas; a field of only digits may hold several. */
function hexBytes(inf: InfFile, line: InfLine, texts: readonly string[]): Uint8Array {
  const bytes: number[] = [];
  for (const [i, text] of texts.entries()) {
    const digits = text.trim().replace(/^0x/i, "");
    if (digits === "") continue;
    const known = /^[\da-f]{1,2}$/i.test(digits) || (/^[\da-f]+$/i.test(digits) && digits.length % 2 === 0);
    if (!known) {
      inf.warn("INF_BAD_NUMBER", `${JSON.stringify(text)} is no byte.`, line.values[i + 4] ?? line);
      continue;
    }
    for (let at = 0; at < digits.length; at += 2) bytes.push(parseNumber(`0x${digits.slice(at, at + 2)}`) ?? 0);
  }
  return Uint8Array.from(bytes);
}

function textBytes(text: string): Uint8Array {
  return new ByteWriter(text.length * 2 + 2).utf16(text).u16(0).finish();
}

function textsBytes(texts: readonly string[]): Uint8Array {
  const writer = new ByteWriter();
  for (const text of texts) if (text !== "") writer.utf16(text).u16(0);
  return writer.u16(0).finish();
}
