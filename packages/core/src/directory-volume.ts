import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { resolve } from "node:path";
import { AdkError, fromSystemError } from "./errors.ts";
import type { Findings } from "./findings.ts";
import { hostEntry, hostReparsePoint } from "./host-entry.ts";
import { type KeptEntry, keptEntry } from "./kept-entry.ts";
import { FileAccess, MemoryAccess, type RandomAccess } from "./random-access.ts";
import { isSidecarName } from "./sidecar.ts";
import { Sidecar } from "./sidecar-reader.ts";
import { equalNames } from "./upcase.ts";
import { childPath, type Volume, type VolumeEntry, type VolumeReparsePoint } from "./volume.ts";
import { checkName } from "./windows-path.ts";

/** In a directory that is being edited, where the edits are prepared; no part of the volume. */
export const SESSION_NAME = ".adk-session";

export interface DirectoryVolumeOptions {
  /** Told of entries that a Windows volume cannot have; they are left out. */
  readonly findings?: Findings | undefined;
  /** Count absolute link targets inside the directory from its root, as an image needs them. Default true. */
  readonly fixLinks?: boolean | undefined;
}

/**
 * A directory of the host as a volume, with what a sidecar in it keeps of its entries; what neither the host nor a sidecar
 * tells is not made up. A symbolic link appears as the reparse point that Windows would have, a directory link when what it
 * points to is a directory; an absolute target inside the directory counts from the volume's root.
 *
 * @throws AdkError `FILE_NOT_FOUND`, `NOT_A_DIRECTORY`, `SIDECAR_UNSUPPORTED_VERSION` ...
 */
export async function openDirectory(path: string, options: DirectoryVolumeOptions = {}): Promise<Volume> {
  const host = resolve(path);
  try {
    if (!statSync(host).isDirectory()) {
      throw new AdkError("NOT_A_DIRECTORY", "A directory was expected here.", { file: path });
    }
    return new DirectoryVolume(path, host, await Sidecar.read(host, options.findings), options);
  } catch (error) {
    throw fromSystemError(error, path);
  }
}

class DirectoryVolume implements Volume {
  readonly name: string;
  readonly root: VolumeEntry;
  readonly #host: string;
  readonly #sidecar: Sidecar | undefined;
  readonly #findings: Findings | undefined;
  readonly #fixLinks: boolean;
  /** Of the entries that were given out, those with something in the sidecar. */
  readonly #kept = new WeakMap<VolumeEntry, KeptEntry>();

  constructor(name: string, host: string, sidecar: Sidecar | undefined, options: DirectoryVolumeOptions) {
    const { findings, fixLinks = true } = options;
    this.name = name;
    this.#host = host;
    this.#sidecar = sidecar;
    this.#findings = findings;
    this.#fixLinks = fixLinks;
    this.root = this.#withKept(hostEntry(realpathSync(host), "/", "") as VolumeEntry);
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
        if (directory.path === "/" && this.#isOurs(name)) continue;
        const entry = this.#entry(childPath(directory.path, name), name);
        if (entry) entries.push(entry);
      }
    } catch (error) {
      throw fromSystemError(error, this.#hostPath(directory));
    }
    return entries;
  }

  async open(entry: VolumeEntry, stream = ""): Promise<RandomAccess> {
    if (stream === "") return FileAccess.open(this.#hostPath(entry));
    const kept = this.#kept.get(entry)?.streams.find(({ name }) => equalNames(name, stream));
    if (kept?.data) return new MemoryAccess(kept.data, `${this.name}${entry.path}:${stream}`);
    if (kept && this.#sidecar) return this.#sidecar.open(kept);
    throw new AdkError("STREAM_NOT_FOUND", `There is no stream named "${stream}".`, {
      file: `${this.name}${entry.path}`,
    });
  }

  async read(entry: VolumeEntry, stream = "", into?: Uint8Array): Promise<Uint8Array> {
    if (stream !== "") {
      const access = await this.open(entry, stream);
      try {
        return await access.read(0, access.size);
      } finally {
        await access.close();
      }
    }
    try {
      return (into && readSmallFile(this.#hostPath(entry), into)) ?? readFileSync(this.#hostPath(entry));
    } catch (error) {
      throw fromSystemError(error, this.#hostPath(entry));
    }
  }

  async reparsePoint(entry: VolumeEntry): Promise<VolumeReparsePoint | undefined> {
    if (entry.reparseTag === 0) return undefined;
    const kept = this.#kept.get(entry)?.reparse;
    if (kept) return { data: kept.data, reserved: kept.reserved, fixed: kept.fixed };
    return hostReparsePoint(readlinkSync(this.#hostPath(entry)), this.#fixLinks ? this.#host : undefined);
  }

  async securityDescriptor(entry: VolumeEntry): Promise<Uint8Array | undefined> {
    return this.#kept.get(entry)?.security;
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #hostPath(entry: VolumeEntry): string {
    return entry.path === "/" ? this.#host : this.#host + entry.path;
  }

  #entry(path: string, name: string): VolumeEntry | undefined {
    const why = name.includes("\uFFFD") ? "is not valid UTF-8" : forbiddenCharacter(name);
    if (why !== undefined) {
      this.#findings?.warning("NAME_NOT_FOR_WINDOWS", `The name ${why}; the entry is left out.`, { path });
      return undefined;
    }
    const entry = hostEntry(this.#host + path, path, name);
    if (entry) return this.#withKept(entry);
    this.#findings?.warning("NOT_A_FILE", "A device, socket or pipe is left out.", { path });
    return undefined;
  }

  #withKept(host: VolumeEntry): VolumeEntry {
    const kept = this.#sidecar && keptEntry(host, this.#hostPath(host), this.#sidecar, this.#findings);
    if (!kept) return host;
    this.#kept.set(kept.entry, kept);
    return kept.entry;
  }

  #isOurs(name: string): boolean {
    return name === SESSION_NAME || (this.#sidecar !== undefined && isSidecarName(name));
  }
}

/** Reads a file into memory that is there, without asking for its size first; undefined where it is not smaller than that. */
function readSmallFile(host: string, into: Uint8Array): Uint8Array | undefined {
  const descriptor = openSync(host, "r");
  try {
    for (let size = 0; size < into.length; ) {
      const count = readSync(descriptor, into, size, into.length - size, null);
      if (count === 0) return into.subarray(0, size);
      size += count;
    }
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** Windows' tools give up on an image that has such a name, so it must not get into one. */
function forbiddenCharacter(name: string): string | undefined {
  return checkName(name) === "illegal-character" ? "has a character that Windows forbids" : undefined;
}
