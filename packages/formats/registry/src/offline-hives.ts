import { AdkError, childPath, equalNames, type Finding, type Limits, type Volume } from "@adk/core";
import { currentControlSet, resolveControlSet } from "./control-set.ts";
import type { Hive } from "./hive.ts";
import type { Key } from "./key.ts";
import { type KeyView, MergedKey } from "./merged-key.ts";
import { DEFAULT_USER, type OfflineUser, offlineUsers } from "./offline-users.ts";
import { expandRoot, joinKeyPath, pathBelow, splitKeyPath } from "./registry-path.ts";
import { openVolumeHive, type VolumeHive } from "./volume-hive.ts";

export interface OfflineHivesOptions {
  /** Folder of Windows in the volume. Default: `/Windows` or `/WINNT`, whichever has a registry. */
  readonly windows?: string | undefined;
  /** Whose HKEY_CURRENT_USER is: a SID, or the name of a profile folder (`Anna`, `Default`). */
  readonly user?: string | undefined;
  /** Reads dirty hives as they are: see `openHive`. */
  readonly ignoreLogs?: boolean | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** A hive in System32\config, by the name of its file. */
export type MachineHive = "COMPONENTS" | "DEFAULT" | "DRIVERS" | "SAM" | "SECURITY" | "SOFTWARE" | "SYSTEM";

/** A hive file and where a running Windows shows it. */
export interface HiveMount {
  /** `HKEY_LOCAL_MACHINE\SOFTWARE` */
  readonly root: string;
  /** Path in the volume: `/Windows/System32/config/SOFTWARE`. */
  readonly file: string;
}

/** Which hive a path of the registry means, and which key there. */
export interface HiveLocation extends HiveMount {
  readonly hive: Hive;
  /** File of the host, where the volume is a directory. */
  readonly hostPath: string | undefined;
  /** From the hive's root, `CurrentControlSet` replaced by what it means. */
  readonly path: string;
}

const MACHINE = "HKEY_LOCAL_MACHINE";
const USERS = "HKEY_USERS";
const CLASSES = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes";
const MACHINE_ROOTS: readonly (readonly [MachineHive, root: string])[] = [
  ["COMPONENTS", `${MACHINE}\\COMPONENTS`],
  ["DRIVERS", `${MACHINE}\\DRIVERS`],
  ["SAM", `${MACHINE}\\SAM`],
  ["SECURITY", `${MACHINE}\\SECURITY`],
  ["SOFTWARE", `${MACHINE}\\SOFTWARE`],
  ["SYSTEM", `${MACHINE}\\SYSTEM`],
  ["DEFAULT", `${USERS}\\.DEFAULT`],
];

/**
 * The registry of a Windows that does not run, in any volume. Each hive is opened with its logs when it is first asked for. Paths
 * are those of a running Windows, in any case: `HKLM\SYSTEM\CurrentControlSet\Control`, `HKEY_USERS\S-1-5-21-...\Environment`,
 * `HKU\.DEFAULT`; also `HKU\Default`, the profile that new users begin with. What only a running Windows has
 * (HKEY_LOCAL_MACHINE\HARDWARE, volatile keys) is not there.
 *
 * @param volume must stay open while the hives are used, and is not closed with them
 */
export async function openOfflineHives(volume: Volume, options: OfflineHivesOptions = {}): Promise<OfflineHives> {
  const folders = options.windows === undefined ? ["/Windows", "/WINNT"] : [options.windows];
  for (const folder of folders) {
    if (await volume.lookup(configFolder(folder))) return new OfflineHives(volume, folder, options);
  }
  return new OfflineHives(volume, folders[0] as string, options);
}

/** See `openOfflineHives`. */
export class OfflineHives implements AsyncDisposable {
  readonly volume: Volume;
  /** Folder of Windows in the volume. */
  readonly windows: string;
  readonly #options: OfflineHivesOptions;
  readonly #opened = new Map<string, Promise<VolumeHive>>();
  #mounts: Promise<readonly HiveMount[]> | undefined;
  #users: Promise<readonly OfflineUser[]> | undefined;

