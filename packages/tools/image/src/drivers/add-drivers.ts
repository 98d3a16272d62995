import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  AdkError,
  childPath,
  type EntrySource,
  type Findings,
  fromSystemError,
  type LongOperation,
  throwIfCancelled,
} from "@adk/core";
import type { InfTarget } from "@adk/inf";
import * as z from "zod";
import type { EditTarget } from "../servicing/edit-target.ts";
import { RegistryEdits } from "../servicing/registry-edits.ts";
import { applyDriverOperations } from "./apply-operations.ts";
import { describeOperation } from "./describe-operation.ts";
import { readDriverPackage } from "./driver-package.ts";
import { readDriverStore } from "./driver-store.ts";
import { readDriverTarget } from "./driver-target.ts";
import { type FoundPackage, findDriverPackages } from "./find-packages.ts";
import { packageSignature } from "./package-signature.ts";
import { type AddDriverPlan, planAddDriver } from "./plan-add-driver.ts";

/** What became of a driver that was to be added. */
export const addedDriver = z.object({
  /** The INF file on the host. */
  from: z.string(),
  publishedName: z.string(),
  /** Directory in the driver store. */
  packageName: z.string(),
  /**
   * `installed`: Windows starts with it. `staged`: it is in the driver store, and installed when Windows meets its device.
   * `present`: the image had it already.
   */
  state: z.enum(["installed", "staged", "present"]),
  provider: z.string().optional(),
  version: z.string().optional(),
  bootCritical: z.boolean(),
  signature: packageSignature.shape.state,
  signer: z.string().optional(),
  /** Hardware and compatible identifiers that it is for. */
  deviceIds: z.number(),
  /** Each step in the image, one a line; told where nothing is done yet. */
  steps: z.array(z.string()).optional(),
});
export type AddedDriver = z.output<typeof addedDriver>;

export interface AddDriversOptions extends LongOperation {
  /** FILETIME of the import. */
  readonly time: bigint;
  readonly findings: Findings;
  /** Look for INF files in directories below too. */
  readonly recurse?: boolean | undefined;
  /** Add drivers that are not signed, or not soundly. A 64-bit Windows does not load them unless it was told to. */
  readonly forceUnsigned?: boolean | undefined;
  /** Tell each step. */
  readonly steps?: boolean | undefined;
}

/** Of an INF that was only found, and is not that of a driver for this Windows. */
const PASSED_OVER = new Set(["DRIVER_NOT_A_DRIVER", "DRIVER_NOT_FOR_WINDOWS"]);

/**
 * Adds drivers of the host to an image: all of them, or none where one cannot be added. An INF file that is not for this Windows
 * is passed over, and told, where its directory was named; it is refused where it was named itself.
 *
 * @param paths INF files, or directories of them
 * @throws AdkError `DRIVER_NO_INF`, `DRIVER_UNSIGNED`, `DRIVER_FILE_MISSING`, `DRIVER_NOT_FOR_WINDOWS`, `DRIVER_NOT_A_DRIVER` ...
 */
export async function addDrivers(
  target: EditTarget,
  paths: readonly string[],
  options: AddDriversOptions,
): Promise<AddedDriver[]> {
  const added: AddedDriver[] = [];
  await using edits = await RegistryEdits.open(target, options.time);
  const windows = await readDriverTarget(edits.registry);
  for (const path of paths) {
    const isDirectory = await isHostDirectory(path);
    const directory = isDirectory ? path : dirname(path);
    const entries = await target.openHost(directory);
    const inside = isDirectory ? "/" : childPath("/", basename(path));
    const refused: AdkError[] = [];
    let count = 0;
    for (const found of await findDriverPackages(entries.volume, inside, options)) {
      throwIfCancelled(options);
      try {
        const plan = await addDriver(found, entries, windows, target, edits, options);
        added.push(describeAdded(plan, join(directory, found.inf.path), options.steps));
        count++;
      } catch (error) {
        if (!isDirectory || !(error instanceof AdkError) || !PASSED_OVER.has(error.code)) {
          throw withHostPath(error, directory, found);
        }
        refused.push(error);
        const message = `The INF file is passed over: ${error.message}`;
        const where = { file: join(directory, found.inf.path) };
        options.findings.add({ severity: "info", code: error.code, message, where });
      }
    }
    if (count === 0) throw nothingFits(path, refused);
  }
  await edits.flush();
  return added;
}

async function addDriver(
  { folder, inf }: FoundPackage,
  entries: EntrySource,
  windows: InfTarget,
  target: EditTarget,
  edits: RegistryEdits,
  { findings, time, forceUnsigned }: AddDriversOptions,
): Promise<AddDriverPlan> {
  const includes = { volume: target.volume, directory: `${edits.registry.windows}/INF` };
  const driver = await readDriverPackage(folder, inf, windows, { includes });
  // Numbers, tags and names that the drivers before took are seen: the registry is read as they left it.
  const store = await readDriverStore(edits.edited, target.volume);
  const plan = await planAddDriver(driver, store, { time, forceUnsigned });
  for (const finding of driver.findings.list) findings.add(finding);
  await applyDriverOperations(plan.operations, target, edits, { entries, path: folder.path });
  return plan;
}

function describeAdded(plan: AddDriverPlan, from: string, steps = false): AddedDriver {
  const { present, bootCritical, publishedName, packageName, deviceIds, operations } = plan;
  const { version, signature } = plan.package;
  return {
    from,
    publishedName,
    packageName,
    state: present ? "present" : bootCritical ? "installed" : "staged",
    provider: version.provider,
    version: version.driverVersion?.join("."),
    bootCritical,
    signature: signature.state,
    signer: signature.signer,
    deviceIds: deviceIds.length,
    ...(steps && { steps: operations.map(describeOperation) }),
  };
}

async function isHostDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw fromSystemError(error, path);
  }
}

/** An error of a driver says which of several it was. */
function withHostPath(error: unknown, directory: string, { inf }: FoundPackage): unknown {
  if (!(error instanceof AdkError) || error.kind === "cancelled" || error.kind === "environment") return error;
  return new AdkError(error.code, error.message, { ...error.toJSON(), file: join(directory, inf.path), cause: error });
}

function nothingFits(path: string, [first, ...others]: readonly AdkError[]): AdkError {
  return new AdkError("DRIVER_NOT_FOR_WINDOWS", "No driver in the directory is for this Windows.", {
    file: path,
    expected: first?.expected,
    found: `${others.length + 1} INF files for others`,
  });
}
