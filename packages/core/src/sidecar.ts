import { AdkError } from "./errors.ts";
import { FileAttribute } from "./file-attributes.ts";
import { isRecord, JsonFields } from "./json-fields.ts";
import { equalNames } from "./upcase.ts";
import type { VolumeEntry, VolumeItem, VolumeReparsePoint } from "./volume.ts";

/**
 * The sidecar of a directory: one file in it that keeps what Windows knows of the entries and the host's file system cannot
 * hold. It is JSON lines in UTF-8: a header, then descriptors and entries in any order (a descriptor before the first entry
 * that has it), then a line that counts the entries and so tells that the file is whole.
 */
export const SIDECAR_NAME = ".adk-metadata.jsonl";
/** Beside it, the directory of the streams that are too large for a line: files named by their SHA-1. */
export const SIDECAR_STREAMS_NAME = ".adk-streams";

/** Whether an entry of the directory is part of its sidecar. Case does not matter, as it does not on some hosts. */
export function isSidecarName(name: string): boolean {
  return equalNames(name, SIDECAR_NAME) || equalNames(name, SIDECAR_STREAMS_NAME);
}

/** Streams up to this many bytes are kept in the line of their entry. */
export const INLINE_STREAM_BYTES = 4096;
/** No line is longer, in bytes. */
export const MOST_LINE_BYTES = 8 << 20;

const FORMAT = "adk-metadata";
const VERSION = 1;
/** [MS-FSCC] 2.1.2: 16 KB with the header of 8 bytes. */
const MOST_REPARSE_BYTES = 16 * 1024 - 8;
const MOST_STREAMS = 65_535;
const NAME_LENGTH = 255;
const PATH_LENGTH = 1 << 20;

/** What the host has in the place of an entry. */
export type HostKind = "file" | "directory" | "link";

/** What is kept about one entry. */
export interface SidecarEntry {
  /** `/Windows/System32` as the host has it, `/` for the directory itself. */
  readonly path: string;
  readonly kind: HostKind;
  /** Bytes, time of the last change (FILETIME) and target of a link on the host, when the facts were kept. */
  readonly hostSize: number;
  readonly hostTime: bigint;
  readonly hostTarget: string;
  readonly attributes: number;
  readonly creationTime: bigint;
  readonly lastAccessTime: bigint;
  readonly lastWriteTime: bigint;
  readonly shortName: string;
  /** Number of its descriptor in the sidecar. */
  readonly security: number | undefined;
  readonly reparse: SidecarReparsePoint | undefined;
  readonly streams: readonly SidecarStream[];
  readonly items: readonly VolumeItem[];
}

export interface SidecarReparsePoint extends VolumeReparsePoint {
  readonly tag: number;
}

export interface SidecarStream {
  readonly name: string;
  readonly size: number;
  /** The bytes of a small stream; a large one is the file `sha1` of the directory of streams. */
  readonly data: Uint8Array | undefined;
  readonly sha1: string;
}

/** One line of a sidecar. */
export type SidecarLine =
  | { readonly kind: "entry"; readonly entry: SidecarEntry }
  | { readonly kind: "descriptor"; readonly number: number; readonly bytes: Uint8Array }
  | { readonly kind: "end"; readonly entries: number };

export function hostKindOf({ attributes, reparseTag }: VolumeEntry): HostKind {
  if (reparseTag !== 0) return "link";
  return attributes & FileAttribute.DIRECTORY ? "directory" : "file";
}

export function formatSidecarHeader(): string {
  return JSON.stringify({ format: FORMAT, version: VERSION });
}

/**
 * @returns whether the line is the header of a sidecar
 * @throws AdkError `SIDECAR_UNSUPPORTED_VERSION`: to go on would lose what it keeps
 */
export function checkSidecarHeader(text: string, file: string): boolean {
  const header = parseJson(text);
  if (!isRecord(header) || header.format !== FORMAT) return false;
  if (header.version === VERSION) return true;
  throw new AdkError("SIDECAR_UNSUPPORTED_VERSION", "The sidecar of the directory is of another version.", {
    kind: "unsupported",
    file,
    expected: VERSION,
    found: JSON.stringify(header.version)?.slice(0, 40),
    hint: "Use a newer version of the kit; or remove the sidecar, and with it what it keeps.",
  });
}

export function formatSidecarLine(line: SidecarLine): string {
  switch (line.kind) {
    case "entry":
      return formatEntry(line.entry);
    case "descriptor":
      return JSON.stringify({ descriptor: line.number, data: base64(line.bytes) });
    case "end":
      return JSON.stringify({ entries: line.entries });
  }
}

