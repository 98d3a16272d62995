import { AdkError, digest, type Findings, IncrementalDigest, readPieces, upcase, type VolumeEntry } from "@adk/core";
import { isBootCritical, isExtension } from "./boot-critical.ts";
import { addCriticalDevices } from "./critical-devices.ts";
import { addConfigurations, addPackageEntries, type PublishedDriver } from "./database-entries.ts";
import { type DriverDeviceId, listDeviceIds } from "./device-ids.ts";
import type { DriverPackage } from "./driver-package.ts";
import { DRIVERS_DATABASE, type DriverStore, packageDirectories, SYSTEM_DATABASE } from "./driver-store.ts";
import { addInstalledFiles, addStoreFiles } from "./file-entries.ts";
import { type DriverOperation, OperationList } from "./operations.ts";
import { otherRoots } from "./registry-changes.ts";
import { addServices } from "./service-entries.ts";

/** UTF-16 code units of the longest name of a key. */
const MOST_NAME = 255;

export interface AddDriverOptions {
  /** FILETIME of the import. */
  readonly time: bigint;
  /** Add a driver that is not signed, or not soundly. A 64-bit Windows does not load it unless it was told to. */
  readonly forceUnsigned?: boolean | undefined;
}

/** What it takes to add a driver to an image. */
export interface AddDriverPlan {
  readonly package: DriverPackage;
  /** `oem3.inf` */
  readonly publishedName: string;
  /** `x.inf_amd64_0123456789abcdef` */
  readonly packageName: string;
  /** The image has this package already: there is nothing to do. */
  readonly present: boolean;
  readonly bootCritical: boolean;
  readonly deviceIds: readonly DriverDeviceId[];
  readonly operations: readonly DriverOperation[];
}

/**
 * Plans the file set and the registry changes of DISM's /Add-Driver. A driver that Windows starts from is installed; any other
 * is put into the driver store, and installed when Windows meets its device.
 *
 * @throws AdkError `DRIVER_FILE_MISSING`, `DRIVER_UNSIGNED`
 */
export async function planAddDriver(
  driverPackage: DriverPackage,
  store: DriverStore,
  { time, forceUnsigned = false }: AddDriverOptions,
): Promise<AddDriverPlan> {
  const { findings, install } = driverPackage;
  refuseIncomplete(driverPackage);
  refuseNames(driverPackage);
  refuseUnsigned(driverPackage, forceUnsigned);
  const packageName = await nameOfPackage(driverPackage);
  const bootCritical = isBootCritical(driverPackage);
  const deviceIds = listDeviceIds(install.manufacturers, findings);
  const known = store.packages.get(upcase(packageName));
  if (known !== undefined) {
    return {
      package: driverPackage,
      publishedName: known,
      packageName,
      present: true,
      bootCritical,
      deviceIds,
      operations: [],
    };
  }
  const number = freeNumber(store);
  const publishedName = `oem${number}.inf`;
  const early = bootCritical || isExtension(driverPackage) || !store.hasDriversHive;
  const database = early ? SYSTEM_DATABASE : DRIVERS_DATABASE;
  const driver: PublishedDriver = {
    package: driverPackage,
    packageName,
    publishedName,
    number,
    database,
    deviceIds,
    time,
  };
  const operations = new OperationList();
  const directories = packageDirectories(store, packageName);
  addStoreFiles(operations, driver, directories);
  if (store.hasDatabase) addPackageEntries(operations, driver, store);
  if (bootCritical) {
    addInstalledFiles(operations, driver, directories);
    addServices(operations, driver, store, directories);
    if (store.hasDatabase) addConfigurations(operations, driver);
    else addCriticalDevices(operations, driver);
    tellWhatIsLeft(driverPackage, findings);
  }
  return {
    package: driverPackage,
    publishedName,
    packageName,
    present: false,
    bootCritical,
    deviceIds,
    operations: operations.list,
  };
}

function refuseIncomplete({ missing, infEntry }: DriverPackage): void {
  if (missing.length === 0) return;
  throw new AdkError("DRIVER_FILE_MISSING", "Files that the driver needs are not there.", {
    file: infEntry.path,
    expected: missing.slice(0, 5).join(", "),
    hint: "The whole folder of the driver is needed, not only its INF.",
  });
}

/** Names of sections and services become names of keys. */
function refuseNames({ install, infEntry }: DriverPackage): void {
  const names = install.sections.flatMap(({ name, services }) => [name, ...services.map((service) => service.name)]);
  const bad = names.find((name) => name.includes("\\") || name.includes("\0") || name.length > MOST_NAME);
  if (bad === undefined) return;
  throw new AdkError("DRIVER_BAD_NAME", "A section or service of the driver has a name that no key can have.", {
    file: infEntry.path,
    found: JSON.stringify(bad.slice(0, 300)),
  });
}

const REASONS = {
  unsigned: "The driver has no catalog, so it is not signed.",
  mismatch: "The driver's files are not those that its catalog was signed for.",
  invalid: "The signature of the driver's catalog is not sound.",
};

function refuseUnsigned({ signature, infEntry }: DriverPackage, force: boolean): void {
  const { state, mismatches } = signature;
  if (state === "signed" || force) return;
  throw new AdkError("DRIVER_UNSIGNED", REASONS[state], {
    file: infEntry.path,
    ...(mismatches.length > 0 && { found: mismatches.slice(0, 5).join(", ") }),
    hint: "It can be added by force; a 64-bit Windows does not load it unless test signing is on.",
  });
}

/** The lowest number that is free, as Windows takes it. */
function freeNumber({ publishedNumbers }: DriverStore): number {
  let number = 0;
  while (publishedNumbers.has(number)) number++;
  return number;
}

/**
 * The name of a package in the driver store. Windows makes the digits from the package in a way that is not known; they only
 * have to be its own, so they are made from the names and contents of its files.
 */
async function nameOfPackage({ folder, files, infEntry, target }: DriverPackage): Promise<string> {
  const digests: string[] = [];
  for (const file of files) digests.push(`${folder.inside(file).toLowerCase()} ${await digestOf(folder, file)}`);
  const identity = digest("sha256", new TextEncoder().encode(digests.sort().join("\n"))).slice(0, 16);
  return `${infEntry.name.toLowerCase()}_${target.architecture}_${identity}`;
}

async function digestOf(folder: DriverPackage["folder"], file: VolumeEntry): Promise<string> {
  if (file.sha1 !== undefined) return file.sha1;
  const access = await folder.open(file);
  try {
    const hash = new IncrementalDigest("sha1");
    for await (const piece of readPieces(access)) hash.update(piece);
    return hash.finish();
  } finally {
    await access.close();
  }
}

/** What only the plug-and-play manager of a running Windows can do is told, not hidden. */
function tellWhatIsLeft({ install, inf }: DriverPackage, findings: Findings): void {
  for (const section of install.sections) {
    const roots = otherRoots([...section.registry, ...section.services.flatMap(({ registry }) => registry)]);
    if (roots.length > 0) {
      const message = `Windows makes these registry changes when it installs a device: ${roots.slice(0, 5).join(", ")}.`;
      findings.add({ severity: "info", code: "DRIVER_LATER", message, where: { file: inf.name } });
    }
    for (const name of section.missingIncludes) {
      const message = `The INF includes ${name}, which the image does not have: what is needed of it is missing.`;
      findings.warning("DRIVER_INCLUDE_MISSING", message, { file: inf.name });
    }
  }
}
