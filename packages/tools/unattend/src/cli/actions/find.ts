import { resolve } from "node:path";
import { type Context, type ExitCode, exitCodes, usageError } from "@adk/cli-kit";
import { formatSourceName, parseSourceName } from "@adk/core";
import { openSource } from "@adk/sources";
import type { Pass } from "../../catalog/passes.ts";
import { type Drive, findAnswerFile, searchSchema } from "../../explain/find-answer-file.ts";

export interface FindOptions {
  pass: Pass;
  drive?: string[];
  removable?: string[];
  readOnly?: string[];
  windows?: string;
  setup?: string;
  inWindows?: boolean;
  registry?: string;
}

export async function find(context: Context, options: FindOptions): Promise<ExitCode> {
  const { pass, windows, setup, registry, inWindows } = options;
  await using opened = new AsyncDisposableStack();
  const drives: Drive[] = [];
  const add = async (texts: readonly string[] | undefined, kind: Drive["kind"]) => {
    for (const text of texts ?? []) {
      const [, letter, source] = /^([A-Za-z])=(.+)$/s.exec(text) ?? [];
      if (letter === undefined || source === undefined) {
        throw usageError("BAD_DRIVE", `${JSON.stringify(text)} is not of the form C=SOURCE.`, "adk unattend find");
      }
      const name = parseSourceName(source);
      const volume = opened.use(await openSource(formatSourceName({ ...name, path: resolve(context.cwd, name.path) })));
      drives.push({ letter: letter.toUpperCase(), kind, volume });
    }
  };
  await add(options.drive, "fixed");
  await add(options.removable, "removable");
  await add(options.readOnly, "read-only");
  if (drives.length === 0)
    throw usageError("NO_DRIVE", "Give at least one drive: --read-only D=DIR.", "adk unattend find");
  const place = { drives, windows, setup, registry, fromWindowsPE: inWindows !== true };
  const result = await findAnswerFile(place, pass);
  context.output(result, {
    schema: searchSchema,
    render: ({ found, candidates }, out) => {
      const columns = [
        { title: "Step", align: "right" },
        { title: "File" },
        { title: "State" },
        { title: "Why" },
      ] as const;
      const shown = candidates.filter(({ state }) => state !== "missing");
      if (shown.length > 0)
        out.table(
          columns,
          shown.map(({ step, path, state, reason }) => [step, path, state, reason]),
        );
      out.line(found === null ? `Setup finds no answer file for ${pass}.` : `Setup takes ${out.style("bold", found)}.`);
      out.line(`${candidates.length} places were looked at.`);
    },
  });
  return result.found === null ? exitCodes.no : exitCodes.done;
}
