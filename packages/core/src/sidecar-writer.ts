import { lstatSync, mkdirSync, readlinkSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { AtomicFile } from "./atomic-file.ts";
import { IncrementalDigest } from "./digest.ts";
import { AdkError, fromSystemError } from "./errors.ts";
import { FileAttribute } from "./file-attributes.ts";
import type { Findings } from "./findings.ts";
import { hostEntry, hostReparsePoint } from "./host-entry.ts";
import { type RandomAccess, readPieces } from "./random-access.ts";
import { REPARSE_TAG_SYMLINK } from "./reparse-point.ts";
import {
  formatSidecarHeader,
  formatSidecarLine,
  type HostKind,
  hostKindOf,
  INLINE_STREAM_BYTES,
  isKeepableName,
  MOST_LINE_BYTES,
  SIDECAR_NAME,
  SIDECAR_STREAMS_NAME,
  type SidecarEntry,
  type SidecarLine,
  type SidecarReparsePoint,
  type SidecarStream,
} from "./sidecar.ts";
import { Sidecar } from "./sidecar-reader.ts";
import type { Volume, VolumeEntry } from "./volume.ts";
import { baseName } from "./windows-path.ts";

/** What a sidecar keeps. */
export interface SidecarCounts {
  /** Entries with something that the host does not keep: attributes, times, or one of the following. */
  readonly entries: number;
  readonly streams: number;
  readonly securityDescriptors: number;
  readonly shortNames: number;
  readonly reparsePoints: number;
}

/** Lines are written together, about so many characters. */
const BUFFER_LENGTH = 1 << 18;

/**
 * Writes the sidecar of a directory into which entries of a volume were written. What the host tells by itself is not kept; a
 * directory that loses nothing gets no sidecar. What a sidecar that is there keeps of other entries stays.
 */
export class SidecarWriter implements AsyncDisposable {
  readonly #directory: string;
  readonly #findings: Findings;
  readonly #old: Sidecar | undefined;
  /** Paths that were added, whether or not there was something to keep. */
  readonly #added = new Set<string>();
  /** Numbers of the descriptors, by their bytes in base64. */
  readonly #descriptors = new Map<string, number>();
  readonly #counts = { entries: 0, streams: 0, securityDescriptors: 0, shortNames: 0, reparsePoints: 0 };
  /** Files of streams that were made, for `discard`. */
  readonly #made: string[] = [];
  #madeDirectory = false;
  #output: AtomicFile | undefined;
  #buffer = "";
  #lines = 0;
  #isCommitted = false;

  private constructor(directory: string, findings: Findings, old: Sidecar | undefined) {
    this.#directory = directory;
    this.#findings = findings;
    this.#old = old;
  }

  /** @param findings told of what cannot be kept */
  static async open(directory: string, findings: Findings): Promise<SidecarWriter> {
    return new SidecarWriter(directory, findings, await Sidecar.read(directory, findings));
  }

  /**
   * Keeps what an entry has and its place on the host has not. An entry that is not there is passed over.
   *
   * @param path where the entry was written, below the directory
   */
  async add(volume: Volume, entry: VolumeEntry, path: string): Promise<void> {
    this.#added.add(path);
    const place = this.#directory + (path === "/" ? "" : path);
    const host = this.#hostEntry(place, path);
    if (!host || !isSameKind(entry, hostKindOf(host))) return;
    const kept = await this.#factsOf(volume, entry, host, place);
    const saysMore =
      kept.attributes !== host.attributes ||
      kept.creationTime !== host.creationTime ||
      kept.lastAccessTime !== host.lastAccessTime ||
      kept.lastWriteTime !== host.lastWriteTime ||
      kept.shortName !== "" ||
      kept.security !== undefined ||
      kept.reparse !== undefined ||
      kept.streams.length > 0 ||
      kept.items.length > 0;
    if (saysMore) await this.#keep(kept);
  }

  /**
   * Makes the sidecar permanent.
   *
   * @returns what was added to it; undefined where the directory has none
   */
  async commit(): Promise<SidecarCounts | undefined> {
    for (const entry of this.#old?.entries.values() ?? []) {
      if (!this.#added.has(entry.path)) await this.#keepOld(entry);
    }
    if (!this.#output && !this.#old) return undefined;
    await this.#write({ kind: "end", entries: this.#lines });
    await this.#flush();
    await this.#output?.commit();
    this.#isCommitted = true;
    return { ...this.#counts };
  }

  /** Removes what was written; nothing after `commit`. */
  async discard(): Promise<void> {
    if (this.#isCommitted) return;
    await this.#output?.discard();
    for (const path of this.#made.splice(0)) unlinkSync(path);
    if (this.#madeDirectory) rmdirSync(join(this.#directory, SIDECAR_STREAMS_NAME));
    this.#madeDirectory = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.discard();
  }

  #hostEntry(place: string, path: string): VolumeEntry | undefined {
    try {
      return hostEntry(place, path, baseName(path));
    } catch (error) {
      const known = fromSystemError(error, place);
      if (known instanceof AdkError && known.code === "FILE_NOT_FOUND") return undefined;
      throw known;
    }
  }

  async #factsOf(volume: Volume, entry: VolumeEntry, host: VolumeEntry, place: string): Promise<SidecarEntry> {
    const { path } = host;
    const kind = hostKindOf(host);
    const hostTarget = kind === "link" ? readlinkSync(place) : "";
    const point = await this.#optional(path, async () => {
      const stored = entry.reparseTag === 0 ? undefined : await volume.reparsePoint(entry);
      return stored && { ...stored, tag: entry.reparseTag };
    });
    const reparse = point && kind === "link" && isTold(point, hostTarget) ? undefined : point;
    const shortName = this.#shortName(entry, path);
    const descriptor = await this.#optional(path, () => volume.securityDescriptor(entry));
    const streams: SidecarStream[] = [];
    for (const { name, sha1 } of entry.streams) {
      const stream = await this.#optional(path, () => this.#stream(volume, entry, name, sha1));
      if (stream) streams.push(stream);
    }
    return {
      path,
      kind,
      hostSize: host.size,
      hostTime: host.lastWriteTime,
      hostTarget,
      attributes: entry.attributes,
      creationTime: entry.creationTime,
      lastAccessTime: entry.lastAccessTime,
      lastWriteTime: entry.lastWriteTime,
      shortName,
      security: descriptor && (await this.#descriptor(descriptor, path)),
      reparse,
      streams,
      items: entry.items,
    };
  }

  #shortName({ shortName }: VolumeEntry, path: string): string {
    if (shortName === "" || isKeepableName(shortName)) return shortName;
    this.#findings.error("SIDECAR_NAME_NOT_KEPT", "A short name cannot be kept.", { path });
    return "";
  }

  /** Reads a stream; a large one is put into a file of its own. @param known its SHA-1, where the volume stores it */
  async #stream(volume: Volume, entry: VolumeEntry, name: string, known: string | undefined): Promise<SidecarStream> {
    if (!isKeepableName(name)) {
      throw new AdkError("SIDECAR_NAME_NOT_KEPT", "A stream has a name that cannot be kept.", {
        found: JSON.stringify(name.slice(0, 80)),
      });
    }
    const access = await volume.open(entry, name);
    try {
      const hash = new IncrementalDigest("sha1");
      for await (const piece of readPieces(access)) hash.update(piece);
      const sha1 = hash.finish();
      if (known !== undefined && sha1 !== known) {
        throw new AdkError("SIDECAR_STREAM_CORRUPT", `The stream "${name}" does not have the SHA-1 that it should.`, {
          expected: known,
          found: sha1,
        });
      }
      if (access.size <= INLINE_STREAM_BYTES) {
        return { name, size: access.size, data: await access.read(0, access.size), sha1 };
      }
      await this.#writeStream(access, sha1);
      return { name, size: access.size, data: undefined, sha1 };
    } finally {
      await access.close();
    }
  }

  async #writeStream(access: RandomAccess, sha1: string): Promise<void> {
    const directory = join(this.#directory, SIDECAR_STREAMS_NAME);
    const path = join(directory, sha1);
    this.#makeStreamDirectory(directory);
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there?.isFile() && there.size === access.size) return;
    await using file = await AtomicFile.create(path, { overwrite: true });
    for await (const piece of readPieces(access)) await file.write(piece);
    await file.commit();
    this.#made.push(path);
  }

  /** What stands in its place and is no directory, perhaps a link that leads elsewhere, is an error. */
  #makeStreamDirectory(directory: string): void {
    try {
      if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
      mkdirSync(directory);
      this.#madeDirectory = true;
    } catch (error) {
      throw fromSystemError(error, directory);
    }
  }

  async #descriptor(bytes: Uint8Array, path: string): Promise<number | undefined> {
    const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
    const known = this.#descriptors.get(key);
    if (known !== undefined) return known;
    const number = this.#descriptors.size;
    if (!(await this.#write({ kind: "descriptor", number, bytes }))) {
      this.#findings.error("SIDECAR_ENTRY_TOO_LARGE", "A security descriptor is too large to be kept.", { path });
      return undefined;
    }
    this.#descriptors.set(key, number);
    return number;
  }

  async #keep(entry: SidecarEntry): Promise<void> {
    if (!(await this.#write({ kind: "entry", entry }))) {
      const message = "An entry has more than a line of the sidecar holds; it is not kept.";
      this.#findings.error("SIDECAR_ENTRY_TOO_LARGE", message, { path: entry.path });
      return;
    }
    this.#lines++;
    this.#counts.entries++;
    this.#counts.streams += entry.streams.length;
    if (entry.security !== undefined) this.#counts.securityDescriptors++;
    if (entry.shortName !== "") this.#counts.shortNames++;
    if (entry.reparse && entry.kind !== "link") this.#counts.reparsePoints++;
  }

  /** Takes an entry over from the sidecar that was there. */
  async #keepOld(entry: SidecarEntry): Promise<void> {
    const descriptor = entry.security === undefined ? undefined : this.#old?.descriptors.get(entry.security);
    const security = descriptor && (await this.#descriptor(descriptor, entry.path));
    if (await this.#write({ kind: "entry", entry: { ...entry, security } })) this.#lines++;
  }

  /** @returns false for a line that is too long */
  async #write(line: SidecarLine): Promise<boolean> {
    const text = `${formatSidecarLine(line)}\n`;
    if (text.length * 3 > MOST_LINE_BYTES && Buffer.byteLength(text) > MOST_LINE_BYTES) return false;
    if (!this.#output) {
      this.#output = await AtomicFile.create(join(this.#directory, SIDECAR_NAME), { overwrite: true });
      this.#buffer = `${formatSidecarHeader()}\n`;
    }
    this.#buffer += text;
    if (this.#buffer.length > BUFFER_LENGTH) await this.#flush();
    return true;
  }

  async #flush(): Promise<void> {
    const text = this.#buffer;
    this.#buffer = "";
    await this.#output?.write(Buffer.from(text));
  }

  /** What is damaged in the source is left out with a finding. */
  async #optional<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AdkError) || error.kind !== "input") throw error;
      const found = error.found === undefined ? "" : ` Found: ${error.found}.`;
      this.#findings.error(error.code, `${error.message}${found} It is not kept.`, { path });
      return undefined;
    }
  }
}

/** Whether what was written is what the entry became, and not something that was there before. */
function isSameKind(entry: VolumeEntry, kind: HostKind): boolean {
  if (kind === "link") return entry.reparseTag !== 0;
  return (kind === "directory") === ((entry.attributes & FileAttribute.DIRECTORY) !== 0);
}

/** Whether the link of the host says the same as the reparse point. What counts from the root is kept: a tree may be moved. */
function isTold(point: SidecarReparsePoint, target: string): boolean {
  const told = hostReparsePoint(target, undefined);
  const isSame = point.tag === REPARSE_TAG_SYMLINK && point.reserved === told.reserved && point.fixed === told.fixed;
  return isSame && Buffer.from(point.data).equals(told.data);
}
