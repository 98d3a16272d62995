import { mkdir, readdir, realpath, rmdir, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import {
  AdkError,
  AtomicFile,
  FileAccess,
  fromSystemError,
  IncrementalDigest,
  type LongOperation,
  ProgressCounter,
  readPieces,
} from "@adk/core";
import type { BuiltOutput, Lock } from "./lock.ts";
import { LOCK_FILE, REPORT_HTML, REPORT_JSON } from "./manifest/manifest.ts";

/** Where a build puts what it makes, and what an earlier one left there. */
export class OutputDirectory implements AsyncDisposable {
  readonly path: string;
  readonly #lock: Lock | undefined;
  readonly #found: readonly BuiltOutput[];
  /** The first directory that had to be made. */
  #made: string | undefined;

  private constructor(path: string, lock: Lock | undefined, found: readonly BuiltOutput[]) {
    this.path = path;
    this.#lock = lock;
    this.#found = found;
  }

  /** Looks at the place, and changes nothing. @param isOutput whether a name is one that an output has or had */
  static async look(
    path: string,
    lock: Lock | undefined,
    isOutput: (name: string) => boolean,
    operation: LongOperation,
  ): Promise<OutputDirectory> {
    const found: BuiltOutput[] = [];
    // What is no directory is told when it is to be made.
    const names = await readdir(path).catch(() => []);
    for (const name of names.filter(isOutput).sort()) found.push(await hashFile(path, name, operation));
    return new OutputDirectory(path, lock, found);
  }

  /** Whether everything is there that the lock tells of, with the bytes that it had, and nothing else of an output. */
  async isComplete(): Promise<boolean> {
    for (const name of [REPORT_HTML, REPORT_JSON]) if (!(await exists(join(this.path, name)))) return false;
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
        if (await exists(join(this.path, name))) foreign.push(name);
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
    } catch (error) {
      throw fromSystemError(error, this.path);
    }
  }

  async hash(file: string, operation: LongOperation): Promise<BuiltOutput> {
    return hashFile(this.path, file, operation);
  }

  /** Writes a file as a whole, or not at all. */
  async write(name: string, text: string): Promise<void> {
    await using file = await AtomicFile.create(join(this.path, name), { overwrite: true });
    await file.write(Buffer.from(text));
    await file.commit();
  }

  /** Takes directories away that were made for nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
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

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
