import type { LongOperation, Volume } from "@adk/core";
import { openSource } from "@adk/sources";
import { EditSession } from "../servicing/edit-session.ts";
import { SessionFolder } from "../servicing/session-folder.ts";
import { reportWindows, type WindowsPart, type WindowsReport } from "./report.ts";

/** Opens what is looked into: a directory, an image (`install.wim:6`), or one as a session has changed it. */
export async function withSource<Result>(name: string, use: (volume: Volume) => Promise<Result>): Promise<Result> {
  if (await new SessionFolder(name).exists()) {
    await using session = await EditSession.open(name);
    return await use(session.volume);
  }
  await using volume = await openSource(name);
  return await use(volume);
}

/** Reads parts of an offline Windows. @param name see `withSource` */
export async function reportSource(
  name: string,
  parts: readonly WindowsPart[],
  operation: LongOperation = {},
): Promise<WindowsReport> {
  return withSource(name, (volume) => reportWindows(name, volume, parts, operation));
}