/** @throws AdkError `SIDECAR_BAD_LINE` */
export function parseSidecarLine(text: string): SidecarLine {
  const value = parseJson(text);
  const fields = new JsonFields(value, "SIDECAR_BAD_LINE");
  if (fields.has("path")) return { kind: "entry", entry: parseEntry(fields) };
  if (!fields.has("descriptor")) return { kind: "end", entries: fields.whole("entries") };
  return { kind: "descriptor", number: fields.whole("descriptor"), bytes: fields.bytes("data", MOST_LINE_BYTES) };
}

/** Fields that say nothing are left out. */
function formatEntry(entry: SidecarEntry): string {
  const { path, kind, hostSize, hostTime, hostTarget, attributes, shortName, security, reparse, streams, items } =
    entry;
  return JSON.stringify({
    path,
    kind,
    host: { size: hostSize || undefined, time: String(hostTime), target: hostTarget || undefined },
    attributes,
    created: String(entry.creationTime),
    accessed: String(entry.lastAccessTime),
    written: String(entry.lastWriteTime),
    shortName: shortName || undefined,
    security,
    reparse: reparse && {
      tag: reparse.tag,
      reserved: reparse.reserved || undefined,
      fixed: reparse.fixed || undefined,
      data: base64(reparse.data),
    },
    streams: streams.length > 0 ? streams.map(formatStream) : undefined,
    items: items.length > 0 ? items.map(({ tag, data }) => ({ tag, data: base64(data) })) : undefined,
  });
}

function parseEntry(fields: JsonFields): SidecarEntry {
  const host = fields.nested("host");
  const reparse = fields.has("reparse") ? parseReparse(fields.nested("reparse")) : undefined;
  return {
    path: fields.text("path", PATH_LENGTH),
    kind: fields.oneOf("kind", ["file", "directory", "link"]),
    hostSize: host.has("size") ? host.whole("size") : 0,
    hostTime: host.wholeText("time"),
    hostTarget: host.has("target") ? host.text("target", PATH_LENGTH) : "",
    attributes: fields.whole("attributes", 0xffff_ffff),
    creationTime: fields.wholeText("created"),
    lastAccessTime: fields.wholeText("accessed"),
    lastWriteTime: fields.wholeText("written"),
    shortName: fields.has("shortName") ? checkedName(fields.text("shortName", NAME_LENGTH), fields) : "",
    security: fields.has("security") ? fields.whole("security") : undefined,
    reparse,
    streams: fields.has("streams") ? fields.list("streams", MOST_STREAMS).map(parseStream) : [],
    items: fields.has("items") ? fields.list("items", MOST_STREAMS).map(parseItem) : [],
  };
}

function parseReparse(fields: JsonFields): SidecarReparsePoint {
  return {
    tag: fields.whole("tag", 0xffff_ffff, 1),
    reserved: fields.has("reserved") ? fields.whole("reserved", 0xffff) : 0,
    fixed: fields.has("fixed") && fields.flag("fixed"),
    data: fields.bytes("data", MOST_REPARSE_BYTES),
  };
}

function formatStream({ name, size, data, sha1 }: SidecarStream): object {
  return data ? { name, data: base64(data) } : { name, size, sha1 };
}

function parseStream(fields: JsonFields): SidecarStream {
  const name = checkedName(fields.text("name", NAME_LENGTH), fields);
  if (!fields.has("data")) {
    return { name, size: fields.whole("size"), data: undefined, sha1: fields.matching("sha1", /^[0-9a-f]{40}$/) };
  }
  const data = fields.bytes("data", INLINE_STREAM_BYTES);
  return { name, size: data.length, data, sha1: "" };
}

function parseItem(fields: JsonFields): VolumeItem {
  return { tag: fields.whole("tag", 0xffff_ffff, 1), data: fields.bytes("data", MOST_LINE_BYTES) };
}

/** Names come from files: one that is empty or leads elsewhere is refused. */
function checkedName(name: string, fields: JsonFields): string {
  if (isKeepableName(name)) return name;
  throw fields.bad("a name without separators", name);
}

/** Whether a short name or the name of a stream can be kept. */
export function isKeepableName(name: string): boolean {
  return name !== "" && name.length <= NAME_LENGTH && name !== "." && name !== ".." && !/[/\\:\0]/.test(name);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
