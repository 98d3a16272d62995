import { AdkError } from "@adk/core";
import type { Hive, Key, MachineHive, OfflineHives } from "@adk/registry";

/** The registry of an offline Windows: as it is in the image, or as edits have left it. */
export type WindowsHives = Pick<OfflineHives, "controlSet" | "hive" | "key" | "pathOf" | "volume" | "windows">;

/** A hive that a Windows cannot be without. @throws AdkError `WINDOWS_NO_HIVE` */
export async function requireHive(hives: WindowsHives, name: MachineHive): Promise<Hive> {
  const hive = await hives.hive(name);
  if (hive) return hive;
  throw new AdkError("WINDOWS_NO_HIVE", `There is no Windows here: it would have a ${name} hive.`, {
    file: hives.volume.name,
    expected: hives.pathOf(name),
    hint: "Name an image (install.wim:6), or the directory that holds the folder Windows.",
  });
}

/** What a running Windows sees as CurrentControlSet. @throws AdkError `WINDOWS_NO_HIVE` */
export async function requireControlSet(hives: WindowsHives): Promise<Key> {
  const key = await hives.controlSet();
  if (key) return key;
  const system = await requireHive(hives, "SYSTEM");
  throw new AdkError("WINDOWS_NO_HIVE", "The SYSTEM hive has no control set.", { file: system.name });
}
