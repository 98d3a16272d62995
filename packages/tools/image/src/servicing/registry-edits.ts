import { AdkError } from "@adk/core";
import {
  currentControlSet,
  editVolumeHive,
  expandRoot,
  type Hive,
  type HiveEditor,
  importRegFile,
  joinKeyPath,
  type Key,
  type MachineHive,
  numberData,
  type OfflineHives,
  openOfflineHives,
  pathBelow,
  type RegFile,
  type RegFileChange,
  RegType,
  textData,
  textsData,
} from "@adk/registry";
import type { WindowsHives } from "../windows/offline-windows.ts";
import type { EditTarget } from "./edit-target.ts";

/** Of accounts and secrets: nothing here changes them. */
const PROTECTED = ["HKEY_LOCAL_MACHINE\\SAM", "HKEY_LOCAL_MACHINE\\SECURITY"];
const LOG_SUFFIXES = [".LOG1", ".LOG2", ".LOG"];

/** What a value is set to. */
export type RegistryData =
  | { readonly type: "text" | "expand"; readonly text: string }
  | { readonly type: "texts"; readonly texts: readonly string[] }
  | { readonly type: "number"; readonly number: number }
  | { readonly type: number; readonly bytes: Uint8Array };

/**
 * Changes in the registry of an image. Paths are those of a running Windows: `HKLM\SYSTEM\CurrentControlSet\Services`. Hives
 * are opened, with their logs, when they are first needed, and go into the image as whole files by `flush`.
 */
export class RegistryEdits implements AsyncDisposable {
  readonly #target: EditTarget;
  readonly #time: bigint;
  readonly #image: OfflineHives;
  readonly #hives = new Map<string, Promise<HiveEditor>>();

  private constructor(target: EditTarget, time: bigint, hives: OfflineHives) {
    this.#target = target;
    this.#time = time;
    this.#image = hives;
  }

  /**
   * @param time FILETIME of keys and hives that change
   * @param user whose HKEY_CURRENT_USER is: a SID or the name of a profile folder
   */
  static async open(target: EditTarget, time: bigint, user = "Default"): Promise<RegistryEdits> {
    return new RegistryEdits(target, time, await openOfflineHives(target.volume, { user }));
  }

  /** The registry as it was when the edits began. */
  get registry(): OfflineHives {
    return this.#image;
  }

  /** The registry as the edits have left it. To be read, a hive need not be edited. */
  get edited(): WindowsHives {
    const { volume, windows } = this.#image;
    return {
      volume,
      windows,
      pathOf: (name) => this.#image.pathOf(name),
      hive: (name) => this.#hive(name),
      controlSet: async () => {
        const system = await this.#hive("SYSTEM");
        const name = system && currentControlSet(system);
        return name === undefined ? undefined : system?.key(name);
      },
      key: async (path) => {
        const { file, hive, path: inside } = await this.#image.locate(path);
        return ((await this.#hives.get(file))?.hive ?? hive).key(inside);
      },
    };
  }

  /** Whether the image has a hive for a path. */
  async has(path: string): Promise<boolean> {
    const full = expandRoot(path);
    return (await this.#image.mounts()).some(({ root }) => pathBelow(root, full) !== undefined);
  }

  /** The key at a path as the edits have left it. @throws AdkError `REG_NO_HIVE` ... */
  async key(path: string): Promise<Key | undefined> {
    const { editor, inside } = await this.#locate(path);
    return editor.hive.key(inside);
  }

  async createKey(path: string): Promise<Key> {
    const { editor, inside } = await this.#locate(path);
    return editor.createKey(inside);
  }

  /** Sets a value; the key is made if it is missing. @param name empty for the default value */
  async setValue(path: string, name: string, data: RegistryData): Promise<void> {
    const { editor, inside } = await this.#locate(path);
    const [type, bytes] = encode(data);
    editor.setValue(editor.createKey(inside), name, type, bytes);
  }

  /** @returns whether there was one */
  async deleteValue(path: string, name: string): Promise<boolean> {
    const { editor, inside } = await this.#locate(path);
    const key = editor.hive.key(inside);
    return key !== undefined && editor.deleteValue(key, name);
  }

  /** Deletes a key with all below it. @returns whether there was one */
  async deleteKey(path: string): Promise<boolean> {
    const { editor, inside } = await this.#locate(path);
    const key = editor.hive.key(inside);
    if (key) editor.deleteKey(key);
    return key !== undefined;
  }

  /** Applies a .reg file, whose keys may lie in several hives. @returns what really changed */
  async import(file: RegFile): Promise<RegFileChange[]> {
    const changes: RegFileChange[] = [];
    for (const key of file.keys) {
      // Under the name that its hive has here: HKEY_CURRENT_USER is that of some user.
      const { editor, root, inside } = await this.#locate(key.path);
      const path = joinKeyPath(root, inside);
      changes.push(...importRegFile(editor, { ...file, keys: [{ ...key, path }] }, { root }));
    }
    return changes;
  }

  /**
   * Puts the changed hives into the image. The logs of one that was dirty are emptied: what they held is in the hive.
   *
   * @returns the paths of the hives that changed
   */
  async flush(): Promise<string[]> {
    const written: string[] = [];
    for (const [file, opening] of this.#hives) {
      const editor = await opening;
      if (!editor.changed) continue;
      await this.#target.addFile(file, editor.toBytes(), this.#time);
      written.push(file);
      if (!editor.hive.dirty) continue;
      for (const suffix of LOG_SUFFIXES) {
        const log = await this.#target.volume.lookup(file + suffix);
        if (log && log.size > 0) await this.#target.addFile(log.path, new Uint8Array(0), this.#time);
      }
    }
    return written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#image.close();
  }

  async #hive(name: MachineHive): Promise<Hive | undefined> {
    const entry = await this.#target.volume.lookup(this.#image.pathOf(name));
    const editor = entry && (await this.#hives.get(entry.path));
    return editor ? editor.hive : this.#image.hive(name);
  }

  async #locate(path: string): Promise<{ editor: HiveEditor; inside: string; root: string }> {
    const protectedRoot = PROTECTED.find((root) => pathBelow(root, expandRoot(path)) !== undefined);
    if (protectedRoot !== undefined) {
      throw new AdkError("REG_PROTECTED_HIVE", "Accounts and secrets are not changed.", {
        kind: "unsupported",
        found: path,
      });
    }
    const { file, root, path: inside } = await this.#image.locate(path);
    let opening = this.#hives.get(file);
    if (!opening) {
      opening = editVolumeHive(this.#target.volume, file, { time: this.#time });
      this.#hives.set(file, opening);
    }
    return { editor: await opening, inside, root };
  }
}

/** Edits the registry of an image that a session has open, and puts the hives back into the session. */
export async function editRegistry(
  session: EditTarget & { readonly time: bigint },
  change: (edits: RegistryEdits) => Promise<void>,
  user?: string,
): Promise<void> {
  await using edits = await RegistryEdits.open(session, session.time, user);
  await change(edits);
  await edits.flush();
}

function encode(data: RegistryData): [type: number, bytes: Uint8Array] {
  if ("bytes" in data) return [data.type, data.bytes];
  switch (data.type) {
    case "text":
      return [RegType.SZ, textData(data.text)];
    case "expand":
      return [RegType.EXPAND_SZ, textData(data.text)];
    case "texts":
      return [RegType.MULTI_SZ, textsData(data.texts)];
    case "number":
      return [RegType.DWORD, numberData(data.number)];
  }
}
