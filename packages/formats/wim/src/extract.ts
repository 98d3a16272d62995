import { utimes } from "node:fs/promises";
import {
  AdkError,
  ExtractionRoot,
  FILETIME_MAX,
  FileAttribute,
  type Findings,
  filetimeToUnixSeconds,
  fromSystemError,
  isSidecarName,
  type LongOperation,
  linkTarget,
  ProgressCounter,
  parseReparseData,
  type SidecarCounts,
  SidecarWriter,
  throwIfCancelled,
  type Volume,
} from "@adk/core";
import { readBlob } from "./blob-access.ts";
import { BlobDecoder } from "./blob-decoder.ts";
import { type Dentry, REPARSE_NOT_FIXED } from "./dentry.ts";
import { ExtractedFiles } from "./extracted-files.ts";
import { hostTarget } from "./host-target.ts";
import { imageEntry, openImage } from "./image-volume.ts";
import { inodeStreams, linkIdOf } from "./inode-streams.ts";
import { ZERO_HASH } from "./lookup-table.ts";
import type { OutputFile } from "./output-file.ts";
import { NO_SECURITY } from "./security-data.ts";
import type { WimFile } from "./wim-file.ts";

export interface ExtractOptions extends LongOperation {
  readonly threads?: number | undefined;
  /** Replace files that are there. Otherwise they are an error. */
  readonly overwrite?: boolean | undefined;
  /** Told of what could not be extracted, and why. */
  readonly findings: Findings;
  /**
   * The image as a volume: what the host's file system cannot hold of what is extracted is then kept in a sidecar of the
   * target directory. Without it that is lost.
   */
  readonly sidecar?: Volume | undefined;
}

export interface ApplyOptions extends Omit<ExtractOptions, "sidecar"> {
  /** Keep what the host's file system cannot hold in a sidecar of the directory. Default false. */
  readonly sidecar?: boolean | undefined;
}

/** Something of an image and where it goes below the target directory. */
export interface Extraction {
  readonly dentry: Dentry;
  /** Names below the target; none for the target itself. */
  readonly to: readonly string[];
}

export interface ExtractResult {
  readonly files: number;
  readonly directories: number;
  readonly symlinks: number;
  readonly hardLinks: number;
  /** Bytes of the files that were written. */
  readonly bytes: number;
  /** What the host's file system cannot hold and is kept in the sidecar; missing where there is no sidecar. */
  readonly kept?: SidecarCounts | undefined;
  /** What the host's file system cannot hold and was therefore not extracted. */
  readonly notHeld: {
    readonly streams: number;
    readonly securityDescriptors: number;
    readonly shortNames: number;
    readonly reparsePoints: number;
  };
}

/** Writes a whole image into a directory. */
export async function applyImage(
  file: WimFile,
  index: number,
  directory: string,
  options: ApplyOptions,
): Promise<ExtractResult> {
  const { root } = await file.metadata(index);
  const sidecar = options.sidecar ? await openImage(file, index) : undefined;
  return extract(file, [{ dentry: root, to: [] }], directory, { ...options, sidecar });
}

/**
 * Writes files and directories of an image below a directory. Each file appears whole or not at all; what is damaged or has a
 * name that must not be used is left out with a finding. When the whole cannot be finished (no space, cancelled), what was
 * created is removed again.
 */
export async function extract(
  file: WimFile,
  extractions: readonly Extraction[],
  directory: string,
  options: ExtractOptions,
): Promise<ExtractResult> {
  const overwrite = options.overwrite ? "replace" : "refuse";
  const root = await ExtractionRoot.open(directory, { overwrite });
  const extractor = new Extractor(file, root, options);
  // Of a whole image there is enough to do for the threads to start while the directories are made.
  const isWhole = extractions.some(({ to }) => to.length === 0);
  const expected = isWhole ? [...file.table.blobs.values()].reduce((sum, { size }) => sum + size, 0) : 0;
  await using decoder = await BlobDecoder.create(options.threads, expected);
  try {
    for (const extraction of extractions) await extractor.plan(extraction);
    await extractor.writeFiles(decoder);
    await extractor.finish();
  } catch (error) {
    await extractor.undo();
    throw error;
  }
  return extractor.result;
}

