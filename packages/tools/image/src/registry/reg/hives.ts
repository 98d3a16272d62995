import { resolve } from "node:path";
import { AdkError, type Volume } from "@adk/core";
import {
  expandRoot,
  type Hive,
  joinKeyPath,
  type KeyView,
  type OfflineHives,
  openOfflineHives,
  pathBelow,
  resolveControlSet,
  secretKeys,
  splitKeyPath,
  usualRoot,
} from "@adk/registry";
import { openSource } from "@adk/sources";
import { type OpenedHive, openHiveSource } from "../open-hive.ts";
import type { RegHiveOptions } from "./parse.ts";
import { registryView } from "./registry-view.ts";

/** A key that a command line names. */
export interface RegPlace {
  /** As the output names it. */
  readonly display: string;
  /** As a .reg file names it. */
  readonly regPath: string;
  /** Undefined where it is not there. */
  readonly key: KeyView | undefined;
  /** Whether data of its values, or of those of a key below, must not be shown. */
  isSecret(below: string): boolean;
  /** File and path in it, for changes; undefined for what is only read. */
  readonly change: { readonly file: string; readonly path: string } | undefined;
}

/** The hives that the keys of one command line lie in. */
export class RegHives implements AsyncDisposable {
  readonly #options: RegHiveOptions;
  readonly #view: "32" | "64" | undefined;
  readonly #sourceIn: (name: string) => string;
  readonly #opened = new Map<string, Promise<OpenedHive>>();
  #image: Promise<{ volume: Volume; hives: OfflineHives }> | undefined;

  /** @param sourceIn a source as the user names it, seen from where the command runs */
  constructor(options: RegHiveOptions, view: "32" | "64" | undefined, sourceIn: (name: string) => string) {
    this.#options = options;
    this.#view = view;
    this.#sourceIn = sourceIn;
  }

  /** @throws AdkError `REG_NO_PLACE`, `REG_BAD_ROOT`, and what opening the hive throws */
  async place(name: string): Promise<RegPlace> {
    const bar = name.indexOf("|");
    if (bar > 0) return this.#inFile(name.slice(0, bar), undefined, name.slice(bar + 1));
    const full = expandRoot(name);
    for (const [root, file] of this.#options.hives) {
      const top = expandRoot(root);
      const below = pathBelow(top, full);
      if (below !== undefined) return this.#inFile(file, top, below);
    }
    if (this.#options.image !== undefined) return this.#inImage(full);
    throw new AdkError("REG_NO_PLACE", `It is not said which hive has ${full}.`, {
      kind: "usage",
      hint: "Add /image:SOURCE or /hive:KEY=FILE, or write FILE|\\Key.",
    });
  }

  /** Of HKEY_LOCAL_MACHINE or HKEY_USERS alone, what lies below it; undefined for any other name. */
  async below(name: string): Promise<readonly string[] | undefined> {
    if (name.includes("|")) return undefined;
    const full = expandRoot(name);
    if (splitKeyPath(full).length > 1 || full === "HKEY_CURRENT_USER" || full === "HKEY_CLASSES_ROOT") return undefined;
    const named = this.#options.hives.map(([root]) => expandRoot(root));
    const { image } = this.#options;
    const mounted = image === undefined ? [] : await (await this.#openImage()).hives.mounts();
    const roots = [...named, ...mounted.map(({ root }) => root)].filter((root) => pathBelow(full, root) !== undefined);
    return roots.length > 0 ? roots : undefined;
  }

  async close(): Promise<void> {
    for (const opened of await Promise.allSettled(this.#opened.values())) {
      if (opened.status === "fulfilled") await opened.value[Symbol.asyncDispose]();
    }
    const image = await this.#image?.catch(() => undefined);
    await image?.hives.close();
    await image?.volume.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #inFile(file: string, root: string | undefined, path: string): Promise<RegPlace> {
    const source = this.#sourceIn(file);
    let opening = this.#opened.get(source);
    if (!opening) {
      opening = openHiveSource(source, { ignoreLogs: this.#options.ignoreLogs });
      this.#opened.set(source, opening);
    }
    const { hive } = await opening;
    const viewed = registryView(hive, joinKeyPath(...splitKeyPath(path)), this.#view);
    const inside = resolveControlSet(hive, viewed);
    const isFile = !source.includes("!/");
    return {
      display: joinKeyPath(root ?? `${file}|`, viewed),
      regPath: joinKeyPath(root ?? usualRoot(hive), viewed),
      key: hive.key(inside),
      isSecret: secretBelow(hive, inside),
      change: isFile ? { file: source, path: inside } : undefined,
    };
  }

  async #inImage(full: string): Promise<RegPlace> {
    const { hives } = await this.#openImage();
    if (pathBelow("HKEY_CLASSES_ROOT", full) !== undefined) {
      const key = await hives.view(full);
      return { display: full, regPath: full, key, isSecret: () => false, change: undefined };
    }
    const { hive, hostPath, path, root } = await hives.locate(full);
    const inside = registryView(hive, path, this.#view);
    const display = inside === path ? full : joinKeyPath(root, inside);
    return {
      display,
      regPath: display,
      key: hive.key(inside),
      isSecret: secretBelow(hive, inside),
      change: hostPath === undefined ? undefined : { file: resolve(hostPath), path: inside },
    };
  }

  #openImage(): Promise<{ volume: Volume; hives: OfflineHives }> {
    const { image = "", user, ignoreLogs } = this.#options;
    this.#image ??= openSource(this.#sourceIn(image)).then(async (volume) => {
      return { volume, hives: await openOfflineHives(volume, { user, ignoreLogs }) };
    });
    return this.#image;
  }
}

function secretBelow(hive: Hive, path: string): (below: string) => boolean {
  const isSecret = secretKeys(hive);
  return (below) => isSecret(joinKeyPath(path, below));
}
