import { createHash } from "node:crypto";
import { FILETIME_MAX, filetimeToDate, toHex, type Volume, type VolumeEntry, walk } from "@adk/core";

// An entry of an image as `wimlib-imagex dir --detailed` describes it, from its text or from one of our volumes, so that both
// can be compared.

export interface ListedEntry {
  readonly path: string;
  readonly shortName: string;
  readonly attributes: string;
  /** To the second: `Tue Apr 06 07:24:43 2021 UTC`. */
  readonly created: string;
  readonly written: string;
  readonly accessed: string;
  /** A self-relative security descriptor in hex, empty for none. */
  readonly security: string;
  readonly reparseTag: string;
  /** The first 16 bytes of the object id item in hex, empty for none. */
  readonly objectId: string;
  /** Names of the file, this one included. */
  readonly linkCount: number;
  /** Streams with data, and named ones: `reparse`, `data` or `:name`, then SHA-1 and size. */
  readonly streams: readonly string[];
}

/** Labels of a text and their values. */
export type Facts = Readonly<Record<string, string>>;

export interface StreamFacts {
  readonly stream: string;
  readonly Hash: string;
  readonly "Uncompressed size": number;
}

const EMPTY_SHA1 = createHash("sha1").digest("hex");
const OBJECT_ID = 1;

/** Reads the text of `dir --detailed`. */
export function parseDetailed(text: string): ListedEntry[] {
  return text
    .split(/^-{70,}\n/m)
    .slice(1)
    .map((block) => {
      const [head = "", ...streams] = block.split(/^\t(?=.* stream.*:$)/m);
      return entryFromFacts(parseFacts(head), streams.map(parseStream));
    });
}

function parseStream(block: string): StreamFacts {
  const facts = parseFacts(block);
  return {
    stream: block.slice(0, block.indexOf(":\n")),
    Hash: (facts.Hash ?? "").slice(2),
    "Uncompressed size": Number.parseInt(facts["Uncompressed size"] ?? "0", 10),
  };
}

function parseFacts(block: string): Facts {
  return Object.fromEntries(
    Array.from(block.matchAll(/^(\S.*?) += (.*)$/gm), ([, label, value]) => [
      label,
      (value as string).replace(/^"(.*)"$/, "$1"),
    ]),
  );
}

/** The same facts, wherever they were written down. */
export function entryFromFacts(facts: Facts, streams: readonly StreamFacts[]): ListedEntry {
  return {
    path: facts["Full Path"] ?? "",
    shortName: facts["Short Name"] ?? "",
    attributes: facts.Attributes ?? "",
    created: facts["Creation Time"] ?? "",
    written: facts["Last Write Time"] ?? "",
    accessed: facts["Last Access Time"] ?? "",
    security: facts["Security Descriptor"] ?? "",
    reparseTag: facts["Reparse Tag"] ?? "",
    objectId: (facts["Object ID"] ?? "").slice(2),
    linkCount: Number(facts["Link Count"]),
    streams: streams
      .map((stream) => ({ ...stream, name: streamName(stream.stream) }))
      .filter(({ name, Hash }) => name.startsWith(":") || !/^0*$/.test(Hash))
      .map((stream) => describeStream(stream.name, stream.Hash, stream["Uncompressed size"]))
      .sort(),
  };
}

function streamName(label: string): string {
  const named = /^Data stream "(.*)"$|^Named data stream "(.*)"$/s.exec(label);
  if (named) return `:${named[1] ?? named[2]}`;
  return label === "Reparse point stream" ? "reparse" : "data";
}

/** Every entry of a volume in the same form, read through the volume alone. */
export async function listVolume(volume: Volume): Promise<ListedEntry[]> {
  const entries: VolumeEntry[] = [];
  for await (const batch of walk(volume)) entries.push(...batch);
  const linkCounts = new Map<string, number>();
  for (const { linkId } of entries) if (linkId) linkCounts.set(linkId, (linkCounts.get(linkId) ?? 0) + 1);
  return Promise.all(
    entries.map(async (entry) => {
      const objectId = entry.items.find(({ tag }) => tag === OBJECT_ID)?.data.subarray(0, 16);
      const descriptor = await volume.securityDescriptor(entry);
      return {
        path: entry.path,
        shortName: entry.shortName,
        attributes: hex32(entry.attributes),
        created: timeText(entry.creationTime),
        written: timeText(entry.lastWriteTime),
        accessed: timeText(entry.lastAccessTime),
        security: descriptor ? toHex(descriptor) : "",
        reparseTag: entry.reparseTag ? hex32(entry.reparseTag) : "",
        objectId: objectId ? toHex(objectId) : "",
        linkCount: entry.linkId ? (linkCounts.get(entry.linkId) ?? 0) : 1,
        streams: await streamsOf(volume, entry),
      };
    }),
  );
}

async function streamsOf(volume: Volume, entry: VolumeEntry): Promise<string[]> {
  const streams = entry.streams.map(({ name, sha1, size }) => describeStream(`:${name}`, sha1 ?? "", size));
  const point = await volume.reparsePoint(entry);
  if (point) {
    const sha1 = createHash("sha1").update(point.data).digest("hex");
    streams.push(describeStream("reparse", sha1, point.data.length));
  }
  if (entry.sha1) streams.push(describeStream("data", entry.sha1, entry.size));
  return streams.sort();
}

/** A stream without data has no hash, or that of nothing. */
function describeStream(name: string, sha1: string, size: number): string {
  return `${name} ${/^0*$/.test(sha1) || sha1 === EMPTY_SHA1 ? "empty" : sha1} ${size}`;
}

function hex32(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, "0")}`;
}

function timeText(filetime: bigint): string {
  if (filetime > FILETIME_MAX) return "";
  const [, day, date, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(
    filetimeToDate(filetime).toUTCString(),
  ) as unknown as string[];
  return `${day} ${month} ${date} ${time} ${year} UTC`;
}

/** For comparing: in an order that depends on the paths alone. */
export function byPath(entries: readonly ListedEntry[]): ListedEntry[] {
  return [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
}