  /** Use `openOfflineHives`. */
  constructor(volume: Volume, windows: string, options: OfflineHivesOptions) {
    this.volume = volume;
    this.windows = windows;
    this.#options = options;
  }

  /** Where a hive of the machine lies, whether it is there or not: `/Windows/System32/config/SOFTWARE`. */
  pathOf(name: MachineHive): string {
    return childPath(configFolder(this.windows), name);
  }

  /** A hive of the machine; undefined where its file is not there. @throws AdkError as `openHive` */
  async hive(name: MachineHive): Promise<Hive | undefined> {
    return this.#openIfThere(this.pathOf(name));
  }

  /** The profiles of ProfileList, and `Default`. */
  users(): Promise<readonly OfflineUser[]> {
    this.#users ??= this.hive("SOFTWARE").then((software) => offlineUsers(this.volume, software, this.windows));
    return this.#users;
  }

  /** NTUSER.DAT of a user by SID or profile folder, also of `Default`; undefined where it is not there. */
  async user(name: string): Promise<Hive | undefined> {
    const ntuser = (await this.users()).find((user) => isNamed(user, name))?.ntuser;
    return ntuser === undefined ? undefined : this.#openIfThere(ntuser);
  }

  /** The control set that Windows boots with; undefined where there is none. */
  async controlSet(): Promise<Key | undefined> {
    const system = await this.hive("SYSTEM");
    const name = system && currentControlSet(system);
    return name === undefined ? undefined : system?.key(name);
  }

  /** The key at a path; undefined where it is not there. HKEY_CLASSES_ROOT has only a `view`. @throws AdkError as `locate` */
  async key(path: string): Promise<Key | undefined> {
    const { hive, path: inside } = await this.locate(path);
    return hive.key(inside);
  }

  /**
   * As `key`, and also HKEY_CLASSES_ROOT: the classes of the machine, with those of `user` over them if there is one.
   *
   * @throws AdkError as `locate`
   */
  async view(path: string): Promise<KeyView | undefined> {
    const below = pathBelow("HKEY_CLASSES_ROOT", expandRoot(path));
    if (below === undefined) return this.key(path);
    const roots = this.#options.user === undefined ? [CLASSES] : ["HKCU\\Software\\Classes", CLASSES];
    const found = await Promise.all(roots.map((root) => this.key(joinKeyPath(root, below))));
    const keys = found.filter((key) => key !== undefined);
    return keys.length > 1 ? new MergedKey(keys) : keys[0];
  }

  /** The hives that are there, by where Windows shows them. */
  mounts(): Promise<readonly HiveMount[]> {
    this.#mounts ??= this.#findMounts();
    return this.#mounts;
  }

  /**
   * The hive and the place in it that a path means; the key need not exist.
   *
   * @throws AdkError `REG_BAD_ROOT`, `REG_NO_HIVE`, `REG_NO_CURRENT_USER`, `REG_NO_SUCH_USER`, `REG_MERGED_ROOT`, and as `openHive`
   */
  async locate(path: string): Promise<HiveLocation> {
    const full = await this.#withoutAlias(expandRoot(path));
    for (const mount of await this.mounts()) {
      const below = pathBelow(mount.root, full);
      if (below === undefined) continue;
      const { hive, hostPath } = await this.#open(mount.file);
      return { ...mount, hive, hostPath, path: resolveControlSet(hive, below) };
    }
    const mounts = await this.mounts();
    throw new AdkError("REG_NO_HIVE", "No hive that is there holds this key.", {
      file: this.volume.name,
      expected: mounts.map(({ root }) => root).join(", ") || `hives in ${configFolder(this.windows)}`,
      found: full,
    });
  }

