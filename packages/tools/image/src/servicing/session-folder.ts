import { lstat, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import {
  AdkError,
  AtomicFile,
  fromSystemError,
  isRealDirectory,
  type LayeredVolume,
  type LongOperation,
  readPieces,
  splitPath,
  throwIfCancelled,
  type Volume,
  type VolumeEntry,
} from "@adk/core";
import * as z from "zod";

const SESSION_FILE = "session.json";
const FILES = "files";
const OLD = "old";
const MOST_BYTES = 256 << 20;

/** In the image, and not the root. A folder may come from anywhere: nothing in it is to lead out of what is edited. */
const path = z
  .string()
  .regex(/^\/./)
  .refine((text) => splitPath(text).every((name) => ![".", ".."].includes(name) && !/[:\0]/.test(name)));
const time = z.string().regex(/^\d{1,20}$/);

const change = z.discriminatedUnion("change", [
  z.object({ change: z.literal("remove"), path }),
  z.object({ change: z.literal("directory"), path, time }),
  z.object({
    change: z.literal("file"),
    path,
    /** Name of the file in the folder that has its data. */
    data: z.string().regex(/^\d{1,9}$/),
    /** FILETIME, in decimal digits. */
    time,
  }),
]);
export type SessionChange = z.infer<typeof change>;

const sessionState = z.object({
  format: z.literal("adk-session"),
  version: z.literal(1),
  /** What is edited: an absolute path, `/images/install.wim:6`. */
  source: z.string(),
  /** SHA-1 of the metadata of the image when the session was opened; none for a directory. */
  metadataSha1: z.string().optional(),
  /** While changes of a directory are carried out; they are then to be brought to their end. */
  committing: z.boolean().optional(),
  /** The process that has the session of a directory open. */
  owner: z.object({ host: z.string(), pid: z.number() }).optional(),
  changes: z.array(change),
});
export type SessionState = z.infer<typeof sessionState>;

/**
 * The folder of an edit session: `session.json` tells what is edited and what changed, `files/` has the data of changed
 * files, `old/` what was replaced while a commit is under way. The state is replaced in one step, and only when all data that
 * it names is there and synced.
 */
export class SessionFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Whether there is a session in the folder. */
  async exists(): Promise<boolean> {
    return (await stat(join(this.path, SESSION_FILE)).catch(() => undefined)) !== undefined;
  }

  /** Path of the data of a changed file. */
  dataPath(name: string): string {
    return join(this.path, FILES, name);
  }

  /** Where the entry goes that the change with this number replaces. */
  oldPath(number: number): string {
    return join(this.path, OLD, String(number));
  }

  /** @throws AdkError `ALREADY_EXISTS` where the folder is not empty */
  async create(state: SessionState): Promise<void> {
    try {
      await mkdir(this.path, { recursive: true });
      const [found] = await readdir(this.path);
      if (found !== undefined) {
        throw new AdkError("ALREADY_EXISTS", "The folder of a new session must be empty.", {
          kind: "environment",
          file: this.path,
          found,
        });
      }
      for (const name of [FILES, OLD]) await mkdir(join(this.path, name));
    } catch (error) {
      throw fromSystemError(error, this.path);
    }
    await this.writeState(state);
  }

  /** @throws AdkError `SESSION_BAD_FILE`, `FILE_NOT_FOUND` */
  async readState(): Promise<SessionState> {
    const file = join(this.path, SESSION_FILE);
    let text: string;
    try {
      for (const name of ["", FILES, OLD]) {
        if (!(await lstat(join(this.path, name))).isDirectory()) throw badFile(file, "a part of its folder is a link");
      }
      if ((await stat(file)).size > MOST_BYTES) throw badFile(file, "it is too large");
      text = await readFile(file, "utf8");
    } catch (error) {
      throw fromSystemError(error, file);
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw badFile(file, "it is no JSON");
    }
    const parsed = sessionState.safeParse(value);
    if (!parsed.success) throw badFile(file, z.prettifyError(parsed.error));
    return parsed.data;
  }

  async writeState(state: SessionState): Promise<void> {
    await using file = await AtomicFile.create(join(this.path, SESSION_FILE), { overwrite: true });
    await file.write(new TextEncoder().encode(`${JSON.stringify(state, undefined, 1)}\n`));
    await file.commit();
  }

  /**
   * Writes down what differs from the base: the data first, then the state. Data that an earlier save wrote is kept.
   *
   * @throws AdkError `SESSION_NOT_A_FILE` for links and files with streams, which a folder of the host cannot keep
   */
  async save(state: SessionState, volume: LayeredVolume, operation: LongOperation = {}): Promise<SessionState> {
    const changes: SessionChange[] = [];
    const known = new Set(await readdir(join(this.path, FILES)));
    let next = 1;
    for await (const each of volume.differences()) {
      throwIfCancelled(operation);
      if (each.change === "remove") {
        changes.push(each);
        continue;
      }
      const { entry } = each;
      const time = String(entry.lastWriteTime);
      if (isRealDirectory(entry)) changes.push({ change: "directory", path: entry.path, time });
      else {
        while (known.has(String(next))) next++;
        const data = this.#savedName(entry.origin) ?? (await this.#writeData(String(next++), volume, entry));
        changes.push({ change: "file", path: entry.path, data, time });
      }
    }
    const saved = { ...state, changes };
    await this.writeState(saved);
    const named = new Set(changes.map((each) => (each.change === "file" ? each.data : "")));
    for (const name of known) if (!named.has(name)) await rm(this.dataPath(name), { force: true });
    return saved;
  }

  /** Takes the session away: first the state, so that what is left over is known to be nothing. */
  async remove(): Promise<void> {
    await rm(join(this.path, SESSION_FILE), { force: true });
    await rm(this.path, { recursive: true, force: true });
  }

  /** Name of the data of an entry that comes from this folder. */
  #savedName(origin: { kind: string; source?: { volume: Volume }; entry?: VolumeEntry }): string | undefined {
    return origin.source?.volume.name === join(this.path, FILES) ? origin.entry?.name : undefined;
  }

  async #writeData(name: string, volume: Volume, entry: VolumeEntry): Promise<string> {
    if (entry.reparseTag !== 0 || entry.streams.length > 0) {
      throw new AdkError("SESSION_NOT_A_FILE", "A session can keep plain files and directories only.", {
        kind: "unsupported",
        file: entry.path,
      });
    }
    const data = await volume.open(entry);
    const path = this.dataPath(name);
    try {
      const file = await open(path, "w");
      try {
        for await (const piece of readPieces(data)) await file.writeFile(piece);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw fromSystemError(error, path);
    } finally {
      await data.close();
    }
    return name;
  }
}

/** The process itself, as the owner of a session. */
export function thisProcess(): { host: string; pid: number } {
  return { host: hostname(), pid: process.pid };
}

/** Whether a process is known to run: of another host nobody can tell. */
export function isRunning({ host, pid }: { host: string; pid: number }): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The error for data that the state names and that is not there. */
export function dataLost(file: string): AdkError {
  return new AdkError("SESSION_DATA_LOST", "The data of a changed file is gone.", { file });
}

function badFile(file: string, why: string): AdkError {
  return new AdkError("SESSION_BAD_FILE", `This is no file of an edit session: ${why}.`, { file });
}
