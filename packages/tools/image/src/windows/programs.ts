import type { Key } from "@adk/registry";
import * as z from "zod";
import { numberValue, textValue } from "./values.ts";

const UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall";

export const installedProgram = z.object({
  /** Name of its key: a product code for Windows Installer. */
  id: z.string(),
  name: z.string(),
  version: z.string().optional(),
  publisher: z.string().optional(),
  /** As it is written: mostly `20240131`, some installers write dates in other ways. */
  installDate: z.string().optional(),
  installLocation: z.string().optional(),
  uninstallString: z.string().optional(),
  /** Bytes, as the program's installer estimated. */
  estimatedSize: z.number().optional(),
  windowsInstaller: z.boolean(),
  /** A part of something else, or of Windows, that is not to be shown. */
  systemComponent: z.boolean(),
  scope: z.enum(["machine", "machine, 32-bit", "user"]),
  user: z.string().optional(),
  /** Whether "Programs and Features" shows it. */
  visible: z.boolean(),
});
export type InstalledProgram = z.output<typeof installedProgram>;

/** Programs for all users, from the SOFTWARE hive's root. */
export function readMachinePrograms(software: Key): InstalledProgram[] {
  return [
    ...readUninstall(software.descend(UNINSTALL), "machine"),
    ...readUninstall(software.descend(`WOW6432Node\\${UNINSTALL}`), "machine, 32-bit"),
  ];
}

/** Programs that one user installed, from the root of the user's NTUSER.DAT. */
export function readUserPrograms(root: Key, user: string): InstalledProgram[] {
  const places = [`Software\\${UNINSTALL}`, `Software\\WOW6432Node\\${UNINSTALL}`];
  return places.flatMap((place) => readUninstall(root.descend(place), "user", user));
}

/** Every entry that has a name, updates and hidden ones too. */
function readUninstall(
  uninstall: Key | undefined,
  scope: InstalledProgram["scope"],
  user?: string,
): InstalledProgram[] {
  const programs: InstalledProgram[] = [];
  for (const key of uninstall?.subkeys() ?? []) {
    const name = textValue(key, "DisplayName");
    if (!name) continue;
    const size = numberValue(key, "EstimatedSize");
    const uninstallString = textValue(key, "UninstallString");
    programs.push({
      id: key.name,
      name,
      version: versionOf(key),
      publisher: textValue(key, "Publisher") || undefined,
      installDate: textValue(key, "InstallDate") || undefined,
      installLocation: textValue(key, "InstallLocation") || undefined,
      uninstallString: uninstallString || undefined,
      estimatedSize: size === undefined ? undefined : size * 1024,
      windowsInstaller: numberValue(key, "WindowsInstaller") === 1,
      systemComponent: (numberValue(key, "SystemComponent") ?? 0) !== 0,
      scope,
      user,
      visible: isVisible(key, uninstallString),
    });
  }
  return programs;
}

/** The parts of "Programs and Features"' rule that are known; their order was not verified. */
function isVisible(key: Key, uninstallString: string | undefined): boolean {
  if ((numberValue(key, "SystemComponent") ?? 0) !== 0) return false;
  if (textValue(key, "ParentKeyName") || textValue(key, "ParentDisplayName")) return false;
  if (/^(?:Update|Hotfix|Security Update|ServicePack|Service Pack)$/i.test(textValue(key, "ReleaseType") ?? ""))
    return false;
  return Boolean(uninstallString) || numberValue(key, "NoRemove") === 1 || numberValue(key, "WindowsInstaller") === 1;
}

function versionOf(key: Key): string | undefined {
  const text = textValue(key, "DisplayVersion");
  if (text) return text;
  const [major, minor] = [numberValue(key, "VersionMajor"), numberValue(key, "VersionMinor")];
  if (major !== undefined) return `${major}.${minor ?? 0}`;
  const packed = numberValue(key, "Version");
  return packed ? `${packed >>> 24}.${(packed >>> 16) & 0xff}.${packed & 0xffff}` : undefined;
}
