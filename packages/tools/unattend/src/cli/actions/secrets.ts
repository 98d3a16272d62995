import { type Context, type ExitCode, exitCodes, readInput, type Terminal, usageError } from "@adk/cli-kit";
import * as z from "zod";
import { type FoundSecret, findSecrets, secretSchema } from "../../passwords/audit-secrets.ts";
import { hidePassword, type PasswordElement } from "../../passwords/hidden-password.ts";
import { hidePasswords, revealPasswords } from "../../passwords/rewrite-passwords.ts";
import { readAnswerFile, saveEdited } from "../documents.ts";
import type { EditTarget } from "../edit-options.ts";
import { editResult } from "../edit-result.ts";

const secretsResult = z.object({ files: z.array(z.object({ file: z.string(), secrets: z.array(secretSchema) })) });
const rewriteResult = editResult.omit({ changes: true }).extend({
  changed: z.array(z.string()),
  /** Hidden passwords that cannot be revealed; Setup could not read them either. */
  broken: z.array(z.string()),
});

export type RewriteOptions = EditTarget;
export interface EncodeOptions {
  element: PasswordElement;
  env?: string;
}

/** States that somebody should do something about. */
const BAD: readonly FoundSecret["state"][] = ["plain", "broken"];

export async function secrets(
  context: Context,
  names: readonly string[],
  { show }: { show?: boolean },
): Promise<ExitCode> {
  if (show) context.warn("secrets are shown as they are.");
  const files = [];
  for (const name of names) {
    const file = await readAnswerFile(context, name);
    files.push({ file: name, secrets: findSecrets(file, { reveal: show ?? false }) });
  }
  context.output({ files }, { schema: secretsResult, render: renderSecrets });
  return files.some((one) => one.secrets.some(({ state }) => BAD.includes(state))) ? exitCodes.no : exitCodes.done;
}

function renderSecrets({ files }: z.infer<typeof secretsResult>, out: Terminal): void {
  for (const { file, secrets } of files) {
    out.line(out.style("bold", `${file}: ${secrets.length} ${secrets.length === 1 ? "secret" : "secrets"}`));
    const columns = [
      { title: "Line", align: "right" },
      { title: "Kind" },
      { title: "State" },
      { title: "Value" },
      { title: "Setting" },
    ] as const;
    const rows = secrets.map(({ line, kind, state, value, pass, component, path }) => {
      return [line, kind, state, value, `${pass}/${component}/${path}`];
    });
    if (rows.length > 0) out.table(columns, rows);
  }
}

export async function rewrite(
  context: Context,
  name: string,
  what: "hide" | "reveal",
  options: RewriteOptions,
): Promise<ExitCode> {
  if (what === "reveal") context.warn("the passwords will stand readable in the file.");
  const before = await readAnswerFile(context, name);
  const { file, changed, broken } = what === "hide" ? hidePasswords(before) : revealPasswords(before);
  const after = changed.length === 0 ? before : file;
  const saved = await saveEdited(context, before, after, options);
  const goesToOutput = (options.output ?? name) === "-" && !options.dryRun;
  context.output(
    { ...saved, changed: [...changed], broken: [...broken] },
    {
      schema: rewriteResult,
      render: (result, out) => {
        if (goesToOutput) out.text(after.text);
        else for (const path of result.changed) out.line(`${what === "hide" ? "hidden" : "revealed"}: ${path}`);
      },
    },
  );
  if (what === "hide" && saved.backup !== undefined) {
    context.warn(`${saved.backup} still has the readable passwords: delete it once the file is right.`);
  }
  for (const path of broken) context.warn(`cannot be revealed: ${path}`);
  return broken.length > 0 ? exitCodes.no : exitCodes.done;
}

const encodedSchema = z.object({ element: z.string(), value: z.string() });

export async function encode(context: Context, { element, env }: EncodeOptions): Promise<void> {
  const password = env === undefined ? await readPassword(context) : context.env[env];
  if (password === undefined)
    throw usageError("NO_PASSWORD", `The variable ${env} is not set.`, "adk unattend encode-password");
  const result = { element, value: hidePassword(password, element) };
  context.output(result, { schema: encodedSchema, render: ({ value }, out) => out.line(value) });
}

/** Without the line end that `echo` and editors leave. */
async function readPassword(context: Context): Promise<string> {
  return new TextDecoder().decode(await readInput(context, "-")).replace(/\r?\n$/, "");
}
