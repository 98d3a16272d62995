import { AdkError, equalNames, Findings } from "@adk/core";
import { type Key, RegType, textsOf, walkKeys } from "@adk/registry";
import { requireControlSet, type WindowsHives } from "../windows/offline-windows.ts";
import { bytesValue, textValues } from "../windows/values.ts";
import { withNumber } from "./database-entries.ts";
import { findDriver, readDrivers, type WindowsDriver } from "./driver-report.ts";
import {
  PNP_LOCKDOWN,
  packageDirectories,
  publishedNumber,
  publishedPaths,
  readDatabases,
  SERVICES,
  SYSTEM_DATABASE,
} from "./driver-store.ts";
import { type DriverOperation, OperationList } from "./operations.ts";

/** What it takes to remove a driver from an image. */
export interface RemoveDriverPlan {
  readonly driver: WindowsDriver;
  readonly operations: readonly DriverOperation[];
  readonly findings: Findings;
}

/**
 * Plans the removal of a driver that was added: its files, its entries, and services and files that belong to no other.
 *
 * @param publishedName `oem3.inf`
 * @throws AdkError `DRIVER_INBOX`, `DRIVER_NOT_FOUND`, `WINDOWS_NO_HIVE`
 */
export async function planRemoveDriver(hives: WindowsHives, publishedName: string): Promise<RemoveDriverPlan> {
  const number = publishedNumber(publishedName);
  if (number === undefined) {
    throw new AdkError(
      "DRIVER_INBOX",
      "Only drivers that were added can be removed, not those that came with Windows.",
      {
        kind: "usage",
        expected: "oemN.inf",
        found: publishedName,
      },
    );
  }
  const driver = findDriver(await readDrivers(hives), publishedName, hives.volume.name);
  const findings = new Findings();
  if (driver.bootCritical) {
    const message = "Windows may start from this driver: without it, it may not start any more.";
    findings.warning("DRIVER_BOOT_CRITICAL", message, { path: driver.publishedName });
  }
  const operations = new OperationList();
  removeFiles(operations, hives, driver);
  await removeServices(operations, hives, driver);
  await removeLockdown(operations, hives, driver);
  await removeDatabaseEntries(operations, hives, driver, number);
  return { driver, operations: operations.list, findings };
}

function removeFiles(operations: OperationList, { windows }: WindowsHives, driver: WindowsDriver): void {
  const published = publishedPaths({ windows }, driver.publishedName);
  const store = packageDirectories({ windows }, driver.packageName).package;
  for (const path of [store, published.inf, published.compiledInf, published.catalog]) {
    operations.add({ kind: "delete-path", path });
  }
}

/** A service with several owners stays to the others. */
async function removeServices(
  operations: OperationList,
  hives: WindowsHives,
  { publishedName }: WindowsDriver,
): Promise<void> {
  const services = (await requireControlSet(hives)).subkey("Services");
  const eventLog = services?.descend("EventLog\\System");
  for (const service of services?.subkeys() ?? []) {
    const ownership = ownershipOf(service, publishedName);
    const key = `${SERVICES}\\${service.name}`;
    if (ownership === "shared") operations.add({ kind: "remove-texts", key, name: "Owners", texts: [publishedName] });
    if (ownership !== "sole") continue;
    operations.add({ kind: "delete-key", key });
    if (eventLog?.subkey(service.name)) {
      operations.add({ kind: "delete-key", key: `${SERVICES}\\EventLog\\System\\${service.name}` });
    }
  }
}

/** Files in Windows' own directory that the driver put there. */
async function removeLockdown(
  operations: OperationList,
  hives: WindowsHives,
  { publishedName }: WindowsDriver,
): Promise<void> {
  const lockdown = await hives.key(PNP_LOCKDOWN);
  for (const file of lockdown?.subkeys() ?? []) {
    const ownership = ownershipOf(file, publishedName);
    const key = `${PNP_LOCKDOWN}\\${file.name}`;
    if (ownership === "shared") operations.add({ kind: "remove-texts", key, name: "Owners", texts: [publishedName] });
    if (ownership !== "sole") continue;
    operations.add({ kind: "delete-key", key });
    const inside = /^%SystemRoot%(\/[^%]+)$/i.exec(file.name)?.[1];
    if (inside !== undefined && !inside.split("/").includes("..")) {
      operations.add({ kind: "delete-path", path: hives.windows + inside });
    }
  }
}

function ownershipOf(key: Key, publishedName: string): "sole" | "shared" | "none" {
  const owners = textValues(key, "Owners").filter((name) => name !== "");
  if (!owners.some((owner) => equalNames(owner, publishedName))) return "none";
  return owners.length === 1 ? "sole" : "shared";
}

async function removeDatabaseEntries(
  operations: OperationList,
  hives: WindowsHives,
  { publishedName, packageName }: WindowsDriver,
  number: number,
): Promise<void> {
  for (const { path, key } of await readDatabases(hives)) {
    const deviceIds = key.subkey("DeviceIds");
    for (const { path: inside, values } of deviceIds ? walkKeys(deviceIds) : []) {
      for (const value of values) {
        if (!value.isNamed(publishedName)) continue;
        operations.add({ kind: "delete-value", key: `${path}\\DeviceIds\\${inside}`, name: value.name });
      }
    }
    const infFile = key.descend(`DriverInfFiles\\${publishedName}`);
    if (infFile) removeInfFile(operations, `${path}\\DriverInfFiles\\${publishedName}`, infFile, packageName);
    if (key.descend(`DriverPackages\\${packageName}`)) {
      operations.add({ kind: "delete-key", key: `${path}\\DriverPackages\\${packageName}` });
    }
    const map = bytesValue(key, "OemInfMap");
    if (path === SYSTEM_DATABASE && map)
      operations.bytes(path, "OemInfMap", withNumber(map, number, false), RegType.BINARY);
  }
}

/** The key of an INF goes with its last package. */
function removeInfFile(operations: OperationList, path: string, key: Key, packageName: string): void {
  const data = bytesValue(key, "");
  const packages = data ? textsOf(data) : [];
  if (packages.some((name) => !equalNames(name, packageName))) {
    operations.add({ kind: "remove-texts", key: path, name: "", texts: [packageName] });
  } else operations.add({ kind: "delete-key", key: path });
}
