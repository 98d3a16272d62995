import { finding } from "@adk/cli-kit/schemas";
import { Findings, type LongOperation } from "@adk/core";
import * as z from "zod";
import { EditSession } from "./edit-session.ts";
import { SessionFolder } from "./session-folder.ts";

export interface EditOptions extends LongOperation {
  /** Tell what would change, and change nothing. */
  readonly dryRun?: boolean | undefined;
  /** FILETIME of what is changed. Default: now, or SOURCE_DATE_EPOCH. */
  readonly time?: bigint | undefined;
  readonly threads?: number | undefined;
}

/** What commands print that change an image. */
export const editResult = z.object({
  /** What was named: a directory, an image in a WIM file, or the folder of a session. */
  source: z.string(),
  /** `committed` is in the image; `kept` in the session, until that is committed. */
  state: z.enum(["committed", "kept", "planned", "unchanged", "discarded"]),
  changes: z.array(
    z.object({ change: z.enum(["add", "replace", "remove"]), path: z.string(), size: z.number().optional() }),
  ),
  findings: z.array(finding),
});
export type EditResult = z.output<typeof editResult>;

/**
 * Opens what is named, makes the edits, and commits them at once; those of a session that is kept in a folder stay there
 * until it is committed.
 *
 * @param name a directory, `install.wim:6`, or the folder of a session
 */
export async function editImage(
  name: string,
  edit: (session: EditSession) => Promise<void>,
  options: EditOptions = {},
): Promise<EditResult> {
  const findings = new Findings();
  await using session = await EditSession.open(name, { findings, time: options.time });
  await edit(session);
  const changes = await session.differences();
  const result = { source: name, changes, findings: findings.list };
  if (options.dryRun) return { ...result, state: "planned" };
  if (session.folder !== undefined) {
    await session.save(options);
    return { ...result, state: "kept" };
  }
  if (changes.length === 0) return { ...result, state: "unchanged" };
  await session.commit(options);
  return { ...result, state: "committed" };
}

/** Begins a session in a folder. */
export async function openSession(source: string, folder: string): Promise<EditResult> {
  const findings = new Findings();
  await using session = await EditSession.create(source, folder, { findings });
  return { source: session.source, state: "kept", changes: [], findings: findings.list };
}

/** What a session will change. */
export async function readSession(folder: string): Promise<EditResult> {
  return commitSession(folder, { dryRun: true });
}

/** Puts the changes of a session into its image; then the session is over, unless it is to be kept for further ones. */
export async function commitSession(
  folder: string,
  options: EditOptions & { keep?: boolean } = {},
): Promise<EditResult> {
  await new SessionFolder(folder).readState();
  const findings = new Findings();
  await using session = await EditSession.open(folder, { findings, time: options.time });
  const result = { source: session.source, changes: await session.differences(), findings: findings.list };
  if (options.dryRun) return { ...result, state: "planned" };
  await session.commit(options);
  if (options.keep) await openSession(session.source, folder);
  return { ...result, state: "committed" };
}

/** Gives a session up, whatever became of its image. */
export async function discardSession(folder: string): Promise<EditResult> {
  const session = new SessionFolder(folder);
  const { source } = await session.readState();
  await session.remove();
  return { source, state: "discarded", changes: [], findings: [] };
}
