import { type Guid, upcase, type Volume } from "@adk/core";
import type { InfDirectories } from "@adk/inf";
import type { Key } from "@adk/registry";
import { requireControlSet, type WindowsHives } from "../windows/offline-windows.ts";
import { bytesValue, numberValue, textValue } from "../windows/values.ts";

export const SYSTEM_DATABASE = "HKLM\\SYSTEM\\DriverDatabase";
export const DRIVERS_DATABASE = "HKLM\\DRIVERS\\DriverDatabase";
export const SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services";
export const PNP_LOCKDOWN = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Setup\\PnpLockdownFiles";

/** Catalogs of drivers lie in the folder of this subsystem. */
const CATALOG_FOLDER = "System32/CatRoot/{F750E6C3-38EE-11D1-85E5-00C04FC295EE}";

/** What an image has of drivers, as far as adding one depends on it. */
export interface DriverStore {
  /** `/Windows` */
  readonly windows: string;
  /** Since Windows 8 drivers are in a DriverDatabase; before, Windows looks at the INF files. */
  readonly hasDatabase: boolean;
  /** The image has a DRIVERS hive, for drivers that it can start without. */
  readonly hasDriversHive: boolean;
  /** The numbers N of `oemN.inf` that are taken. */
  readonly publishedNumbers: ReadonlySet<number>;
  /** Which of them the registry has for taken: bit 7 - N % 8 of byte N / 8. */
  readonly oemInfMap: Uint8Array;
  /** Published names by the upper-case names of the packages. */
  readonly packages: ReadonlyMap<string, string>;
  /** Upper-case names. */
  readonly services: ReadonlySet<string>;
  /** The highest tag by upper-case load order group. */
  readonly tags: ReadonlyMap<string, number>;
}

/** @throws AdkError `WINDOWS_NO_HIVE` */
export async function readDriverStore(hives: WindowsHives, volume: Volume): Promise<DriverStore> {
  const { windows } = hives;
  const controlSet = await requireControlSet(hives);
  const databases = await readDatabases(hives);
  const system = databases.find(({ path }) => path === SYSTEM_DATABASE)?.key;
  const publishedNumbers = new Set<number>();
  const packages = new Map<string, string>();
  for (const { key } of databases) {
    for (const { name } of key.subkey("DriverInfFiles")?.subkeys() ?? []) addNumber(publishedNumbers, name);
    for (const each of key.subkey("DriverPackages")?.subkeys() ?? []) {
      const published = textValue(each, "");
      if (published !== undefined) packages.set(upcase(each.name), published);
    }
  }
  const infDirectory = await volume.lookup(`${windows}/INF`);
  for (const { name } of infDirectory ? await volume.list(infDirectory) : []) addNumber(publishedNumbers, name);
  const { services, tags } = readServiceTags(controlSet);
  return {
    windows,
    hasDatabase: databases.length > 0,
    hasDriversHive: (await hives.hive("DRIVERS")) !== undefined,
    publishedNumbers,
    oemInfMap: bytesValue(system, "OemInfMap") ?? new Uint8Array(0),
    packages,
    services,
    tags,
  };
}

export interface DriverDatabase {
  readonly path: typeof SYSTEM_DATABASE | typeof DRIVERS_DATABASE;
  readonly key: Key;
}

/** The driver databases that an image has. */
export async function readDatabases(hives: WindowsHives): Promise<DriverDatabase[]> {
  const databases: DriverDatabase[] = [];
  for (const [name, path] of [
    ["DRIVERS", DRIVERS_DATABASE],
    ["SYSTEM", SYSTEM_DATABASE],
  ] as const) {
    const key = (await hives.hive(name))?.key("DriverDatabase");
    if (key) databases.push({ path, key });
  }
  return databases;
}

function addNumber(numbers: Set<number>, name: string): void {
  const number = publishedNumber(name);
  if (number !== undefined) numbers.add(number);
}

/** N of `oemN.inf`; undefined for the name of a driver that came with Windows. */
export function publishedNumber(name: string): number | undefined {
  const digits = /^oem(\d{1,6})\.inf$/i.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function readServiceTags(controlSet: Key) {
  const services = new Set<string>();
  const tags = new Map<string, number>();
  for (const key of controlSet.subkey("Services")?.subkeys() ?? []) {
    services.add(upcase(key.name));
    const [group, tag] = [textValue(key, "Group"), numberValue(key, "Tag")];
    if (group === undefined || tag === undefined) continue;
    tags.set(upcase(group), Math.max(tag, tags.get(upcase(group)) ?? 0));
  }
  return { services, tags };
}

/** Where the files of a package go: `x.inf_amd64_0123456789abcdef`. */
export function packageDirectories({ windows }: Pick<DriverStore, "windows">, packageName: string): InfDirectories {
  return { windows, package: `${windows}/System32/DriverStore/FileRepository/${packageName}` };
}

/** Where Windows looks for the INF and the catalog of a published driver. */
export function publishedPaths({ windows }: Pick<DriverStore, "windows">, publishedName: string) {
  const base = publishedName.replace(/\.inf$/i, "");
  return {
    inf: `${windows}/INF/${publishedName}`,
    compiledInf: `${windows}/INF/${base}.PNF`,
    catalog: `${windows}/${CATALOG_FOLDER}/${base}.cat`,
  };
}

/** A GUID as keys and values of the registry have it. */
export function bracedGuid(guid: Guid): string {
  return `{${guid}}`;
}
