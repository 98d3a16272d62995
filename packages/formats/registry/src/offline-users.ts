import { baseName, childPath, joinPath, splitPath, type Volume } from "@adk/core";
import type { Hive } from "./hive.ts";
import { textOf } from "./value-data.ts";

/** A user profile of a Windows that does not run. */
export interface OfflineUser {
  /** `S-1-5-21-...`; `Default` for the profile that new users begin with, which has none. */
  readonly sid: string;
  /** Of the profile folder: `Anna`. */
  readonly name: string;
  /** In the volume: `/Users/Anna`. It may not exist. */
  readonly profilePath: string;
  /** Path of NTUSER.DAT in the volume, where it is there. */
  readonly ntuser: string | undefined;
  /** Path of UsrClass.dat in the volume, where it is there. */
  readonly usrclass: string | undefined;
}

/** What stands for the SID of the profile that new users begin with. */
export const DEFAULT_USER = "Default";

const PROFILE_LIST = "Microsoft\\Windows NT\\CurrentVersion\\ProfileList";
/** Of Windows Vista and later, and of what was before. */
const USER_CLASSES = [
  "AppData/Local/Microsoft/Windows/UsrClass.dat",
  "Local Settings/Application Data/Microsoft/Windows/UsrClass.dat",
];
/** Not the copies that Windows keeps of broken profiles, `S-1-5-21-....bak`. */
const SID = /^S-1(-\d+)+$/i;
/** The profile folder of the system account holds no hive: its hive is config\DEFAULT. */
const LOCAL_SYSTEM = "S-1-5-18";

/**
 * The profiles that ProfileList of a SOFTWARE hive names, and last the one that new users begin with.
 *
 * @param software undefined where there is no such hive: then only the profile of new users is looked for
 * @param windows folder of Windows in the volume: `/Windows`
 */
export async function offlineUsers(
  volume: Volume,
  software: Hive | undefined,
  windows: string,
): Promise<OfflineUser[]> {
  const list = software?.key(PROFILE_LIST);
  const text = (value: { data(): Uint8Array } | undefined): string | undefined => {
    return value && software?.attempt(() => textOf(value.data()));
  };
  const users: OfflineUser[] = [];
  for (const key of list?.subkeys() ?? []) {
    const sid = key.name;
    const image = text(key.value("ProfileImagePath"));
    if (!SID.test(sid) || sid === LOCAL_SYSTEM || image === undefined) continue;
    users.push(await userOf(volume, sid, joinPath(...profileNames(image, windows))));
  }
  const image = text(list?.value("Default")) ?? "%SystemDrive%\\Users\\Default";
  return [...users, await userOf(volume, DEFAULT_USER, joinPath(...profileNames(image, windows)))];
}

async function userOf(volume: Volume, sid: string, profilePath: string): Promise<OfflineUser> {
  const ntuser = await firstOf(volume, profilePath, ["NTUSER.DAT"]);
  const usrclass = await firstOf(volume, profilePath, USER_CLASSES);
  return { sid, name: baseName(profilePath), profilePath, ntuser, usrclass };
}

/** Every drive letter is taken for this volume's: an offline Windows does not tell which volume had which. */
function profileNames(image: string, windows: string): string[] {
  const expanded = image.replace(/^%(\w+)%/, (variable, name: string) => {
    switch (name.toLowerCase()) {
      case "systemdrive":
        return "";
      case "systemroot":
      case "windir":
        return windows;
      default:
        return variable;
    }
  });
  return splitPath(expanded);
}

async function firstOf(volume: Volume, folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const entry = await volume.lookup(childPath(folder, name));
    if (entry) return entry.path;
  }
  return undefined;
}
