import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { FileAccess, limitExceeded, withLimits } from "@adk/core";
import { openOfflineHives } from "@adk/registry";
import * as z from "zod";
import { hostPath } from "../dism/host-path.ts";
import { type AddDriversOptions, type AddedDriver, addDrivers, addedDriver } from "../drivers/add-drivers.ts";
import { readDriverTarget } from "../drivers/driver-target.ts";
import { type EditOptions, editImage, editResult } from "../servicing/edit-image.ts";
import type { EditTarget } from "../servicing/edit-target.ts";
import { checkAnswerFile, PANTHER_ANSWER_FILE } from "./check-answer-file.ts";
import { readOfflineServicing } from "./offline-servicing.ts";

const MOST_BYTES = 2 ** 26;

/** What applying an answer file prints. */
export const applyUnattendResult = editResult.extend({
  /** Where the answer file lies in the image. */
  answerFile: z.string(),
  drivers: z.array(addedDriver),
});
export type ApplyUnattendResult = z.output<typeof applyUnattendResult>;

/**
 * Applies an answer file to an image, as far as that is possible without Windows: the file goes where Windows looks for it, and
 * of the pass offlineServicing the drivers are added, from the directories and all below them. What else the pass asks for
 * becomes findings.
 *
 * @param file on the host; driver paths that are relative are seen from it
 * @throws AdkError `ANSWER_FILE_BAD`, and those of `addDrivers`
 */
export async function applyUnattend(
  target: EditTarget,
  file: string,
  options: AddDriversOptions,
): Promise<AddedDriver[]> {
  const { time, findings } = options;
  const bytes = await readAnswerFile(file);
  const answers = checkAnswerFile(bytes, file, undefined, findings);
  await using hives = await openOfflineHives(target.volume);
  const { architecture } = await readDriverTarget(hives);
  const { driverPaths, others } = readOfflineServicing(answers, architecture);
  await target.addFile(PANTHER_ANSWER_FILE, bytes, time);
  const paths: string[] = [];
  for (const { path, line } of driverPaths) {
    const host = hostPath(path, dirname(file));
    if (await stat(host).catch(() => undefined)) paths.push(host);
    else {
      const message = `The drivers in ${path} are not added: this host has no such directory.`;
      findings.warning("UNATTEND_NOT_DONE", message, { file: `${file}:${line}` });
    }
  }
  for (const { what, line } of others) {
    findings.warning("UNATTEND_NOT_DONE", `It takes Windows itself: ${what}.`, { file: `${file}:${line}` });
  }
  return paths.length === 0 ? [] : addDrivers(target, paths, { ...options, recurse: true });
}

/** Applies an answer file to an image in one edit. @param name as `editImage` */
export async function applyUnattendTo(
  name: string,
  file: string,
  options: EditOptions = {},
): Promise<ApplyUnattendResult> {
  let drivers: AddedDriver[] = [];
  const result = await editImage(
    name,
    async (session) => {
      const { time, findings } = session;
      drivers = await applyUnattend(session, file, { time, findings, signal: options.signal, steps: options.dryRun });
    },
    options,
  );
  return { ...result, answerFile: PANTHER_ANSWER_FILE, drivers };
}

async function readAnswerFile(file: string): Promise<Uint8Array> {
  const access = await FileAccess.open(file);
  try {
    const limits = withLimits({ memoryBytes: MOST_BYTES });
    if (access.size > MOST_BYTES) throw limitExceeded("memoryBytes", access.size, limits, { file });
    return await access.read(0, access.size);
  } finally {
    await access.close();
  }
}
