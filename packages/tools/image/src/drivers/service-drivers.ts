import { openOfflineHives } from "@adk/registry";
import * as z from "zod";
import { type EditOptions, editImage, editResult } from "../servicing/edit-image.ts";
import { requireHive } from "../windows/offline-windows.ts";
import { withSource } from "../windows/report-source.ts";
import { type AddedDriver, addDrivers, addedDriver } from "./add-drivers.ts";
import { findDriver, readDrivers, windowsDriver } from "./driver-report.ts";
import { type ExportDriverOptions, exportDriver } from "./export-driver.ts";
import { type RemovedDriver, removeDrivers, removedDriver } from "./remove-drivers.ts";

/** What the commands print that change the drivers of an image. */
export const addDriversResult = editResult.extend({ drivers: z.array(addedDriver) });
export type AddDriversResult = z.output<typeof addDriversResult>;
export const removeDriversResult = editResult.extend({ drivers: z.array(removedDriver) });
export type RemoveDriversResult = z.output<typeof removeDriversResult>;

/** What exporting drivers prints. */
export const exportDriversResult = z.object({
  source: z.string(),
  /** The directory on the host; each package is in one of its own below it. */
  to: z.string(),
  drivers: z.array(windowsDriver.extend({ files: z.number() })),
});
export type ExportDriversResult = z.output<typeof exportDriversResult>;

export interface AddDriversToOptions extends EditOptions {
  readonly recurse?: boolean | undefined;
  readonly forceUnsigned?: boolean | undefined;
}

/** Adds drivers to an image in one edit. @param name as `editImage` @param paths as `addDrivers` */
export async function addDriversTo(
  name: string,
  paths: readonly string[],
  options: AddDriversToOptions,
): Promise<AddDriversResult> {
  let drivers: AddedDriver[] = [];
  const { recurse, forceUnsigned, signal, dryRun: steps } = options;
  const result = await editImage(
    name,
    async (session) => {
      const { time, findings } = session;
      drivers = await addDrivers(session, paths, { time, findings, recurse, forceUnsigned, signal, steps });
    },
    options,
  );
  return { ...result, drivers };
}

/** Removes drivers from an image in one edit. @param name as `editImage` @param publishedNames `oem3.inf` ... */
export async function removeDriversFrom(
  name: string,
  publishedNames: readonly string[],
  options: EditOptions,
): Promise<RemoveDriversResult> {
  let drivers: RemovedDriver[] = [];
  const result = await editImage(
    name,
    async (session) => {
      const { time, findings } = session;
      drivers = await removeDrivers(session, publishedNames, { time, findings, steps: options.dryRun });
    },
    options,
  );
  return { ...result, drivers };
}

/**
 * Copies driver packages out of an image.
 *
 * @param names published names, `oem3.inf`; none for all that did not come with Windows
 * @throws AdkError `WINDOWS_NO_HIVE`, `DRIVER_NOT_FOUND`, `DRIVER_NOT_IN_STORE`, `ALREADY_EXISTS`
 */
export async function exportDriversOf(
  source: string,
  names: readonly string[],
  to: string,
  options: ExportDriverOptions = {},
): Promise<ExportDriversResult> {
  return withSource(source, async (volume) => {
    await using hives = await openOfflineHives(volume);
    await requireHive(hives, "SYSTEM");
    const all = await readDrivers(hives);
    const chosen =
      names.length === 0 ? all.filter(({ inbox }) => !inbox) : names.map((name) => findDriver(all, name, source));
    const drivers: ExportDriversResult["drivers"] = [];
    for (const driver of new Set(chosen)) {
      drivers.push({ ...driver, files: await exportDriver(volume, hives, driver, to, options) });
    }
    return { source, to, drivers };
  });
}