/** The first name of a file that has several. */
interface FirstName {
  readonly to: readonly string[];
  readonly output: OutputFile;
}

class Extractor {
  readonly #file: WimFile;
  readonly #root: ExtractionRoot;
  readonly #options: ExtractOptions;
  readonly #files: ExtractedFiles;
  readonly #links: { first: FirstName; to: readonly string[] }[] = [];
  readonly #firstNames = new Map<string, FirstName>();
  readonly #directoryTimes: { host: string; time: number }[] = [];
  readonly #counts = { directories: 0, symlinks: 0, hardLinks: 0 };
  /** For the sidecar: everything that was planned. */
  readonly #planned: Extraction[] = [];
  #kept: SidecarCounts | undefined;
  readonly #notHeld = { streams: 0, securityDescriptors: 0, shortNames: 0, reparsePoints: 0 };

  constructor(file: WimFile, root: ExtractionRoot, options: ExtractOptions) {
    this.#file = file;
    this.#files = new ExtractedFiles(file);
    this.#root = root;
    this.#options = options;
  }

  get result(): ExtractResult {
    const result = { ...this.#files.counts, ...this.#counts, notHeld: { ...this.#notHeld } };
    return this.#kept ? { ...result, kept: this.#kept } : result;
  }

  /** Makes the directories and notes the files and links, parents before what they hold. */
  async plan({ dentry, to }: Extraction): Promise<void> {
    const progress = new ProgressCounter(this.#options, "prepare", "files", 0);
    const pending: Extraction[] = [{ dentry, to }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      try {
        await this.#planOne(next.dentry, next.to);
      } catch (error) {
        this.#skip(error, next.to);
        continue;
      }
      progress.add(1);
      for (const child of next.dentry.children?.toReversed() ?? [])
        pending.push({ dentry: child, to: [...next.to, child.name] });
    }
  }

  async #planOne(dentry: Dentry, to: readonly string[]): Promise<void> {
    const time = unixTime(dentry.lastWriteTime);
    if (this.#options.sidecar) {
      refuseSidecarName(to);
      this.#planned.push({ dentry, to });
    } else this.#countNotHeld(dentry);
    if (dentry.reparseTag !== 0 && (await this.#planLink(dentry, to, time))) return;
    if (dentry.attributes & FileAttribute.DIRECTORY) {
      this.#directoryTimes.push({ host: await this.#root.createDirectory(to), time });
      this.#counts.directories++;
      return;
    }
    const { data } = inodeStreams(dentry);
    const blob = this.#file.blob(data);
    if (data !== ZERO_HASH && !blob) {
      throw new AdkError("WIM_BLOB_MISSING", `The data of the file is missing: no blob has SHA-1 ${data}.`);
    }
    const link = linkIdOf(dentry);
    const first = link === undefined ? undefined : this.#firstNames.get(link);
    if (first) {
      this.#links.push({ first, to });
      return;
    }
    const output = { path: await this.#root.placeFile(to), time, replace: this.#options.overwrite ?? false };
    if (link !== undefined) this.#firstNames.set(link, { to, output });
    this.#files.add(output, blob);
  }

  /** A symbolic link or junction becomes a symbolic link. False for reparse points that are no links. */
  async #planLink(dentry: Dentry, to: readonly string[], time: number): Promise<boolean> {
    const data = await readBlob(this.#file, inodeStreams(dentry).reparse, dentry.name);
    const point = parseReparseData(dentry.reparseTag, data);
    if (point.kind === "opaque") {
      if (!this.#options.sidecar) this.#notHeld.reparsePoints++;
      return false;
    }
    const fixed = (dentry.reparseFlags & REPARSE_NOT_FIXED) === 0;
    const target = hostTarget(linkTarget(point), fixed ? this.#root.directory : "");
    const type = dentry.attributes & FileAttribute.DIRECTORY ? "dir" : "file";
    await this.#root.createSymlink(to, target, type, time);
    this.#counts.symlinks++;
    return true;
  }

  #countNotHeld(dentry: Dentry): void {
    this.#notHeld.streams += dentry.extraStreams.filter(({ name }) => name !== "").length;
    if (dentry.securityId !== NO_SECURITY) this.#notHeld.securityDescriptors++;
    if (dentry.shortName) this.#notHeld.shortNames++;
  }

  async writeFiles(decoder: BlobDecoder): Promise<void> {
    await this.#files.write(decoder, this.#options, (output, { code, message, file, offset }) => {
      const path = output.slice(this.#root.directory.length);
      this.#options.findings.error(code, message, { file, offset, path });
    });
  }

  /** Makes the links, then sets the times of directories: what is made in them would change those. */
  async finish(): Promise<void> {
    // What was asked for while the last bytes were written has not been heard.
    throwIfCancelled(this.#options);
    for (const { first, to } of this.#links) {
      throwIfCancelled(this.#options);
      try {
        if (this.#files.hasFailed(first.output)) {
          throw new AdkError("WIM_LINK_FAILED", `This is another name of /${first.to.join("/")}, which failed.`);
        }
        this.#files.noteCreated(await this.#root.createHardLink(first.to, to));
        this.#counts.hardLinks++;
      } catch (error) {
        this.#skip(error, to);
      }
    }
    await this.#root.finish();
    for (const directory of this.#directoryTimes.toReversed()) await setTime(directory);
    await this.#keep();
  }

  /** Writes the sidecar, and sets the time of the target again, which that changed. */
  async #keep(): Promise<void> {
    const { sidecar: volume, findings } = this.#options;
    if (!volume) return;
    const { directory } = this.#root;
    await using writer = await SidecarWriter.open(directory, findings);
    const progress = new ProgressCounter(this.#options, "keep", "files", this.#planned.length);
    for (const { dentry, to } of this.#planned) {
      const path = `/${to.join("/")}`;
      await writer.add(volume, imageEntry(this.#file, dentry, path), path);
      progress.add(1);
    }
    this.#kept = await writer.commit();
    const target = this.#directoryTimes.find(({ host }) => host === directory);
    if (target) await setTime(target);
  }

  /** Removes what was created; a file that was replaced stays as it is now, whole. */
  async undo(): Promise<void> {
    if (this.#options.overwrite) return;
    await this.#files.undo();
    await this.#root.removeMade();
  }

  /** A name or a piece of data that cannot be used concerns one entry; anything else concerns the whole. */
  #skip(error: unknown, to: readonly string[]): void {
    const skippable = error instanceof AdkError && (error.kind === "input" || SKIPPED.has(error.code));
    if (!skippable) throw error;
    this.#options.findings.error(error.code, `${error.message} It is left out.`, { path: `/${to.join("/")}` });
  }
}

/** Errors of other kinds that concern one entry. */
const SKIPPED = new Set(["NAME_NOT_REPRESENTABLE", "NAME_COLLISION", "NAME_TOO_LONG"]);

/** Seconds since 1970. A time that no calendar has becomes 1970, and so does one before: Node would take it for now. */
function unixTime(filetime: bigint): number {
  return filetime <= FILETIME_MAX ? Math.max(0, filetimeToUnixSeconds(filetime)) : 0;
}

async function setTime({ host, time }: { host: string; time: number }): Promise<void> {
  await utimes(host, time, time).catch((error: unknown) => {
    throw fromSystemError(error, host);
  });
}

/** An entry of this name would be taken for the sidecar that is written beside it. */
function refuseSidecarName([first, second]: readonly string[]): void {
  if (first === undefined || second !== undefined || !isSidecarName(first)) return;
  throw new AdkError("SIDECAR_NAME_TAKEN", "The entry has the name of the sidecar of the directory.", { found: first });
}
