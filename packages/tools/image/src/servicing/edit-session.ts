import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import {
  AdkError,
  type EntrySource,
  Findings,
  formatSourceName,
  isRealDirectory,
  LayeredVolume,
  type LongOperation,
  openDirectory,
  parseSourceName,
  stampTime,
  type Volume,
  type VolumeEntry,
} from "@adk/core";
import { openSource } from "@adk/sources";
import { commitToDirectory, finishCommit } from "./commit-directory.ts";
import { commitToWim, imageIdentity } from "./commit-wim.ts";
import type { EditTarget } from "./edit-target.ts";
import { dataLost, SessionFolder, type SessionState } from "./session-folder.ts";

/** All edits of a session are one layer over the image. */
const LAYER = 1;

export interface SessionOptions {
  readonly findings?: Findings | undefined;
  /** FILETIME of what is changed. Default: now, or SOURCE_DATE_EPOCH. */
  readonly time?: bigint | undefined;
}

/** One change of a session, for people and programs. */
export interface SessionDifference {
  readonly change: "add" | "replace" | "remove";
  readonly path: string;
  /** Bytes of the new content of a file. */
  readonly size?: number;
}

/**
 * Edits of an image - a directory, or an image in a WIM file - that are seen at once and change the image only when they are
 * committed: all of them, or none. A session may be kept in a folder and be continued by another process.
 */
export class EditSession implements EditTarget, AsyncDisposable {
  /** What is edited: `/images/install.wim:6`. */
  readonly source: string;
  readonly time: bigint;
  readonly findings: Findings;
  readonly #volume: LayeredVolume;
  readonly #folder: SessionFolder | undefined;
  #state: SessionState;

  private constructor(
    volume: LayeredVolume,
    state: SessionState,
    time: bigint,
    findings: Findings,
    folder?: SessionFolder,
  ) {
    this.#volume = volume;
    this.#state = state;
    this.#folder = folder;
    this.source = state.source;
    this.time = time;
    this.findings = findings;
  }

  /**
   * Opens what is to be edited: a directory, `install.wim:6`, or the folder of a session that was kept.
   *
   * @throws AdkError `SESSION_READ_ONLY` for a source that cannot be edited, and those of the source
   */
  static async open(name: string, options: SessionOptions = {}): Promise<EditSession> {
    const folder = new SessionFolder(resolve(name));
    if (!(await folder.exists())) return EditSession.#over(await newState(name), options);
    const session = await EditSession.#over(await folder.readState(), options, folder);
    try {
      await session.#replay(folder);
      return session;
    } catch (error) {
      await session.#volume.close();
      throw error;
    }
  }

  /** Begins a session that is kept in a folder, which is made. */
  static async create(source: string, folder: string, options: SessionOptions = {}): Promise<EditSession> {
    const kept = new SessionFolder(resolve(folder));
    const state = await newState(source);
    await kept.create(state);
    return EditSession.#over(state, options, kept);
  }

  /** Folder of a session that is kept. */
  get folder(): string | undefined {
    return this.#folder?.path;
  }

  get volume(): Volume {
    return this.#volume;
  }

  async openHost(directory: string): Promise<EntrySource> {
    return this.#volume.addSource(await openDirectory(directory, { findings: this.findings }));
  }

  /** Takes a volume over, so that entries of it can be put into the image; it is closed with the session. */
  addVolume(volume: Volume): EntrySource {
    return this.#volume.addSource(volume);
  }

  async addFile(path: string, bytes: Uint8Array, time: bigint): Promise<void> {
    await this.#volume.putFile(path, { kind: "bytes", bytes, time }, LAYER);
  }

  async addEntry(source: EntrySource, entry: VolumeEntry, path: string): Promise<void> {
    const origin = { kind: "entry", source, entry } as const;
    if (isRealDirectory(entry)) await this.#volume.putDirectory(path, LAYER, origin);
    else await this.#volume.putFile(path, origin, LAYER);
  }

  async addDirectory(path: string): Promise<void> {
    await this.#volume.putDirectory(path, LAYER);
  }

  async remove(path: string): Promise<boolean> {
    return (await this.#volume.remove(path)) !== undefined;
  }

  /** What a commit will change. */
  async differences(): Promise<SessionDifference[]> {
    const found: SessionDifference[] = [];
    for await (const each of this.#volume.differences()) {
      if (each.change === "remove") found.push(each);
      else {
        const { path, size } = each.entry;
        const change = each.replaces ? "replace" : "add";
        found.push(isRealDirectory(each.entry) ? { change, path } : { change, path, size });
      }
    }
    return found;
  }

  /** Keeps the edits in the folder of the session. */
  async save(operation: LongOperation = {}): Promise<void> {
    if (!this.#folder) throw new TypeError("a session without a folder is committed, not saved");
    this.#state = await this.#folder.save(this.#state, this.#volume, operation);
  }

  /** Changes the image. The folder of the session goes away when all is done. */
  async commit(options: LongOperation & { threads?: number | undefined } = {}): Promise<void> {
    const { metadataSha1, source } = this.#state;
    if (metadataSha1 === undefined) await commitToDirectory(source, this.#state, this.#volume, options);
    else
      await commitToWim(source, metadataSha1, this.#volume, { ...options, time: this.time, findings: this.findings });
    await this.#folder?.remove();
  }

  /** Gives all edits up. */
  async discard(): Promise<void> {
    await this.#folder?.remove();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#volume.close();
  }

  /** Brings the edits that the folder keeps back into the tree. */
  async #replay(folder: SessionFolder): Promise<void> {
    const source = await this.openHost(folder.dataPath(""));
    for (const change of this.#state.changes) {
      if (change.change === "remove") {
        await this.#volume.remove(change.path);
        continue;
      }
      const time = BigInt(change.time);
      if (change.change === "directory") {
        await this.#volume.putDirectory(change.path, LAYER, { kind: "directory", time });
        continue;
      }
      const entry = await source.volume.lookup(`/${change.data}`);
      if (!entry) throw dataLost(folder.dataPath(change.data));
      await this.#volume.putFile(change.path, { kind: "entry", source, entry, time }, LAYER);
    }
  }

  static async #over(state: SessionState, options: SessionOptions, folder?: SessionFolder): Promise<EditSession> {
    const { findings = new Findings(), time = stampTime() } = options;
    if (state.metadataSha1 === undefined) await finishCommit(state.source, findings);
    const base = await openSource(state.source, { findings, fixLinks: false });
    return new EditSession(new LayeredVolume(base, { time }), state, time, findings, folder);
  }
}

/** @throws AdkError `SESSION_READ_ONLY` */
async function newState(name: string): Promise<SessionState> {
  const { path, inner, ...rest } = parseSourceName(name);
  const source = formatSourceName({ path: resolve(path), inner, ...rest });
  const state = { format: "adk-session", version: 1, source, changes: [] } as const;
  if (inner.length === 0 && (await stat(path).catch(() => undefined))?.isDirectory()) return { ...state, changes: [] };
  try {
    return { ...state, changes: [], metadataSha1: await imageIdentity(source) };
  } catch (error) {
    if (!(error instanceof AdkError && error.code === "WIM_BAD_MAGIC")) throw error;
    throw new AdkError("SESSION_READ_ONLY", "Only directories and images in WIM files can be edited.", {
      kind: "unsupported",
      file: name,
      hint: "Apply or extract it to a directory, and edit that.",
    });
  }
}
