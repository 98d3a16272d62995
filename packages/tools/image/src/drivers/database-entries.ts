import { ByteWriter, filetimeFromDate, guidToBytes, type VolumeEntry } from "@adk/core";
import type { InfArchitecture, InfVersion, InstallSection } from "@adk/inf";
import { RegType } from "@adk/registry";
import type { DriverDeviceId } from "./device-ids.ts";
import type { DriverPackage } from "./driver-package.ts";
import { bracedGuid, type DriverStore, SYSTEM_DATABASE } from "./driver-store.ts";
import type { OperationList } from "./operations.ts";
import type { PackageSignature } from "./package-signature.ts";
import { addDescribedChanges } from "./registry-changes.ts";

// The DriverDatabase, as images have it after DISM added drivers. It is not documented: values whose meaning is not known are
// those that were recorded (docs/drivers.md, "What is not known").

/** PROCESSOR_ARCHITECTURE_* of winnt.h. */
const ARCHITECTURES: Record<InfArchitecture, number> = { x86: 0, arm: 5, ia64: 6, amd64: 9, arm64: 12 };
/** Recorded for drivers that were added; meaning unknown. */
const STATUS_FLAGS = 0x12;
/** Recorded for configurations up to Windows 11 21H2, and for 24H2; meaning unknown. */
const CONFIG_SCOPE = 0x7;
const CONFIG_SCOPE_24H2 = 0xf7f;
const BUILD_24H2 = 26_100;
/** SIGNERSCORE_* of setupapi.h. */
const SIGNER_SCORE_HARDWARE_PUBLISHER = 0x0d00_0005;
const SIGNER_SCORE_AUTHENTICODE = 0x0f00_0000;
export const SIGNER_SCORE_UNSIGNED = 0x8000_0000;

/** A driver as it is to be known in an image. */
export interface PublishedDriver {
  readonly package: DriverPackage;
  /** `x.inf_amd64_0123456789abcdef` */
  readonly packageName: string;
  /** `oem3.inf` */
  readonly publishedName: string;
  readonly number: number;
  /** Key of the DriverDatabase that gets it. */
  readonly database: string;
  readonly deviceIds: readonly DriverDeviceId[];
  /** FILETIME of the import. */
  readonly time: bigint;
}

/** The entries that every driver has: its identifiers, its INF and its package. */
export function addPackageEntries(operations: OperationList, driver: PublishedDriver, store: DriverStore): void {
  const { database, publishedName, packageName, time } = driver;
  const { version, signature, files, infEntry, target } = driver.package;
  if (version.classGuid !== undefined) {
    const classKey = `${database}\\DeviceIds\\${bracedGuid(version.classGuid)}`;
    operations.bytes(classKey, publishedName, new Uint8Array(0), RegType.NONE);
  }
  for (const { id, rank, section } of driver.deviceIds) {
    const data = new Uint8Array([rank, section.featureScore, 0, 0]);
    operations.bytes(`${database}\\DeviceIds\\${id}`, publishedName, data);
  }
  const infKey = `${database}\\DriverInfFiles\\${publishedName}`;
  operations.texts(infKey, "", [packageName]);
  operations.text(infKey, "Active", packageName);

  const key = packageKey(driver);
  operations.text(key, "", publishedName);
  if (signature.catalog !== undefined) operations.text(key, "Catalog", signature.catalog);
  operations.bytes(key, "FileSize", new ByteWriter(8).size64(sizeOf(files)).finish(), RegType.QWORD);
  operations.bytes(key, "ImportDate", timeBytes(time));
  operations.text(key, "InfName", infEntry.name.toLowerCase());
  if (version.provider !== undefined) operations.text(key, "Provider", version.provider);
  operations.text(key, "SignerName", signature.state === "signed" ? (signature.signer ?? "") : "");
  operations.number(key, "SignerScore", signerScore(signature));
  operations.number(key, "StatusFlags", STATUS_FLAGS);
  operations.bytes(key, "Version", versionData(version, target.architecture));
  operations.bytes(SYSTEM_DATABASE, "OemInfMap", withNumber(store.oemInfMap, driver.number));
  operations.bytes(database, "UpdateDate", timeBytes(time));
}

