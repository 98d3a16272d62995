import { constants, type Stats } from "node:fs";
import {
  type FileHandle,
  link,
  lstat,
  lutimes,
  mkdir,
  open,
  realpath,
  rmdir,
  stat,
  symlink,
  unlink,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { AdkError, check, fromSystemError } from "./errors.ts";
import { randomGuid } from "./guid.ts";
import { upcase } from "./upcase.ts";
import { isReservedDeviceName, MAX_NAME_LENGTH } from "./windows-path.ts";

/** A path inside an image: `/Windows/System32`, or its names one by one where a name itself is not trusted to have no `/`. */
export type ImagePath = string | readonly string[];

export interface ExtractionOptions {
  /** What happens to a file or link that is there already: an error, or it is replaced. Directories are always shared. */
  overwrite?: "refuse" | "replace" | undefined;
}

/**
 * Refuses a name that would not become exactly one entry of its directory. Names come from files, and files are hostile.
 *
 * @param host whose rules count: `process.platform`
 * @throws AdkError `UNSAFE_NAME`, `NAME_NOT_REPRESENTABLE`
 */
export function checkExtractionName(name: string, host: NodeJS.Platform = process.platform): void {
  const problem = nameProblem(name, host === "win32");
  check(problem === undefined, () => {
    return new AdkError("UNSAFE_NAME", `The name ${problem}.`, { found: JSON.stringify(name.slice(0, 300)) });
  });
  // A lone surrogate would become U+FFFD on the way to a file system in UTF-8, and two names could become one.
  check(host === "win32" || name.isWellFormed(), () => {
    return new AdkError("NAME_NOT_REPRESENTABLE", "The name is not valid Unicode; this host cannot store it.", {
      kind: "unsupported",
      found: JSON.stringify(name.slice(0, 300)),
    });
  });
}

function nameProblem(name: string, onWindows: boolean): string | undefined {
  // An empty name makes the path absolute ("//etc") or names the directory itself.
  if (name === "") return "is empty";
  // The way out of the target.
  if (name === "." || name === "..") return "stands for a directory above or for the same one";
  // One name that is a path, on this host or on the one to which the files go next.
  if (name.includes("/") || name.includes("\\")) return "contains a path separator";
  // The system would see a shorter name than the one that was checked.
  if (name.includes("\0")) return "contains a NUL character";
  // "C:" is a drive, "file:stream" an alternate data stream, "dir::$INDEX_ALLOCATION" a directory. NTFS has no name with a
  // colon, so nothing genuine is refused on other hosts, and what they hold can be copied to Windows.
  if (name.includes(":")) return "contains a colon: a drive or a stream";
  if (name.length > MAX_NAME_LENGTH) return `is longer than ${MAX_NAME_LENGTH} characters`;
  if (!onWindows) return undefined;
  // Opening "con" or "aux.h" opens a device. Elsewhere these are harmless names of files, and images hold some.
  if (isReservedDeviceName(name)) return "is that of a device";
  // Win32 drops them: "x." would write to "x", and ".. " be "..".
  if (/[. ]$/.test(name)) return "ends with a dot or space";
  return /[<>"|?*]/.test(name) ? "contains a character that Windows forbids" : undefined;
}

/**
 * The one place through which files are extracted. It maps paths of an image to paths below a directory of the host and
 * refuses whatever would leave it.
 *
 * Every directory on the way is made or looked at by itself and must be a real directory, not a link; links of the image are
 * made last, by `finish`, so that nothing is ever written through them. What it cannot prevent is another process that swaps
 * directories for links in the target at the same time: extract to a directory that only you can write.
 */
export class ExtractionRoot {
  /** The target directory, resolved. */
  readonly directory: string;
  readonly #overwrite: boolean;
  /** Whether "A" and "a" are two files here. */
  readonly #caseSensitive: boolean;
  /** Paths in the image of the directories that were seen to be real ones. */
  readonly #directories = new Set<string>();
  /** Directories of the host that were made, in order. */
  readonly #made: string[] = [];
  /** On a case-insensitive file system: what was extracted, by upcased path. */
  readonly #extracted = new Map<string, string>();
  readonly #symlinks: { host: string; target: string; type: "file" | "dir"; time: number | undefined }[] = [];
  /** Symbolic links of the host that were made. */
  readonly #madeLinks: string[] = [];

  private constructor(directory: string, overwrite: boolean, caseSensitive: boolean) {
    this.directory = directory;
    this.#overwrite = overwrite;
    this.#caseSensitive = caseSensitive;
  }

  /**
   * @param directory made if it is not there; it may itself be reached through links, as the user says where it is
   * @throws AdkError `NOT_A_DIRECTORY`, `ACCESS_DENIED` ...
   */
  static async open(directory: string, options: ExtractionOptions = {}): Promise<ExtractionRoot> {
    return told(directory, async () => {
      const made = await makeDirectories(resolve(directory));
      const real = await realpath(directory);
      const root = new ExtractionRoot(real, options.overwrite === "replace", await isCaseSensitive(real));
      root.#made.push(...made);
      return root;
    });
  }

  /**
   * Makes a directory and those above it; one that is there is used.
   *
   * @returns its path on the host
   * @throws AdkError `UNSAFE_NAME`, `UNSAFE_PATH`, `NAME_COLLISION`
   */
  async createDirectory(path: ImagePath): Promise<string> {
    const names = checkedNames(path);
    let inner = "";
    for (const name of names) {
      inner += `/${name}`;
      if (this.#directories.has(inner)) continue;
      this.#refuseCollision(inner);
      const host = join(this.directory, inner);
      if (await told(host, () => makeRealDirectory(host, inner))) this.#made.push(host);
      this.#directories.add(inner);
    }
    return join(this.directory, ...names);
  }

  /**
   * Opens a new file for writing, and makes the directories above it. The caller closes it.
   *
   * @throws AdkError `UNSAFE_NAME`, `UNSAFE_PATH`, `NAME_COLLISION`, `ALREADY_EXISTS`; with `replace` `IS_A_DIRECTORY`
   */
  async createFile(path: ImagePath): Promise<{ host: string; handle: FileHandle }> {
    const host = await this.#prepare(path);
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
    return { host, handle: await told(host, () => open(host, flags, 0o666)) };
  }

  /**
   * The place of a file, for a caller that creates it by itself: exclusively (`wx`), or by renaming a complete file to it. The
   * directories above it are made.
   *
   * @throws AdkError `UNSAFE_NAME`, `UNSAFE_PATH`, `NAME_COLLISION`
   */
  async placeFile(path: ImagePath): Promise<string> {
    return this.#place(path);
  }

  /** Removes the links that were made, then the directories as far as they are empty: after a failure, behind the files. */
  async removeMade(): Promise<void> {
    for (const link of this.#madeLinks.splice(0)) await unlink(link).catch(() => {});
    for (const directory of this.#made.splice(0).reverse()) await rmdir(directory).catch(() => {});
  }

  /**
   * Makes another name of a file that was extracted.
   *
   * @throws AdkError `UNSAFE_PATH` if what `existing` names is no regular file, and those of `createFile`
   */
  async createHardLink(existing: ImagePath, path: ImagePath): Promise<string> {
    const existingNames = checkedNames(existing);
    const source = join(await this.createDirectory(existingNames.slice(0, -1)), existingNames.at(-1)!);
    const info = await told(source, () => lstat(source));
    check(info.isFile(), () => unsafePath(joined(existingNames), "A hard link must lead to a regular file."));
    const host = await this.#prepare(path);
    await told(host, () => link(source, host));
    return host;
  }

  /**
   * Notes a symbolic link, which `finish` makes. Its target is not checked: nothing is read or written through it here.
   *
   * @param target as the host writes it
   * @param type what Windows hosts must know of the target
   * @param time last write of the link itself, seconds since 1970
   */
  async createSymlink(
    path: ImagePath,
    target: string,
    type: "file" | "dir" = "file",
    time?: number | undefined,
  ): Promise<void> {
    const inner = joined(checkedNames(path));
    check(target !== "" && !target.includes("\0"), () => unsafePath(inner, "The target of a link is no path."));
    this.#symlinks.push({ host: await this.#prepare(path), target, type, time });
  }

  /**
   * Makes the symbolic links: call it once, at the end.
   *
   * @throws AdkError `ALREADY_EXISTS` if something else was extracted under the name of a link
   */
  async finish(): Promise<void> {
    for (const { host, target, type, time } of this.#symlinks.splice(0)) {
      await told(host, async () => {
        await symlink(target, host, type);
        this.#madeLinks.push(host);
        if (time !== undefined) await lutimes(host, time, time);
      });
    }
  }

  /** Where an entry will be; the directories above it are made. */
  async #place(path: ImagePath): Promise<string> {
    const names = checkedNames(path);
    const inner = joined(names);
    check(names.length > 0, () => unsafePath(inner, "The root of an image is a directory."));
    const host = join(await this.createDirectory(names.slice(0, -1)), names.at(-1)!);
    this.#refuseCollision(inner);
    return host;
  }

  /** The place of an entry that this makes; with `replace` it is made free. */
  async #prepare(path: ImagePath): Promise<string> {
    const host = await this.#place(path);
    if (this.#overwrite) await told(host, () => clearPlace(host));
    return host;
  }

  /** Two names of an image that differ only in case would silently become one file. */
  #refuseCollision(inner: string): void {
    if (this.#caseSensitive) return;
    const key = upcase(inner);
    const other = this.#extracted.get(key);
    check(other === undefined || other === inner, () => {
      return new AdkError("NAME_COLLISION", "Two names differ only in case, and this file system cannot hold both.", {
        kind: "environment",
        found: `${other} and ${inner}`,
        hint: "Extract to a case-sensitive file system.",
      });
    });
    this.#extracted.set(key, inner);
  }
}

/** The names of a path, each of them checked. Only one slash before them is taken: `//server/share` has an empty name. */
function checkedNames(path: ImagePath): readonly string[] {
  const names = typeof path === "string" ? path.replace(/^\//, "").split("/") : path;
  if (names.length === 1 && names[0] === "" && typeof path === "string") return [];
  for (const name of names) checkExtractionName(name);
  return names;
}

function joined(names: readonly string[]): string {
  return `/${names.join("/")}`;
}

/** Makes a directory (true), or accepts the one that is there. A link in its place is an attack, or leads somebody's files away. */
async function makeRealDirectory(host: string, inner: string): Promise<boolean> {
  try {
    await mkdir(host);
    return true;
  } catch (error) {
    const info = await lstatIfAny(host);
    if (info?.isSymbolicLink()) throw unsafePath(inner, "A symbolic link stands where a directory is needed.");
    if (info !== undefined && !info.isDirectory())
      throw unsafePath(inner, "A file stands where a directory is needed.");
    if (info === undefined) throw error;
    return false;
  }
}

/**
 * Makes a directory and those above it that are not there, and returns what was made, from the top. (The recursive `mkdir`
 * of Node calls a read-only file system a missing file.)
 */
async function makeDirectories(directory: string): Promise<string[]> {
  try {
    await mkdir(directory);
    return [directory];
  } catch (error) {
    const parent = dirname(directory);
    if (isMissing(error) && parent !== directory) {
      const made = await makeDirectories(parent);
      await mkdir(directory);
      return [...made, directory];
    }
    if (await stat(directory).catch(() => undefined)) return [];
    throw error;
  }
}

/** Removes a file or link. It is never written through: a link, or another hard link to the file, may lead outside. */
async function clearPlace(host: string): Promise<void> {
  const info = await lstatIfAny(host);
  check(!info?.isDirectory(), () => {
    return new AdkError("IS_A_DIRECTORY", "A file was expected here, this is a directory.", { file: host });
  });
  if (info !== undefined) await unlink(host);
}

async function lstatIfAny(host: string): Promise<Stats | undefined> {
  try {
    return await lstat(host);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** Asks the file system itself: hosts have some of each kind. */
async function isCaseSensitive(directory: string): Promise<boolean> {
  const name = `.adk-case-${randomGuid()}`;
  await mkdir(join(directory, name));
  try {
    return (await lstatIfAny(join(directory, name.toUpperCase()))) === undefined;
  } finally {
    await rmdir(join(directory, name));
  }
}

async function told<T>(host: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw fromSystemError(error, host);
  }
}

function unsafePath(inner: string, message: string): AdkError {
  return new AdkError("UNSAFE_PATH", message, { found: JSON.stringify(inner) });
}
