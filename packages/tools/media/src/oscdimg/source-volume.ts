import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  AdkError,
  childPath,
  FileAttribute,
  type Findings,
  fromSystemError,
  isRealDirectory,
  openDirectory,
  type RandomAccess,
  type Volume,
  type VolumeEntry,
  type VolumeReparsePoint,
} from "@adk/core";
import { openSource } from "@adk/sources";

export interface SourceVolumeOptions {
  /** Hidden files and directories are there. */
  readonly hidden: boolean;
  /** In the place of a link is what it leads to. */
  readonly followLinks: boolean;
  /** What cannot be read is left out, and told to `findings`. */
  readonly skipUnreadable: boolean;
  readonly findings: Findings;
}

/** Where the data of an entry is. */
interface Origin {
  readonly volume: Volume;
  readonly entry: VolumeEntry;
}

/**
 * What OSCDIMG's options make of a source: without hidden files, with what links lead to, without what cannot be read. The tree is
 * read once and kept, so that what was checked is what is written.
 *
 * @param path of the host, or another source, whose links are refused when the disc is made
 */
export async function openSourceVolume(path: string, options: SourceVolumeOptions): Promise<SourceVolume> {
  const volume = await openSource(path, { findings: options.findings });
  const isDirectory = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  return new SourceVolume(volume, isDirectory ? await realpath(path) : undefined, options);
}

export class SourceVolume implements Volume {
  readonly name: string;
  readonly root: VolumeEntry;
  readonly #options: SourceVolumeOptions;
  readonly #volumes: Volume[];
  readonly #origins = new Map<VolumeEntry, Origin>();
  readonly #lists = new Map<VolumeEntry, readonly VolumeEntry[]>();
  /** Of directories the real path of the host, by which a link that leads in a circle is found. */
  readonly #hosts = new Map<VolumeEntry, string>();

  constructor(base: Volume, host: string | undefined, options: SourceVolumeOptions) {
    this.name = base.name;
    this.root = base.root;
    this.#options = options;
    this.#volumes = [base];
    this.#origins.set(base.root, { volume: base, entry: base.root });
    if (host !== undefined) this.#hosts.set(base.root, host);
  }

  async list(directory: VolumeEntry): Promise<readonly VolumeEntry[]> {
    const known = this.#lists.get(directory);
    if (known) return known;
    const { volume, entry } = this.#origin(directory);
    const entries: VolumeEntry[] = [];
    try {
      for (const each of await volume.list(entry)) {
        const taken = await this.#take(each, volume, directory);
        if (taken) entries.push(taken);
      }
    } catch (error) {
      this.#skip(error, directory);
    }
    this.#lists.set(directory, entries);
    return entries;
  }

  /** Gives a file the data of another, which has the same size. */
  redirect(entry: VolumeEntry, to: VolumeEntry): void {
    this.#origins.set(entry, this.#origin(to));
  }

  async lookup(path: string): Promise<VolumeEntry | undefined> {
    let entry: VolumeEntry | undefined = this.root;
    for (const name of path.split("/").filter((each) => each !== "")) {
      const entries: readonly VolumeEntry[] = entry && isRealDirectory(entry) ? await this.list(entry) : [];
      entry = entries.find((each) => each.name.toLowerCase() === name.toLowerCase());
    }
    return entry;
  }

  open(entry: VolumeEntry, stream?: string): Promise<RandomAccess> {
    const origin = this.#origin(entry);
    return origin.volume.open(origin.entry, stream);
  }

  read(entry: VolumeEntry, stream?: string, into?: Uint8Array): Promise<Uint8Array> {
    const origin = this.#origin(entry);
    return origin.volume.read(origin.entry, stream, into);
  }

  async reparsePoint(entry: VolumeEntry): Promise<VolumeReparsePoint | undefined> {
    const origin = this.#origin(entry);
    return origin.volume.reparsePoint(origin.entry);
  }

  async securityDescriptor(entry: VolumeEntry): Promise<Uint8Array | undefined> {
    const origin = this.#origin(entry);
    return origin.volume.securityDescriptor(origin.entry);
  }

  async close(): Promise<void> {
    for (const volume of this.#volumes.splice(0)) await volume.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** An entry as it is here; undefined for one that is left out. */
  async #take(found: VolumeEntry, volume: Volume, parent: VolumeEntry): Promise<VolumeEntry | undefined> {
    const { hidden, followLinks, skipUnreadable } = this.#options;
    if (!hidden && (found.attributes & FileAttribute.HIDDEN) !== 0) return undefined;
    const entry = entryAt(found, childPath(parent.path, found.name), found.name);
    this.#origins.set(entry, { volume, entry: found });
    const host = this.#hosts.get(parent);
    try {
      if (followLinks && found.reparseTag !== 0 && host !== undefined) {
        return await this.#follow(entry, join(host, found.name), parent);
      }
      if (isRealDirectory(entry)) {
        if (host !== undefined) this.#hosts.set(entry, join(host, found.name));
      } else if (skipUnreadable) await (await this.open(entry)).close();
    } catch (error) {
      return this.#skip(error, entry);
    }
    return entry;
  }

  async #follow(link: VolumeEntry, host: string, parent: VolumeEntry): Promise<VolumeEntry> {
    try {
      const target = await realpath(host);
      const isDirectory = (await stat(target)).isDirectory();
      // A file is reached through the directory that it lies in.
      const volume = await openDirectory(isDirectory ? target : join(target, ".."), {
        findings: this.#options.findings,
      });
      this.#volumes.push(volume);
      const found = isDirectory ? volume.root : await volume.lookup(`/${target.slice(target.lastIndexOf("/") + 1)}`);
      if (!found) throw new AdkError("FILE_NOT_FOUND", "The file does not exist.", { file: target });
      const entry = entryAt(found, link.path, link.name);
      this.#origins.set(entry, { volume, entry: found });
      if (isDirectory) {
        const place = this.#hosts.get(parent) as string;
        if (place === target || place.startsWith(`${target}/`)) {
          throw new AdkError("ISO_LINK_CIRCLE", "A link leads to a directory that holds it.", { file: link.path });
        }
        this.#hosts.set(entry, target);
      }
      return entry;
    } catch (error) {
      throw fromSystemError(error, host);
    }
  }

  #skip(thrown: unknown, { path }: VolumeEntry): undefined {
    const error = fromSystemError(thrown, path);
    if (!this.#options.skipUnreadable || !(error instanceof AdkError) || error.kind === "cancelled") throw error;
    this.#options.findings.warning("OSCDIMG_SKIPPED", `${error.message.replace(/\.$/, "")}; it is left out.`, { path });
  }

  #origin(entry: VolumeEntry): Origin {
    const origin = this.#origins.get(entry);
    if (!origin) throw new TypeError("the entry is of another volume");
    return origin;
  }
}

/** The same entry at another place. */
function entryAt(found: VolumeEntry, path: string, name: string): VolumeEntry {
  if (found.path === path) return found;
  const { shortName, attributes, size, creationTime, lastAccessTime, lastWriteTime, reparseTag, linkId, sha1 } = found;
  const times = { creationTime, lastAccessTime, lastWriteTime };
  const { streams, items } = found;
  return { path, name, shortName, attributes, size, ...times, reparseTag, linkId, sha1, streams, items };
}
