import { existsSync, rmSync } from "node:fs";
import { mkdir, readdir, realpath, rename, rm, rmdir } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import {
  AdkError,
  AtomicFile,
  commitTogether,
  FileAccess,
  fromSystemError,
  IncrementalDigest,
  isHostDirectory,
  type LongOperation,
  type PendingFile,
  ProgressCounter,
  randomGuid,
  readPieces,
} from "@adk/core";
import type { BuiltOutput, Lock } from "./lock.ts";
import { LOCK_FILE, REPORT_HTML, REPORT_JSON } from "./manifest/manifest.ts";

/** Below where a build works: no output has such a name. */
const IMAGES = ".images";

/**
 * Where a build puts what it makes, and what an earlier one left there. All is made in a hidden directory inside it, and appears
 * together at the end.
 */
export class OutputDirectory implements AsyncDisposable {
  readonly path: string;
  /** Where outputs are written. */
  readonly work: string;
  readonly #lock: Lock | undefined;
  readonly #found: readonly BuiltOutput[];
  /** The first directory that had to be made. */
  #made: string | undefined;
  #prepared = false;
  readonly #removeWork = () => rmSync(this.work, { recursive: true, force: true });

  private constructor(path: string, lock: Lock | undefined, found: readonly BuiltOutput[]) {
    this.path = path;
    this.work = join(path, `.build.${randomGuid()}`);
    this.#lock = lock;
    this.#found = found;
  }

  /**
   * Looks at the place, and changes nothing.
   *
   * @param isOutput whether a path in it is one that a file of an output has or had
   * @param folders outputs that are directories
   */
  static async look(
    path: string,
    lock: Lock | undefined,
    isOutput: (path: string) => boolean,
    folders: readonly string[],
    operation: LongOperation,
  ): Promise<OutputDirectory> {
    const found: BuiltOutput[] = [];
    for (const name of (await namesIn(path)).filter(isOutput).sort()) {
      if (folders.includes(name) && (await isHostDirectory(join(path, name)).catch(() => false))) continue;
      found.push(await hashFile(path, name, operation));
    }
    for (const folder of folders) {
      const inner = (await namesIn(join(path, folder))).map((name) => `${folder}/${name}`);
      for (const name of inner.filter(isOutput).sort()) found.push(await hashFile(path, name, operation));
    }
    return new OutputDirectory(path, lock, found);
  }

  /** Where images lie that are parts of outputs. */
  get images(): string {
    return join(this.work, IMAGES);
  }

  /** Whether everything is there that the lock tells of, with the bytes that it had, and nothing else of an output. */
  async isComplete(): Promise<boolean> {
    for (const name of [REPORT_HTML, REPORT_JSON]) if (!existsSync(join(this.path, name))) return false;
    return this.#found.length === this.#lock?.outputs.length && this.#found.every((output) => this.#isOurs(output));
  }

  /**
   * Makes the directory, unless a file is in the way that no earlier build wrote.
   *
   * @throws AdkError `ALREADY_EXISTS`
   */
  async prepare(force: boolean): Promise<void> {
    const foreign = this.#found.filter((output) => !this.#isOurs(output)).map(({ path }) => path);
    if (!this.#lock) {
      for (const name of [REPORT_HTML, REPORT_JSON, LOCK_FILE])
        if (existsSync(join(this.path, name))) foreign.push(name);
    }
    const [first] = foreign;
    if (first !== undefined && !force) {
      throw new AdkError(
        "ALREADY_EXISTS",
        "A file is in the way that an earlier build of this deployment did not write.",
        {
          kind: "environment",
          file: join(this.path, first),
          hint: "Choose another directory with --out, or overwrite it with --force.",
        },
      );
    }
    try {
      this.#made = await mkdir(this.path, { recursive: true });
      this.#prepared = true;
      process.on("exit", this.#removeWork);
      await mkdir(join(this.work, IMAGES), { recursive: true });
    } catch (error) {
      throw fromSystemError(error, this.path);
    }
  }

  async hash(file: string, operation: LongOperation): Promise<BuiltOutput> {
    return hashFile(this.work, file, operation);
  }

  async write(name: string, text: string): Promise<void> {
    await using file = await AtomicFile.create(join(this.work, name));
    await file.write(Buffer.from(text));
    await file.commit();
  }

  /**
   * Makes files appear that were written to `work`, and what an earlier build wrote beyond them go: all of that, or nothing.
   *
   * @param names paths in the directory
   */
  async publish(names: readonly string[]): Promise<void> {
    const kept = new Set(names);
    const obsolete = this.#found.filter((output) => this.#isOurs(output) && !kept.has(output.path));
    try {
      for (const name of names) await mkdir(dirname(join(this.path, name)), { recursive: true });
    } catch (error) {
      throw fromSystemError(error, this.path);
    }
    const files = names.map((name) => new WorkFile(join(this.work, name), join(this.path, name)));
    await commitTogether(
      files,
      obsolete.map(({ path }) => join(this.path, path)),
    );
  }

  /** Takes away what is not published, and directories that were made for nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#prepared) await rm(this.work, { recursive: true, force: true });
    process.off("exit", this.#removeWork);
    if (this.#made === undefined) return;
    const made = resolve(this.#made);
    for (let path = this.path; path.length >= made.length; path = dirname(path)) {
      try {
        await rmdir(path);
      } catch {
        // There is something in it: the result.
        return;
      }
    }
  }

  #isOurs({ path, sha256 }: BuiltOutput): boolean {
    return this.#lock?.outputs.some((output) => output.path === path && output.sha256 === sha256) ?? false;
  }
}

/** A file that is written and synced, and has to be moved to its place. */
class WorkFile implements PendingFile {
  readonly path: string;
  readonly overwrite = true;
  readonly #from: string;

  constructor(from: string, path: string) {
    this.#from = from;
    this.path = path;
  }

  async sync(): Promise<void> {}

  async commit(): Promise<void> {
    await rename(this.#from, this.path);
  }

  async discard(): Promise<void> {}
}

/** @throws AdkError `BUILD_OUTPUT_IN_INPUT` where an output would become part of what it is made of, or replace it */
export async function refuseOutputInInput(outputs: readonly string[], inputs: readonly string[]): Promise<void> {
  for (const output of outputs) {
    const target = await realPlace(output);
    for (const input of inputs) {
      const path = relative(await realPlace(input), target);
      if (path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path)) continue;
      throw new AdkError("BUILD_OUTPUT_IN_INPUT", "The output would become part of what the image is made of.", {
        file: output,
        found: input,
        hint: "Choose another directory with --out.",
      });
    }
  }
}

/** The real path, of what is there of it. */
async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPlace(parent), relative(parent, path));
  }
}

async function hashFile(directory: string, file: string, operation: LongOperation): Promise<BuiltOutput> {
  const access = await FileAccess.open(join(directory, file));
  try {
    const digest = new IncrementalDigest("sha256");
    const progress = new ProgressCounter(operation, "hash output", "bytes", access.size);
    for await (const piece of readPieces(access)) {
      digest.update(piece);
      progress.add(piece.length, file);
    }
    return { path: file, bytes: access.size, sha256: digest.finish() };
  } finally {
    await access.close();
  }
}

/** What is no directory is told when it is to be made. */
async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}
