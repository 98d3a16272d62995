import { AdkError, ByteReader, check, decodeUtf16 } from "@adk/core";
import type { PeFile } from "./pe-file.ts";
import { parseResources, type ResourceId, ResourceType } from "./resource-tree.ts";

const FIXED_SIGNATURE = 0xfeef04bd;
const FIXED_SIZE = 52;
const HEADER_SIZE = 6;
/** Strings of one resource: more is no version information. */
const MOST_BLOCKS = 4096;

/** A version resource (VS_VERSIONINFO). */
export interface VersionInfo {
  /** Language of the resource in the tree. */
  readonly language: ResourceId;
  /** VS_FIXEDFILEINFO; absent in resources without. */
  readonly fixed: FixedFileInfo | undefined;
  /** StringFileInfo. */
  readonly stringTables: readonly StringTable[];
  /** VarFileInfo: languages and code pages, as in the names of the string tables. */
  readonly translations: readonly Translation[];
}

export interface Translation {
  readonly language: number;
  readonly codePage: number;
}

export interface FixedFileInfo {
  /** `10.0.22621.1`. */
  readonly fileVersion: string;
  readonly productVersion: string;
  readonly fileFlagsMask: number;
  /** 1 debug, 2 prerelease, 4 patched, 8 private build, 0x20 special build. */
  readonly fileFlags: number;
  /** 0x40004 is Windows NT. */
  readonly fileOs: number;
  /** 1 application, 2 DLL, 3 driver, 4 font, 5 virtual device, 7 static library. */
  readonly fileType: number;
  readonly fileSubtype: number;
  /** FILETIME; 0 in nearly every file. */
  readonly fileDate: bigint;
}

export interface StringTable {
  /** Eight hexadecimal digits: language and code page. */
  readonly key: string;
  /** `CompanyName`, `FileDescription` ... in file order. */
  readonly strings: ReadonlyMap<string, string>;
}

/** All version resources: nearly always one. */
export function readVersionInfo(pe: PeFile): Promise<VersionInfo[]> {
  return parseResources(pe, ResourceType.VERSION, (bytes, { language }) => parseVersionInfo(bytes, language));
}

/**
 * The strings that Windows shows: of the first translation, else of English (Unicode, then ANSI), else of the first table.
 */
export function versionStrings(info: VersionInfo | undefined): ReadonlyMap<string, string> {
  const tables = info?.stringTables ?? [];
  const [first] = info?.translations ?? [];
  const wanted = [first && keyOf(first), "040904b0", "040904e4"];
  for (const key of wanted) {
    const table = tables.find((each) => each.key.toLowerCase() === key);
    if (table) return table.strings;
  }
  return tables[0]?.strings ?? new Map();
}

function keyOf({ language, codePage }: Translation): string {
  return [language, codePage].map((part) => part.toString(16).padStart(4, "0")).join("");
}

/** One block of the nested structure: length, length of the value, type, key; all parts at multiples of four bytes. */
interface Block {
  readonly key: string;
  readonly value: Uint8Array;
  readonly children: () => Generator<Block>;
}

/** @throws AdkError `PE_BAD_VERSION_INFO`, `UNEXPECTED_END` */
export function parseVersionInfo(bytes: Uint8Array, language: ResourceId = 0): VersionInfo {
  const counter = { left: MOST_BLOCKS };
  const root = readBlock(bytes, 0, bytes.length, counter);
  check(root.key === "VS_VERSION_INFO", () => {
    const found = JSON.stringify(root.key.slice(0, 40));
    return new AdkError("PE_BAD_VERSION_INFO", "This is no version resource.", { expected: "VS_VERSION_INFO", found });
  });
  const stringTables: StringTable[] = [];
  const translations: Translation[] = [];
  for (const info of root.children()) {
    if (info.key === "StringFileInfo") {
      for (const table of info.children()) {
        const strings = new Map<string, string>();
        for (const { key, value } of table.children()) strings.set(key, untilZero(decodeUtf16(value)));
        stringTables.push({ key: table.key, strings });
      }
    } else if (info.key === "VarFileInfo") {
      for (const { value } of info.children()) translations.push(...readTranslations(value));
    }
  }
  return { language, fixed: parseFixed(root.value), stringTables, translations };
}

function readTranslations(value: Uint8Array): Translation[] {
  const reader = new ByteReader(value);
  const translations: Translation[] = [];
  while (reader.remaining >= 4) translations.push({ language: reader.u16(), codePage: reader.u16() });
  return translations;
}

/** @param end of the block around it; a length beyond it is cut */
function readBlock(bytes: Uint8Array, start: number, end: number, counter: { left: number }): Block {
  check(counter.left-- > 0, () => new AdkError("PE_BAD_VERSION_INFO", "The version resource has too many blocks."));
  const reader = new ByteReader(bytes, {}, start);
  const length = reader.u16();
  const valueLength = reader.u16();
  const isText = reader.u16() === 1;
  const blockEnd = Math.min(start + Math.max(length, HEADER_SIZE), end);
  let at = start + HEADER_SIZE;
  while (at + 2 <= blockEnd && (bytes[at] !== 0 || bytes[at + 1] !== 0)) at += 2;
  const key = decodeUtf16(bytes.subarray(start + HEADER_SIZE, at));
  const valueStart = Math.min(alignUp4(at + 2), blockEnd);
  // Of text the length counts characters, but some compilers count bytes: a zero ends it earlier.
  const valueEnd = Math.min(valueStart + valueLength * (isText ? 2 : 1), blockEnd);
  function* children(): Generator<Block> {
    let next = alignUp4(valueEnd);
    while (next + HEADER_SIZE <= blockEnd) {
      const size = (bytes[next] ?? 0) | ((bytes[next + 1] ?? 0) << 8);
      yield readBlock(bytes, next, blockEnd, counter);
      // A block without length is the last one.
      if (size === 0) return;
      next = alignUp4(next + Math.max(size, HEADER_SIZE));
    }
  }
  return { key, value: bytes.subarray(valueStart, valueEnd), children };
}

function alignUp4(offset: number): number {
  return (offset + 3) & ~3;
}

function untilZero(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

function parseFixed(bytes: Uint8Array): FixedFileInfo | undefined {
  if (bytes.length < FIXED_SIZE) return undefined;
  const reader = new ByteReader(bytes);
  if (reader.u32() !== FIXED_SIGNATURE) return undefined;
  reader.skip(4);
  return {
    fileVersion: readVersion(reader),
    productVersion: readVersion(reader),
    fileFlagsMask: reader.u32(),
    fileFlags: reader.u32(),
    fileOs: reader.u32(),
    fileType: reader.u32(),
    fileSubtype: reader.u32(),
    fileDate: (BigInt(reader.u32()) << 32n) | BigInt(reader.u32()),
  };
}

function readVersion(reader: ByteReader): string {
  const [minor, major, revision, build] = [reader.u16(), reader.u16(), reader.u16(), reader.u16()];
  return [major, minor, build, revision].join(".");
}
