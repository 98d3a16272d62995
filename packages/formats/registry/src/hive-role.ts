import type { Hive } from "./hive.ts";

/** What a hive is for. */
export type HiveRole =
  | "SYSTEM"
  | "SOFTWARE"
  | "SAM"
  | "SECURITY"
  | "NTUSER"
  | "USRCLASS"
  | "COMPONENTS"
  | "DRIVERS"
  | "BCD"
  | "AMCACHE"
  | "SETTINGS";

/** Keys that only a hive of the role has, the more telling ones first. */
const TELLING: readonly (readonly [HiveRole, readonly string[]])[] = [
  ["SYSTEM", ["Select", "ControlSet001"]],
  ["SAM", ["SAM\\Domains"]],
  ["SECURITY", ["Policy\\PolAdtEv"]],
  ["SECURITY", ["Policy\\Accounts"]],
  ["SECURITY", ["Policy\\Secrets"]],
  ["BCD", ["Objects", "Description"]],
  ["COMPONENTS", ["DerivedData"]],
  ["COMPONENTS", ["CanonicalData"]],
  ["DRIVERS", ["DriverDatabase"]],
  ["SOFTWARE", ["Microsoft\\Windows NT\\CurrentVersion"]],
  ["SOFTWARE", ["Microsoft\\Windows", "Classes"]],
  ["NTUSER", ["Software", "Control Panel"]],
  ["NTUSER", ["Software\\Microsoft\\Windows\\CurrentVersion", "Environment"]],
  ["AMCACHE", ["Root\\File"]],
  ["AMCACHE", ["Root\\InventoryApplication"]],
  ["SETTINGS", ["LocalState"]],
  ["SETTINGS", ["RoamingState"]],
  ["USRCLASS", ["Local Settings"]],
  ["USRCLASS", ["CLSID"]],
  ["USRCLASS", ["*", "Applications"]],
];

/** Guesses from its keys what a hive is for; undefined where they tell nothing. */
export function hiveRole(hive: Hive): HiveRole | undefined {
  return TELLING.find(([, paths]) => paths.every((path) => hive.key(path) !== undefined))?.[0];
}

/** Where Windows shows a hive of a role: what .reg files call its root. */
const PLACES: Readonly<Partial<Record<HiveRole, string>>> = {
  NTUSER: "HKEY_CURRENT_USER",
  USRCLASS: "HKEY_CURRENT_USER\\Software\\Classes",
  BCD: "HKEY_LOCAL_MACHINE\\BCD00000000",
};

/** Where Windows shows a hive; one whose role is not known gets a name below HKEY_LOCAL_MACHINE, as `reg load` would give. */
export function usualRoot(hive: Hive): string {
  const role = hiveRole(hive);
  if (role === undefined) return "HKEY_LOCAL_MACHINE\\HIVE";
  return PLACES[role] ?? `HKEY_LOCAL_MACHINE\\${role}`;
}
