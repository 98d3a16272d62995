import { AdkError, check } from "@adk/core";

// The index of a patch storage file (PSF): `express.psf.cix.xml` inside an update package names each file, where its data lies
// in the PSF, and whether that is the file itself (RAW) or a difference to another version (PA30 ...). There is no public
// specification; the names are those of the files themselves (namespace urn:ContainerIndex).

export interface ContainerIndex {
  /** Of the PSF. */
  readonly name: string;
  /** Usually `PSF`. */
  readonly type: string;
  /** Bytes of the PSF. */
  readonly size: number;
  readonly files: readonly IndexedFile[];
}

export interface IndexedFile {
  readonly id: string;
  readonly name: string;
  /** Bytes of the file, not of what is stored. */
  readonly size: number;
  /** FILETIME; 0 where there is none. */
  readonly lastWriteTime: bigint;
  readonly attributes: number;
  readonly hash: IndexedHash | undefined;
  readonly source: IndexedSource | undefined;
}

export interface IndexedSource {
  /** `RAW` for the file itself; `PA30`, `PA31`, `PA19` for a difference. */
  readonly type: string;
  /** In the PSF. */
  readonly offset: number;
  readonly size: number;
  readonly hash: IndexedHash | undefined;
}

export interface IndexedHash {
  /** `SHA256` */
  readonly algorithm: string;
  /** Hexadecimal, lower case. */
  readonly value: string;
}

const TAG = /<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

type Building<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Reads an index. It may be large, so it is read tag by tag.
 *
 * @throws AdkError `PSF_BAD_INDEX`
 */
export function parseContainerIndex(text: string, file?: string): ContainerIndex {
  let container: Record<string, string> | undefined;
  const files: IndexedFile[] = [];
  let entry: Building<IndexedFile> | undefined;
  let source: Building<IndexedSource> | undefined;
  for (const { index, 1: end, 2: tag = "", 3: list = "", 4: closed } of text.matchAll(TAG)) {
    const name = tag.slice(tag.indexOf(":") + 1);
    const isEnd = end !== "";
    if (isEnd || name === "Files") {
      if (name === "Source") source = undefined;
      if (name === "File") entry = undefined;
      continue;
    }
    const attributes = attributesOf(list);
    const size = () => wholeNumber(attributes["length"], index, file);
    if (name === "Container") container = attributes;
    else if (name === "File") {
      entry = newFile(attributes, size());
      files.push(entry);
      if (closed) entry = undefined;
    } else if (name === "Source" && entry) {
      source = {
        type: attributes["type"] ?? "",
        offset: wholeNumber(attributes["offset"], index, file),
        size: size(),
        hash: undefined,
      };
      // Where several are given, the first is what installers use.
      entry.source ??= source;
      if (closed) source = undefined;
    } else if (name === "Hash" && entry) {
      const hash = { algorithm: attributes["alg"] ?? "", value: (attributes["value"] ?? "").toLowerCase() };
      if (source) source.hash ??= hash;
      else entry.hash ??= hash;
    }
  }
  check(container !== undefined, () => {
    return new AdkError("PSF_BAD_INDEX", "This is no index of a patch storage file.", {
      file,
      expected: "<Container>",
    });
  });
  const length = container["length"];
  const size = length === undefined ? 0 : wholeNumber(length, 0, file);
  return { name: container["name"] ?? "", type: container["type"] ?? "", size, files };
}

function newFile(attributes: Record<string, string>, size: number): IndexedFile {
  const { id = "", name = "", time = "", attr = "" } = attributes;
  const lastWriteTime = /^\d{1,19}$/.test(time) ? BigInt(time) : 0n;
  return { id, name, size, lastWriteTime, attributes: Number(attr) >>> 0, hash: undefined, source: undefined };
}

function attributesOf(list: string): Record<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = "", double, single = ""] of list.matchAll(ATTRIBUTE))
    attributes.set(name, decodeEntities(double ?? single));
  return Object.fromEntries(attributes);
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
    if (name) return ENTITIES[name] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function wholeNumber(text: string | undefined, offset: number, file: string | undefined): number {
  const value = /^\d{1,16}$/.test(text ?? "") ? Number(text) : Number.NaN;
  check(Number.isSafeInteger(value), () => {
    return new AdkError("PSF_BAD_INDEX", "A size or offset is no number.", { file, offset, found: text ?? "nothing" });
  });
  return value;
}
