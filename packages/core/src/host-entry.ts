import { type BigIntStats, lstatSync, statSync } from "node:fs";
import { FileAttribute } from "./file-attributes.ts";
import { filetimeFromUnixNanoseconds } from "./filetime.ts";
import { REPARSE_TAG_SYMLINK, reparseDataToBytes, symlinkTo } from "./reparse-point.ts";
import type { VolumeEntry, VolumeReparsePoint } from "./volume.ts";

/**
 * What the host itself tells of a file, directory or link, as an entry of a volume; undefined for a device, socket or pipe.
 * What its file system does not keep is not made up: no short names, streams or descriptors. Creation and access time are
 * the time of the last change, so that looking does not alter the result.
 *
 * @param host where it is
 * @param path its path in the volume
 */
export function hostEntry(host: string, path: string, name: string): VolumeEntry | undefined {
  const info = lstatSync(host, { bigint: true });
  if (info.isSymbolicLink()) {
    const attributes = FileAttribute.REPARSE_POINT | (leadsToDirectory(host) ? FileAttribute.DIRECTORY : 0);
    return entryOf(path, name, info, attributes, REPARSE_TAG_SYMLINK);
  }
  if (info.isDirectory()) return entryOf(path, name, info, FileAttribute.DIRECTORY, 0);
  return info.isFile() ? entryOf(path, name, info, FileAttribute.NORMAL, 0) : undefined;
}

/**
 * The reparse point that Windows would have for a symbolic link of the host.
 *
 * @param root an absolute target below this directory counts from the root of the volume; undefined to leave all as they are
 */
export function hostReparsePoint(target: string, root: string | undefined): VolumeReparsePoint {
  const inside = root !== undefined && (target === root || target.startsWith(`${root}/`));
  const counted = inside ? target.slice(root.length) || "/" : target;
  const path = counted.replaceAll("/", "\\");
  const data = reparseDataToBytes(symlinkTo(path.startsWith("\\") ? `C:${path}` : path));
  return { data, reserved: 0, fixed: inside };
}

/** False for a link that leads nowhere or in a circle. */
function leadsToDirectory(link: string): boolean {
  try {
    return statSync(link).isDirectory();
  } catch {
    return false;
  }
}

function entryOf(path: string, name: string, info: BigIntStats, attributes: number, reparseTag: number): VolumeEntry {
  const time = filetimeFromUnixNanoseconds(info.mtimeNs);
  const isFile = (attributes & (FileAttribute.DIRECTORY | FileAttribute.REPARSE_POINT)) === 0;
  return {
    path,
    name,
    shortName: "",
    attributes,
    size: isFile ? Number(info.size) : 0,
    creationTime: time,
    lastAccessTime: time,
    lastWriteTime: time,
    reparseTag,
    linkId: isFile && info.nlink > 1n ? `${info.dev}:${info.ino}` : undefined,
    sha1: undefined,
    streams: [],
    items: [],
  };
}
