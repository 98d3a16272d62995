import { AdkError } from "@adk/core";
import { type InfService, ServiceFlag } from "@adk/inf";
import type { WindowsHives } from "../windows/offline-windows.ts";
import { readDriverPackage } from "./driver-package.ts";
import type { WindowsDriver } from "./driver-report.ts";
import { packageDirectories } from "./driver-store.ts";
import { readDriverTarget } from "./driver-target.ts";
import { PackageFolder } from "./package-folder.ts";

/** A device that a driver of an image is for. */
export interface SupportedDevice {
  readonly manufacturer: string;
  readonly description: string;
  readonly hardwareId: string;
  readonly compatibleIds: readonly string[];
  /** The function driver's. */
  readonly service: string | undefined;
}

export interface DriverDetails {
  readonly driver: WindowsDriver;
  /** Path of the INF in the driver store. */
  readonly storePath: string;
  readonly devices: readonly SupportedDevice[];
}

/**
 * The devices that a driver of an image is for, by its INF in the driver store.
 *
 * @throws AdkError `DRIVER_NOT_IN_STORE`, and as `readDriverPackage`
 */
export async function readDriverDetails(hives: WindowsHives, driver: WindowsDriver): Promise<DriverDetails> {
  const { volume, windows } = hives;
  const folder = new PackageFolder(volume, packageDirectories(hives, driver.packageName).package);
  const entry = await folder.find(driver.originalFileName);
  if (!entry) {
    throw new AdkError("DRIVER_NOT_IN_STORE", "The INF file of the driver is not in the driver store.", {
      file: volume.name,
      expected: `${folder.path}/${driver.originalFileName}`,
    });
  }
  const includes = { volume, directory: `${windows}/INF` };
  const { install } = await readDriverPackage(folder, entry, await readDriverTarget(hives), { includes });
  const devices = install.manufacturers.flatMap(({ manufacturer, devices }) =>
    devices.flatMap(({ description, hardwareId, compatibleIds, section }): SupportedDevice[] => {
      if (!section) return [];
      const service = serviceOf(section.services);
      return [{ manufacturer: manufacturer.name, description, hardwareId, compatibleIds, service }];
    }),
  );
  return { driver, storePath: entry.path, devices };
}

function serviceOf(services: readonly InfService[]): string | undefined {
  return services.find(({ flags }) => (flags & ServiceFlag.ASSOCIATED) !== 0)?.name;
}
