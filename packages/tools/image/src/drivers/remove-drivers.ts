import type { Findings } from "@adk/core";
import * as z from "zod";
import type { EditTarget } from "../servicing/edit-target.ts";
import { RegistryEdits } from "../servicing/registry-edits.ts";
import { applyDriverOperations } from "./apply-operations.ts";
import { describeOperation } from "./describe-operation.ts";
import { windowsDriver } from "./driver-report.ts";
import { planRemoveDriver } from "./plan-remove-driver.ts";

/** A driver that was removed. */
export const removedDriver = windowsDriver.extend({
  /** Each step in the image, one a line; told where nothing is done yet. */
  steps: z.array(z.string()).optional(),
});
export type RemovedDriver = z.output<typeof removedDriver>;

export interface RemoveDriversOptions {
  /** FILETIME of what changes. */
  readonly time: bigint;
  readonly findings: Findings;
  /** Tell each step. */
  readonly steps?: boolean | undefined;
}

/**
 * Removes drivers that were added to an image: all of them, or none where one cannot be removed.
 *
 * @param publishedNames `oem3.inf` ...
 * @throws AdkError `DRIVER_INBOX`, `DRIVER_NOT_FOUND`, `WINDOWS_NO_HIVE`
 */
export async function removeDrivers(
  target: EditTarget,
  publishedNames: readonly string[],
  { time, findings, steps = false }: RemoveDriversOptions,
): Promise<RemovedDriver[]> {
  const removed: RemovedDriver[] = [];
  await using edits = await RegistryEdits.open(target, time);
  for (const name of publishedNames) {
    const plan = await planRemoveDriver(edits.edited, name);
    for (const finding of plan.findings.list) findings.add(finding);
    await applyDriverOperations(plan.operations, target, edits);
    removed.push({ ...plan.driver, ...(steps && { steps: plan.operations.map(describeOperation) }) });
  }
  await edits.flush();
  return removed;
}
