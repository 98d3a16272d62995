import { openDirectory, toHex } from "@adk/core";
import { openOfflineHives, walkKeys } from "@adk/registry";
import { makeTree } from "@adk/testing";
import { applyDriverOperations } from "../drivers/apply-operations.ts";
import { type DriverPackage, readDriverPackage } from "../drivers/driver-package.ts";
import { readDriverStore } from "../drivers/driver-store.ts";
import { readDriverTarget } from "../drivers/driver-target.ts";
import { findDriverPackages } from "../drivers/find-packages.ts";
import { type AddDriverOptions, type AddDriverPlan, planAddDriver } from "../drivers/plan-add-driver.ts";
import { planRemoveDriver, type RemoveDriverPlan } from "../drivers/plan-remove-driver.ts";
import { EditSession } from "../servicing/edit-session.ts";
import { editRegistry } from "../servicing/registry-edits.ts";
import { driverFiles, NETWORK_INF, STORAGE_INF } from "./driver-packages.ts";

/** The time of the import that was recorded. */
export const IMPORT_TIME = 0x01d8_5892_69cd_95a0n;

export type Tree = Record<string, string | Uint8Array>;

export const storage = (): Tree => driverFiles("acmestor", STORAGE_INF, { "acmestor.sys": "storage driver" });
export const network = (): Tree => driverFiles("acmenet", NETWORK_INF, { "x64/acmenet.sys": "network driver" });

export async function readPackage(windows: string, tree: Tree): Promise<DriverPackage> {
  await using volume = await openDirectory(windows);
  await using hives = await openOfflineHives(volume);
  const [found] = await findDriverPackages(await openDirectory(await makeTree(tree)), "/");
  const includes = { volume, directory: "/Windows/INF" };
  return await readDriverPackage(found!.folder, found!.inf, await readDriverTarget(hives), { includes });
}

export async function add(
  windows: string,
  tree: Tree,
  options: Partial<AddDriverOptions> = {},
): Promise<AddDriverPlan> {
  const driver = await readPackage(windows, tree);
  await using session = await EditSession.open(windows, { time: IMPORT_TIME });
  await using hives = await openOfflineHives(session.volume);
  const plan = await planAddDriver(driver, await readDriverStore(hives, session.volume), {
    time: IMPORT_TIME,
    ...options,
  });
  const entries = await session.openHost(driver.folder.volume.name);
  await editRegistry(session, (edits) =>
    applyDriverOperations(plan.operations, session, edits, { entries, path: "/" }),
  );
  await session.commit({ threads: 1 });
  return plan;
}

export async function remove(windows: string, publishedName: string): Promise<RemoveDriverPlan> {
  await using session = await EditSession.open(windows, { time: IMPORT_TIME });
  await using hives = await openOfflineHives(session.volume);
  const plan = await planRemoveDriver(hives, publishedName);
  await editRegistry(session, (edits) => applyDriverOperations(plan.operations, session, edits));
  await session.commit({ threads: 1 });
  return plan;
}

/** All values of an image's hives as lines; keys without values too. */
export async function registryOf(windows: string): Promise<string[]> {
  await using volume = await openDirectory(windows);
  await using hives = await openOfflineHives(volume);
  const lines: string[] = [];
  for (const name of ["DRIVERS", "SYSTEM", "SOFTWARE"] as const) {
    const hive = await hives.hive(name);
    for (const { path, values } of hive ? walkKeys(hive.root) : []) {
      lines.push(`${name}\\${path}`.toLowerCase());
      for (const value of values) lines.push(lineOf(`${name}\\${path}`, value.name, value.type, value.data()));
    }
  }
  return lines.sort();
}

export function lineOf(key: string, name: string, type: number, data: Uint8Array): string {
  return `${key.toLowerCase()} ${name} ${type} ${toHex(data)}`;
}

/** What the first lines do not have. */
export function newValues(before: readonly string[], after: readonly string[]): string[] {
  const known = new Set(before);
  return after.filter((line) => !known.has(line) && / \d+ [\da-f]*$/.test(line));
}
