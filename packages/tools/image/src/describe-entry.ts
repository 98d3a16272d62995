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
} from "@adk/core";
import type { WimDirEntry } from "./schemas.ts";

/** Tells in words what a volume keeps about its entries. */
export class EntryDescriber {
  readonly #volume: Volume;
  /** Images share a few descriptors among all their files. */
  readonly #security = new Map<Uint8Array, string | undefined>();

  constructor(volume: Volume) {
    this.#volume = volume;
  }

  async describe(entry: VolumeEntry): Promise<WimDirEntry> {
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
      result.target = await targetOf(this.#volume, entry);
    }
    const descriptor = await this.#volume.securityDescriptor(entry);
    if (descriptor) result.security = this.sddl(descriptor);
    return result;
  }

  /** Undefined where the descriptor is damaged. */
  sddl(descriptor: Uint8Array): string | undefined {
    if (!this.#security.has(descriptor)) this.#security.set(descriptor, sddlOf(descriptor));
    return this.#security.get(descriptor);
  }
}

export function typeOf(entry: VolumeEntry): WimDirEntry["type"] {
  if (entry.reparseTag === REPARSE_TAG_SYMLINK) return "symlink";
  if (entry.reparseTag === REPARSE_TAG_MOUNT_POINT) return "junction";
  if (entry.reparseTag !== 0) return "reparse-point";
  return entry.attributes & FileAttribute.DIRECTORY ? "directory" : "file";
}

/** Where a link leads. Undefined where the data of the link is missing or damaged: `verify` tells why. */
export async function targetOf(volume: Volume, entry: VolumeEntry): Promise<string | undefined> {
  try {
    const stored = await volume.reparsePoint(entry);
    const point = parseReparseData(entry.reparseTag, stored?.data ?? new Uint8Array(0));
    return point.kind === "opaque" ? undefined : linkTarget(point);
  } catch (error) {
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}

function sddlOf(descriptor: Uint8Array): string | undefined {
  try {
    return formatSddl(parseSecurityDescriptor(descriptor));
  } catch (error) {
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}

/** Undefined for a number that is no time: it comes from the file. */
export function timeText(filetime: bigint): string | undefined {
  return filetime <= 0x7fff_ffff_ffff_ffffn ? formatFiletime(filetime) : undefined;
}
