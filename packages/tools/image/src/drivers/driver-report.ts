import { AdkError, ByteReader, equalNames, formatVersion, type Guid, guidFromBytes } from "@adk/core";
import type { Key } from "@adk/registry";
import * as z from "zod";
import type { WindowsHives } from "../windows/offline-windows.ts";
import { bytesValue, isoTime, numberValue, textValue } from "../windows/values.ts";
import { BOOT_CRITICAL_CLASSES } from "./boot-critical.ts";
import { SIGNER_SCORE_UNSIGNED } from "./database-entries.ts";
import { bracedGuid, publishedNumber, readDatabases, SYSTEM_DATABASE } from "./driver-store.ts";

/** A driver package that an image has. */
export const windowsDriver = z.object({
  /** `oem3.inf`; the name of the INF for a driver that came with Windows. */
  publishedName: z.string(),
  originalFileName: z.string(),
  /** Directory in the driver store. */
  packageName: z.string(),
  inbox: z.boolean(),
  className: z.string().optional(),
  classGuid: z.string().optional(),
  provider: z.string().optional(),
  /** `2024-02-25` */
  date: z.string().optional(),
  version: z.string().optional(),
  architecture: z.string().optional(),
  bootCritical: z.boolean(),
  /** As Windows noted it when the driver was added; it is not checked anew. */
  signature: z.enum(["signed", "unsigned", "unknown"]),
  signer: z.string().optional(),
  /** ISO 8601 */
  imported: z.string().optional(),
});
export type WindowsDriver = z.output<typeof windowsDriver>;

/** PROCESSOR_ARCHITECTURE_* of winnt.h. */
const ARCHITECTURES: Record<number, string> = { 0: "x86", 5: "arm", 6: "ia64", 9: "amd64", 12: "arm64" };

/** The driver packages of an image, those that came with Windows last; each by its name in the store. */
export async function readDrivers(hives: WindowsHives): Promise<WindowsDriver[]> {
  const classes = (await hives.controlSet())?.descend("Control\\Class");
  const drivers = new Map<string, WindowsDriver>();
  for (const { path, key } of await readDatabases(hives)) {
    for (const packageKey of key.subkey("DriverPackages")?.subkeys() ?? []) {
      const driver = readDriver(packageKey, classes, path === SYSTEM_DATABASE);
      // A package that is in both databases is told by the one that Windows starts with.
      drivers.set(packageKey.name.toLowerCase(), driver);
    }
  }
  return [...drivers.values()].sort(compareDrivers);
}

/**
 * The driver of a published name, `oem3.inf`.
 *
 * @param file the image that the drivers are of, for the error
 * @throws AdkError `DRIVER_NOT_FOUND`
 */
export function findDriver(drivers: readonly WindowsDriver[], publishedName: string, file: string): WindowsDriver {
  const found = drivers.find((driver) => equalNames(driver.publishedName, publishedName));
  if (found) return found;
  throw new AdkError("DRIVER_NOT_FOUND", "The image has no such driver.", { file, found: publishedName });
}

function readDriver(key: Key, classes: Key | undefined, inSystem: boolean): WindowsDriver {
  const originalFileName = textValue(key, "InfName") ?? key.name.replace(/^(.*\.inf)_.*$/i, "$1");
  const publishedName = textValue(key, "") || originalFileName;
  const { classGuid, ...version } = readVersionData(bytesValue(key, "Version"));
  const classKey = classGuid === undefined ? undefined : classes?.subkey(bracedGuid(classGuid));
  const imported = bytesValue(key, "ImportDate");
  return {
    publishedName,
    originalFileName,
    packageName: key.name,
    inbox: publishedNumber(publishedName) === undefined,
    className: textValue(classKey, "Class") || undefined,
    classGuid: classGuid === undefined ? undefined : bracedGuid(classGuid),
    provider: textValue(key, "Provider") || undefined,
    ...version,
    bootCritical: isCritical(key, classGuid, inSystem),
    signature: signatureOf(numberValue(key, "SignerScore")),
    signer: textValue(key, "SignerName") || undefined,
    imported: imported?.length === 8 ? isoTime(new ByteReader(imported).u64()) : undefined,
  };
}

/** Windows keeps what it starts with in SYSTEM; of a driver of one of these classes DISM says that it is critical. */
function isCritical(key: Key, classGuid: Guid | undefined, inSystem: boolean): boolean {
  if (numberValue(key, "BootCritical") === 1) return true;
  return inSystem && classGuid !== undefined && BOOT_CRITICAL_CLASSES.has(classGuid);
}

/** The value `Version` of a package: `versionData` writes it. */
function readVersionData(data: Uint8Array | undefined) {
  if (!data || data.length < 40) return {};
  const reader = new ByteReader(data, {}, 2);
  const architecture = ARCHITECTURES[reader.u16()];
  reader.skip(4);
  const classGuid = guidFromBytes(reader.slice(16));
  const date = isoTime(reader.u64())?.slice(0, 10);
  const [d, c, b, a] = [reader.u16(), reader.u16(), reader.u16(), reader.u16()];
  return { architecture, classGuid, date, version: formatVersion([a, b, c, d]) };
}

function signatureOf(score: number | undefined): WindowsDriver["signature"] {
  if (score === undefined || score === 0xff00_0000) return "unknown";
  return score >= SIGNER_SCORE_UNSIGNED ? "unsigned" : "signed";
}

function compareDrivers(a: WindowsDriver, b: WindowsDriver): number {
  if (a.inbox !== b.inbox) return a.inbox ? 1 : -1;
  const numbers = (publishedNumber(a.publishedName) ?? 0) - (publishedNumber(b.publishedName) ?? 0);
  return numbers || (a.publishedName < b.publishedName ? -1 : 1);
}
