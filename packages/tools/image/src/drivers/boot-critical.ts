import type { Guid } from "@adk/core";
import { EXTENSION_CLASS, StartType } from "@adk/inf";
import type { DriverPackage } from "./driver-package.ts";

/**
 * Device classes whose drivers Windows needs to start: what DISM calls boot-critical. Which they are is not documented in one
 * place; these are the setup classes of the devices between the firmware and the system volume, and of what is needed to use it
 * ("System-Defined Device Setup Classes", learn.microsoft.com).
 */
export const BOOT_CRITICAL_CLASSES: ReadonlySet<Guid> = new Set([
  "4d36e97b-e325-11ce-bfc1-08002be10318", // SCSIAdapter
  "4d36e96a-e325-11ce-bfc1-08002be10318", // HDC
  "4d36e97d-e325-11ce-bfc1-08002be10318", // System
  "71a27cdd-812a-11d0-bec7-08002be2092f", // Volume
  "4d36e967-e325-11ce-bfc1-08002be10318", // DiskDrive
  "4d36e966-e325-11ce-bfc1-08002be10318", // Computer
  "4d36e965-e325-11ce-bfc1-08002be10318", // CDROM
  "4d36e96b-e325-11ce-bfc1-08002be10318", // Keyboard
  "745a17a0-74d3-11d0-b6fe-00a0c90f57da", // HIDClass
  "36fc9e60-c465-11cf-8056-444553540000", // USB
  "6bdd1fc1-810f-11d0-bec7-08002be2092f", // 1394
  "d48179be-ec20-11d1-b6b8-00c04fa372a7", // SBP2
]);

/** Whether an installation of the driver has to be complete before the image starts: by its class, or its service's start. */
export function isBootCritical({ version, install }: DriverPackage): boolean {
  if (version.classGuid !== undefined && BOOT_CRITICAL_CLASSES.has(version.classGuid)) return true;
  return install.sections.some(({ services }) => services.some(({ start }) => start === StartType.BOOT));
}

/** Whether the driver is one that only adds to another. */
export function isExtension({ version }: DriverPackage): boolean {
  return version.classGuid === EXTENSION_CLASS;
}
