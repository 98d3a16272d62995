import {
  AdkError,
  attributeNames,
  FileAttribute,
  formatFiletime,
  formatSddl,
  linkTarget,
  parseReparseData,
  parseSecurityDescriptor,
  REPARSE_TAG_MOUNT_POINT,
  REPARSE_TAG_SYMLINK,
  type Volume,
  type VolumeEntry,
  walk,
} from "@adk/core";
import type { WimDirEntry } from "./schemas.ts";

/** Everything that a volume keeps about the entries below a path, the entry itself first, in batches. */
export async function* listImage(volume: Volume, path = "/"): AsyncGenerator<WimDirEntry[]> {
  const from = await volume.lookup(path.replaceAll("\\", "/"));
  if (!from) {
    throw new AdkError("PATH_NOT_FOUND", "The image has no such path.", { file: volume.name, found: path });
  }
  const security = new Map<Uint8Array, string | undefined>();
  for await (const batch of walk(volume, from)) {
    const described: WimDirEntry[] = [];
    for (const entry of batch) described.push(await describe(volume, entry, security));
    yield described;
  }
}

async function describe(
  volume: Volume,
  entry: VolumeEntry,
  security: Map<Uint8Array, string | undefined>,
): Promise<WimDirEntry> {
  const result: WimDirEntry = {
    path: entry.path,
    type: typeOf(entry),
    size: entry.size,
    attributes: entry.attributes,
    attributeNames: attributeNames(entry.attributes),
    created: timeText(entry.creationTime),
    accessed: timeText(entry.lastAccessTime),
    modified: timeText(entry.lastWriteTime),
    sha1: entry.sha1,
    linkId: entry.linkId,
  };
  if (entry.shortName) result.shortName = entry.shortName;
  if (entry.streams.length > 0) result.streams = [...entry.streams];
  if (entry.reparseTag !== 0) {
    result.reparseTag = entry.reparseTag;
    result.target = await targetOf(volume, entry);
  }
  const descriptor = await volume.securityDescriptor(entry);
  if (descriptor) {
    // Images share a few descriptors among all their files.
    if (!security.has(descriptor)) security.set(descriptor, sddlOf(descriptor));
    result.security = security.get(descriptor);
  }
  return result;
}

function typeOf(entry: VolumeEntry): WimDirEntry["type"] {
  if (entry.reparseTag === REPARSE_TAG_SYMLINK) return "symlink";
  if (entry.reparseTag === REPARSE_TAG_MOUNT_POINT) return "junction";
  if (entry.reparseTag !== 0) return "reparse-point";
  return entry.attributes & FileAttribute.DIRECTORY ? "directory" : "file";
}

/** Undefined where the data of the link is missing or damaged: `verify` tells why. */
async function targetOf(volume: Volume, entry: VolumeEntry): Promise<string | undefined> {
  return optional(async () => {
    const stored = await volume.reparsePoint(entry);
    const point = parseReparseData(entry.reparseTag, stored?.data ?? new Uint8Array(0));
    return point.kind === "opaque" ? undefined : linkTarget(point);
  });
}

function sddlOf(descriptor: Uint8Array): string | undefined {
  try {
    return formatSddl(parseSecurityDescriptor(descriptor));
  } catch (error) {
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}

async function optional<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}

/** Undefined for a number that is no time: it comes from the file. */
function timeText(filetime: bigint): string | undefined {
  return filetime <= 0x7fff_ffff_ffff_ffffn ? formatFiletime(filetime) : undefined;
}
