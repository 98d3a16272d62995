import { resolve } from "node:path";
import { type Command, type Context, formatBytes, type Terminal } from "@adk/cli-kit";
import {
  commitSession,
  discardSession,
  type EditOptions,
  type EditResult,
  editImage,
  editResult,
  openSession,
  readSession,
} from "../servicing/edit-image.ts";
import type { EditSession } from "../servicing/edit-session.ts";
import { putFiles, removePaths } from "../servicing/put-files.ts";
import { counted, sourceIn } from "./names.ts";

/** Sessions, and edits of plain files: `open`, `changes`, `commit`, `discard`, `put`, `remove`. */
export function defineSessionCommands(image: Command): void {
  image
    .command("open <source>")
    .description("Begin a session of edits on a directory or an image (install.wim:6); nothing is mounted or unpacked.")
    .requiredOption("--session <folder>", "where the edits are kept: a new folder")
    .addHelpText("after", SESSION_HELP)
    .run(async (context, source: string, { session }: { session: string }) => {
      const result = await openSession(sourceIn(context, source), resolve(context.cwd, session));
      context.output(result, {
        schema: editResult,
        render: (_, out) =>
          out.line(`The session is open: name ${session} where an image is asked for, then commit it.`),
      });
    });

  image
    .command("changes <session>")
    .description("Tell what a session will change.")
    .run(async (context, session: string) => show(context, await readSession(folderIn(context, session))));

  image
    .command("commit <session>")
    .description("Put the changes of a session into its image: all, or none on an error.")
    .withThreads()
    .withDryRun()
    .run(async (context, session: string, options: EditOptions) =>
      show(context, await commitSession(folderIn(context, session), editOptions(context, options))),
    );

  image
    .command("discard <session>")
    .description("Give the changes of a session up.")
    .run(async (context, session: string) => show(context, await discardSession(folderIn(context, session))));

  image
    .command("put <image> <file> <path>")
    .description("Put a file or directory of the host at a path of an image.")
    .withThreads()
    .withDryRun()
    .run((context, name: string, file: string, path: string, options: EditOptions) =>
      edit(context, name, (session) => putFiles(session, resolve(context.cwd, file), path), options),
    );

  image
    .command("remove <image> <path...>")
    .description("Take files and directories out of an image.")
    .withForce("pass over paths that are not there")
    .withThreads()
    .withDryRun()
    .run((context, name: string, paths: string[], options: EditOptions & { force?: boolean }) =>
      edit(context, name, (session) => removePaths(session, paths, options.force), options),
    );
}

const SESSION_HELP = `
Example: two edits, one change of the file.
  adk image open install.wim:6 --session work
  adk image put work hosts /Windows/System32/drivers/etc/hosts
  adk image remove work /Windows/Web/Wallpaper
  adk image changes work
  adk image commit work
`;

/** Makes edits and prints what they come to: what every command does that changes an image. */
export async function edit(
  context: Context,
  name: string,
  change: (session: EditSession) => Promise<void>,
  options: EditOptions,
): Promise<void> {
  show(context, await editImage(sourceIn(context, name), change, editOptions(context, options)));
}

/** What every command takes that changes an image. */
export function editOptions({ signal, onProgress }: Context, { threads, dryRun }: EditOptions): EditOptions {
  return { signal, onProgress, threads, dryRun };
}

function folderIn(context: Context, folder: string): string {
  return resolve(context.cwd, folder);
}

function show(context: Context, result: EditResult): void {
  context.output(result, { schema: editResult, render: renderEdit });
}

const SIGNS = { add: "+", replace: "=", remove: "-" } as const;
const STATES = {
  committed: "Done",
  kept: "Kept in the session",
  planned: "To be done",
  unchanged: "Nothing to change",
  discarded: "Discarded",
} as const;

/** What changes in an image, and whether it did. */
export function renderEdit({ state, changes, findings }: EditResult, out: Terminal): void {
  for (const { change, path, size } of changes) {
    out.line(`${SIGNS[change]} ${path}${size === undefined ? "" : ` (${formatBytes(size)})`}`);
  }
  out.line(`${STATES[state]}: ${counted(changes.length, "change")}.`);
  out.findings(findings);
}