/** What Windows must know of a driver before it starts: its configurations, and which identifier has which. */
export function addConfigurations(operations: OperationList, driver: PublishedDriver): void {
  const { database, publishedName, deviceIds } = driver;
  const sections = driver.package.install.sections;
  operations.texts(
    `${database}\\DriverInfFiles\\${publishedName}`,
    "Configurations",
    sections.map(({ name }) => name),
  );
  for (const section of sections) addConfiguration(operations, driver, section);
  const tokens = new Map<string, string>();
  for (const { id, device, manufacturer, section } of deviceIds) {
    const key = `${packageKey(driver)}\\Descriptors\\${id}`;
    operations.text(key, "Configuration", section.name);
    operations.text(key, "Description", tokenText(device.token, device.description, tokens));
    operations.text(key, "Manufacturer", tokenText(manufacturer.token, manufacturer.name, tokens));
  }
  for (const [token, text] of tokens) operations.text(`${packageKey(driver)}\\Strings`, token, text);
}

function addConfiguration(operations: OperationList, driver: PublishedDriver, section: InstallSection): void {
  const key = `${packageKey(driver)}\\Configurations\\${section.name}`;
  const build = driver.package.target.version[2];
  operations.number(key, "ConfigFlags", 0);
  operations.number(key, "ConfigScope", build >= BUILD_24H2 ? CONFIG_SCOPE_24H2 : CONFIG_SCOPE);
  const associated = section.services.find(({ flags, name }) => (flags & 2) !== 0 && name !== "");
  if (associated) operations.text(key, "Service", associated.name);
  const programs = section.services.filter(({ type }) => (type & 0x30) !== 0).map(({ name }) => name);
  if (programs.length > 0) operations.texts(key, "Win32Services", programs);
  addDescribedChanges(operations, section.hardwareRegistry, `${key}\\Device`);
  addDescribedChanges(operations, section.registry, `${key}\\Driver`);
  for (const { name, registry } of section.services) {
    if (name !== "") addDescribedChanges(operations, registry, `${key}\\Services\\${name}`);
  }
}

function packageKey({ database, packageName }: PublishedDriver): string {
  return `${database}\\DriverPackages\\${packageName}`;
}

/** A text that is one string token is kept as that token, in lower case, and its text among the strings. */
function tokenText(written: string, text: string, tokens: Map<string, string>): string {
  const token = /^%([^%]+)%$/.exec(written)?.[1]?.toLowerCase();
  if (token === undefined) return text;
  tokens.set(token, text);
  return `%${token}%`;
}

/**
 * The value `Version`: a mark, the architecture, the class, the day of the driver, its version with the last part first, and
 * eight bytes of nothing.
 */
function versionData({ classGuid, driverDate, driverVersion }: InfVersion, architecture: InfArchitecture): Uint8Array {
  const writer = new ByteWriter(48).u8(0).u8(0xff).u16(ARCHITECTURES[architecture]).u32(0);
  writer.bytes(classGuid === undefined ? new Uint8Array(16) : guidToBytes(classGuid));
  writer.u64(driverDate === undefined ? 0n : filetimeFromDate(new Date(`${driverDate}T00:00:00Z`)));
  for (const part of [...(driverVersion ?? [0, 0, 0, 0])].reverse()) writer.u16(part);
  return writer.zeros(8).finish();
}

function signerScore({ state, hardwarePublisher }: PackageSignature): number {
  if (state !== "signed") return SIGNER_SCORE_UNSIGNED;
  return hardwarePublisher ? SIGNER_SCORE_HARDWARE_PUBLISHER : SIGNER_SCORE_AUTHENTICODE;
}

/** The map with the bit of a number set, or with `false` cleared. */
export function withNumber(map: Uint8Array, number: number, taken = true): Uint8Array {
  const result = new Uint8Array(Math.max(map.length, (number >>> 3) + 1));
  result.set(map);
  const bit = 0x80 >>> (number & 7);
  result[number >>> 3] = taken ? (result[number >>> 3] ?? 0) | bit : (result[number >>> 3] ?? 0) & ~bit;
  return result;
}

function sizeOf(files: readonly VolumeEntry[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

function timeBytes(time: bigint): Uint8Array {
  return new ByteWriter(8).u64(time).finish();
}
