import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { AdkError, fromSystemError } from "./errors.ts";
import { FileAttribute } from "./file-attributes.ts";
import { filetimeFromUnixNanoseconds } from "./filetime.ts";
import type { Findings } from "./findings.ts";
import { FileAccess, type RandomAccess } from "./random-access.ts";
import { REPARSE_TAG_SYMLINK, reparseDataToBytes, symlinkTo } from "./reparse-point.ts";
import { equalNames } from "./upcase.ts";
import { childPath, type Volume, type VolumeEntry, type VolumeReparsePoint } from "./volume.ts";

export interface DirectoryVolumeOptions {
  /** Told of entries that a Windows volume cannot have; they are left out. */
  readonly findings?: Findings | undefined;
  /** Count absolute link targets inside the directory from its root, as an image needs them. Default true. */
  readonly fixLinks?: boolean | undefined;
}

/**
 * A directory of the host as a volume. What the host's file system does not keep is not made up: no short names, streams or
 * security descriptors. A symbolic link appears as the reparse point that Windows would have, a directory link when what it
 * points to is a directory; an absolute target inside the directory counts from the volume's root. Creation and access time are the time of the last change, so that looking does not alter the
 * result.
 */
export async function openDirectory(path: string, options: DirectoryVolumeOptions = {}): Promise<Volume> {
  const host = resolve(path);
  try {
    const info = statSync(host, { bigint: true });
    if (!info.isDirectory()) {
      throw new AdkError("NOT_A_DIRECTORY", "A directory was expected here.", { file: path });
    }
    return new DirectoryVolume(path, host, info, options);
  } catch (error) {
    throw fromSystemError(error, path);
  }
}

class DirectoryVolume implements Volume {
  readonly name: string;
  readonly root: VolumeEntry;
  readonly #host: string;
  readonly #findings: Findings | undefined;
  readonly #fixLinks: boolean;

  constructor(name: string, host: string, info: BigIntStats, { findings, fixLinks = true }: DirectoryVolumeOptions) {
    this.name = name;
    this.#host = host;
    this.#findings = findings;
    this.#fixLinks = fixLinks;
    this.root = entryOf("/", "", info, FileAttribute.DIRECTORY, 0);
  }

  async lookup(path: string): Promise<VolumeEntry | undefined> {
    let entry: VolumeEntry | undefined = this.root;
    for (const name of path.split("/")) {
      if (name === "" || !entry) continue;
      const entries: readonly VolumeEntry[] = await this.list(entry);
      entry = entries.find((each) => each.name === name) ?? entries.find((each) => equalNames(each.name, name));
    }
    return entry;
  }

  /** Sorted by code unit, so that the order does not depend on the host's file system. */
  async list(directory: VolumeEntry): Promise<readonly VolumeEntry[]> {
    const entries: VolumeEntry[] = [];
    try {
      for (const name of readdirSync(this.#hostPath(directory)).sort()) {
        const entry = this.#entry(childPath(directory.path, name), name);
        if (entry) entries.push(entry);
      }
    } catch (error) {
      throw fromSystemError(error, this.#hostPath(directory));
    }
    return entries;
  }

  async open(entry: VolumeEntry, stream = ""): Promise<RandomAccess> {
    this.#checkStream(entry, stream);
    return FileAccess.open(this.#hostPath(entry));
  }

  async read(entry: VolumeEntry, stream = ""): Promise<Uint8Array> {
    this.#checkStream(entry, stream);
    try {
      return readFileSync(this.#hostPath(entry));
    } catch (error) {
      throw fromSystemError(error, this.#hostPath(entry));
    }
  }

  async reparsePoint(entry: VolumeEntry): Promise<VolumeReparsePoint | undefined> {
    if (entry.reparseTag === 0) return undefined;
    const target = readlinkSync(this.#hostPath(entry));
    const inside = this.#fixLinks && (target === this.#host || target.startsWith(`${this.#host}/`));
    const counted = inside ? target.slice(this.#host.length) || "/" : target;
    const path = counted.replaceAll("/", "\\");
    const data = reparseDataToBytes(symlinkTo(path.startsWith("\\") ? `C:${path}` : path));
    return { data, reserved: 0, fixed: inside };
  }

  async securityDescriptor(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #hostPath(entry: VolumeEntry): string {
    return entry.path === "/" ? this.#host : this.#host + entry.path;
  }

  #entry(path: string, name: string): VolumeEntry | undefined {
    const host = this.#host + path;
    if (name.includes("\uFFFD") || name.includes("\\")) {
      const why = name.includes("\\") ? "contains a backslash" : "is not valid UTF-8";
      this.#findings?.warning("NAME_NOT_FOR_WINDOWS", `The name ${why}; the entry is left out.`, { path });
      return undefined;
    }
    const info = lstatSync(host, { bigint: true });
    if (info.isSymbolicLink()) {
      const attributes = FileAttribute.REPARSE_POINT | (leadsToDirectory(host) ? FileAttribute.DIRECTORY : 0);
      return entryOf(path, name, info, attributes, REPARSE_TAG_SYMLINK);
    }
    if (info.isDirectory()) return entryOf(path, name, info, FileAttribute.DIRECTORY, 0);
    if (info.isFile()) return entryOf(path, name, info, FileAttribute.NORMAL, 0);
    this.#findings?.warning("NOT_A_FILE", "A device, socket or pipe is left out.", { path });
    return undefined;
  }

  #checkStream(entry: VolumeEntry, stream: string): void {
    if (stream === "") return;
    throw new AdkError("STREAM_NOT_FOUND", `There is no stream named "${stream}".`, {
      file: `${this.name}${entry.path}`,
    });
  }
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