  /** What the hives that were opened so far had to tell. */
  async findings(): Promise<Finding[]> {
    const hives = await Promise.all(this.#opened.values());
    return hives.flatMap(({ hive }) => hive.findings.list);
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#opened.values());
    this.#opened.clear();
    for (const each of opened) if (each.status === "fulfilled") await each.value.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #openIfThere(file: string): Promise<Hive | undefined> {
    const entry = await this.volume.lookup(file);
    return entry && (await this.#open(entry.path)).hive;
  }

  #open(file: string): Promise<VolumeHive> {
    const { ignoreLogs = false, limits = {} } = this.#options;
    let opened = this.#opened.get(file);
    if (!opened) {
      opened = openVolumeHive(this.volume, file, { ignoreLogs, limits });
      this.#opened.set(file, opened);
    }
    return opened;
  }

  async #findMounts(): Promise<HiveMount[]> {
    const mounts: HiveMount[] = [];
    for (const [name, root] of MACHINE_ROOTS) {
      const entry = await this.volume.lookup(this.pathOf(name));
      if (entry) mounts.push({ root, file: entry.path });
    }
    for (const { sid, ntuser, usrclass } of await this.users()) {
      if (ntuser !== undefined) mounts.push({ root: `${USERS}\\${sid}`, file: ntuser });
      if (usrclass !== undefined) mounts.push({ root: `${USERS}\\${sid}_Classes`, file: usrclass });
    }
    return mounts;
  }

  /** The path with the links resolved that a running Windows has at its start. */
  async #withoutAlias(path: string): Promise<string> {
    const [root, ...names] = splitKeyPath(path);
    switch (root) {
      case "HKEY_CURRENT_CONFIG":
        return joinKeyPath(MACHINE, "SYSTEM\\CurrentControlSet\\Hardware Profiles\\0001", ...names);
      case "HKEY_CLASSES_ROOT":
        throw new AdkError(
          "REG_MERGED_ROOT",
          "HKEY_CLASSES_ROOT is several keys seen as one: name the one that is meant.",
          {
            kind: "usage",
            hint: joinKeyPath(CLASSES, ...names),
          },
        );
      case "HKEY_CURRENT_USER":
        return this.#userPath(await this.#currentUser(), names);
      case USERS:
        return names[0] === undefined ? path : this.#userPath(names[0], names.slice(1));
      default:
        return path;
    }
  }

  /** The classes of a user are a hive of their own, and the system account's hive has another name. */
  async #userPath(sid: string, names: readonly string[]): Promise<string> {
    const user = equalNames(sid, "S-1-5-18") ? ".DEFAULT" : sid;
    const inClasses = pathBelow("Software\\Classes", joinKeyPath(...names));
    const classes = `${USERS}\\${user}_Classes`;
    const linked = inClasses !== undefined && (await this.mounts()).some((mount) => equalNames(mount.root, classes));
    return linked ? joinKeyPath(classes, inClasses) : joinKeyPath(USERS, user, ...names);
  }

  async #currentUser(): Promise<string> {
    const { user } = this.#options;
    const users = (await this.users()).filter(({ ntuser }) => ntuser !== undefined);
    const known = users.map(({ sid, name }) => (sid === DEFAULT_USER ? sid : `${sid} (${name})`)).join(", ");
    const expected = known || "no profile has a hive";
    if (user === undefined) {
      throw new AdkError("REG_NO_CURRENT_USER", "Nobody is logged on: say whose HKEY_CURRENT_USER is meant.", {
        kind: "usage",
        expected,
        hint: "Write HKEY_USERS\\SID, or choose a user by SID or profile folder.",
      });
    }
    const found = users.find((each) => isNamed(each, user))?.sid;
    if (found !== undefined) return found;
    throw new AdkError("REG_NO_SUCH_USER", "No user profile has this SID or folder.", {
      file: this.volume.name,
      expected,
      found: user,
    });
  }
}

function configFolder(windows: string): string {
  return childPath(windows, "System32/config");
}

function isNamed({ sid, name }: OfflineUser, wanted: string): boolean {
  return equalNames(sid, wanted) || equalNames(name, wanted);
}
