import { readdirSync, readlinkSync } from "node:fs";
import { FileAttribute } from "./file-attributes.ts";
import type { Findings } from "./findings.ts";
import { hostKindOf, type SidecarEntry, type SidecarReparsePoint, type SidecarStream } from "./sidecar.ts";
import type { Sidecar } from "./sidecar-reader.ts";
import type { VolumeEntry } from "./volume.ts";

/** An entry of the host with what its sidecar keeps of it. */
export interface KeptEntry {
  readonly entry: VolumeEntry;
  /** Missing where the host's link says it, or there is none. */
  readonly reparse: SidecarReparsePoint | undefined;
  readonly security: Uint8Array | undefined;
  readonly streams: readonly SidecarStream[];
}

/** Times may come back this much coarser from a copy: tar keeps seconds, FAT two of them. In units of 100 ns. */
const SAME_TIME = 20_000_000n;
const { DIRECTORY, NORMAL, REPARSE_POINT, ENCRYPTED } = FileAttribute;

/**
 * Puts what is kept about an entry to what the host tells. It is used for an entry of the same name and kind. Attributes,
 * creation time, short name, descriptor, streams and items stay with a file whose content changed, as they do on Windows.
 * What belongs to the content does not: the other times, the mark of encryption, and reparse points (of a directory when it
 * is no longer empty, of a link when it leads elsewhere).
 *
 * @param place where the entry is on the host
 */
export function keptEntry(
  host: VolumeEntry,
  place: string,
  sidecar: Sidecar,
  findings: Findings | undefined,
): KeptEntry | undefined {
  const record = sidecar.entries.get(host.path);
  if (!record || record.kind !== hostKindOf(host)) return undefined;
  const isSame = isUnchanged(host, place, record);
  const staysReparse = record.kind === "directory" ? record.reparse && readdirSync(place).length === 0 : isSame;
  const reparse = staysReparse ? record.reparse : undefined;
  if (record.reparse && !reparse) {
    const message = "The entry was a reparse point, and what is there now has other content: it is taken as it is.";
    findings?.warning("SIDECAR_REPARSE_POINT_DROPPED", message, { path: host.path });
  }
  const streams = record.streams.filter((stream) => {
    const isThere = sidecar.hasStream(stream);
    if (!isThere) {
      const message = `The stream "${stream.name}" is not among the files of the sidecar; it is left out.`;
      findings?.error("SIDECAR_STREAM_MISSING", message, { path: host.path });
    }
    return isThere;
  });
  const security = record.security === undefined ? undefined : sidecar.descriptors.get(record.security);
  if (record.security !== undefined && !security) {
    const message = "The security descriptor of the entry is missing in the sidecar.";
    findings?.error("SIDECAR_DESCRIPTOR_MISSING", message, { path: host.path });
  }
  const entry: VolumeEntry = {
    ...host,
    shortName: record.shortName,
    attributes: attributesOf(host, record, reparse !== undefined, isSame),
    creationTime: record.creationTime,
    lastAccessTime: isSame ? record.lastAccessTime : host.lastAccessTime,
    lastWriteTime: isSame ? record.lastWriteTime : host.lastWriteTime,
    reparseTag: reparse?.tag ?? host.reparseTag,
    linkId: reparse ? undefined : host.linkId,
    streams: streams.map(({ name, size }) => ({ name, size, sha1: undefined })),
    items: record.items,
  };
  return { entry, reparse, security, streams };
}

function isUnchanged(host: VolumeEntry, place: string, record: SidecarEntry): boolean {
  const difference = host.lastWriteTime - record.hostTime;
  const isSameTime = difference <= SAME_TIME && difference >= -SAME_TIME;
  if (!isSameTime || host.size !== record.hostSize) return false;
  return record.kind !== "link" || readlinkSync(place) === record.hostTarget;
}

function attributesOf(host: VolumeEntry, record: SidecarEntry, isReparse: boolean, isSame: boolean): number {
  const kinds = DIRECTORY | REPARSE_POINT;
  const others = record.attributes & ~kinds & (isSame ? ~0 : ~ENCRYPTED);
  const kind =
    record.kind === "link" && isSame
      ? record.attributes & kinds
      : (host.attributes & kinds) | (isReparse ? REPARSE_POINT : 0);
  // A file without any attribute is NORMAL; one that was stored without is left so.
  return (others | kind) >>> 0 || (record.attributes === 0 ? 0 : NORMAL);
}
