import type { LongOperation } from "@adk/core";
import { openSource } from "@adk/sources";
import { EditSession } from "../servicing/edit-session.ts";
import { SessionFolder } from "../servicing/session-folder.ts";
import { reportWindows, type WindowsPart, type WindowsReport } from "./report.ts";

/** Reads parts of an offline Windows: in a directory, an image (`install.wim:6`), or as a session has changed it. */
export async function reportSource(
  name: string,
  parts: readonly WindowsPart[],
  operation: LongOperation = {},
): Promise<WindowsReport> {
  if (await new SessionFolder(name).exists()) {
    await using session = await EditSession.open(name);
    return reportWindows(name, session.volume, parts, operation);
  }
  await using volume = await openSource(name);
  return reportWindows(name, volume, parts, operation);
}
