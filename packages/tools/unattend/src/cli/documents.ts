import { resolve } from "node:path";
import { type Context, readInput } from "@adk/cli-kit";
import { AdkError, AtomicFile, check } from "@adk/core";
import { AnswerFile } from "../document/answer-file.ts";
import type { EditTarget } from "./edit-options.ts";
import type { EditResult } from "./edit-result.ts";

/** Reads what should be an answer file, `-` for standard input: for commands that tell what is wrong with it. */
export async function readDocument(context: Context, name: string): Promise<AnswerFile> {
  return AnswerFile.parse(await readInput(context, name), { file: name });
}

/** Reads an answer file, `-` for standard input. @throws AdkError `UNATTEND_NO_ROOT` for a file of another kind */
export async function readAnswerFile(context: Context, name: string): Promise<AnswerFile> {
  const file = await readDocument(context, name);
  const root = file.root?.local;
  check(root === "unattend", () => {
    return new AdkError("UNATTEND_NO_ROOT", "This is no answer file.", {
      file: name,
      expected: "<unattend>",
      found: root === undefined ? "no element" : `<${root.slice(0, 64)}>`,
      hint: `All that is wrong with it: adk unattend validate ${name}`,
    });
  });
  return file;
}

/** Writes a file, complete or not at all. @throws AdkError `ALREADY_EXISTS` without `force` */
export async function writeFile(context: Context, name: string, bytes: Uint8Array, force?: boolean): Promise<void> {
  await using file = await AtomicFile.create(resolve(context.cwd, name), { overwrite: force });
  await file.write(bytes);
  await file.commit();
}

/**
 * Puts an edited file in the place of the old one, of which a copy stays beside it (`unattend.xml.bak`), or where `output` says. What was read
 * from standard input goes to standard output.
 */
export async function saveEdited(
  context: Context,
  before: AnswerFile,
  after: AnswerFile,
  { output, dryRun, force }: EditTarget,
): Promise<Omit<EditResult, "changes">> {
  const file = before.file ?? "-";
  const place = output ?? file;
  const unchanged = after === before && output === undefined;
  if (dryRun || unchanged || place === "-") return { file, written: null };
  if (output !== undefined) {
    await writeFile(context, output, after.toBytes(), force);
    return { file, written: output };
  }
  const backup = `${file}.bak`;
  await writeFile(context, backup, before.toBytes(), true);
  await writeFile(context, file, after.toBytes(), true);
  return { file, written: file, backup };
}
