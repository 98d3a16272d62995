import { resolve } from "node:path";
import { type Context, type RunDropIn, readInput } from "@adk/cli-kit";
import { AdkError, fromSystemError } from "@adk/core";
import { type Confirm, regAdd, regCopy, regDelete, regExport, regImport } from "../registry/reg/change.ts";
import { regCompare } from "../registry/reg/compare.ts";
import { regHelp } from "../registry/reg/help.ts";
import { RegHives } from "../registry/reg/hives.ts";
import { parseReg, type RegCommandLine } from "../registry/reg/parse.ts";
import { regQuery } from "../registry/reg/query.ts";
import { sourceIn } from "./names.ts";

const SUCCESS = "The operation completed successfully.";

/** `adk reg`: the command line, layout and exit codes of reg.exe, on hive files. */
export const dropIn: RunDropIn = async (argv, context) => {
  try {
    const request = parseReg(argv);
    if (request.kind === "command") return await run(request, context);
    context.stdout.text(`${regHelp(request.verb)}\n`);
    return 0;
  } catch (thrown) {
    const error = fromSystemError(thrown);
    if (!(error instanceof AdkError)) throw error;
    context.stderr.line(`ERROR: ${error.message}`);
    for (const [label, detail] of [
      ["File", error.file],
      ["Found", error.found],
      ["Expected", error.expected],
    ] as const) {
      if (detail !== undefined) context.stderr.line(`${label}: ${detail}`);
    }
    if (error.hint !== undefined) context.stderr.line(error.hint);
    return 1;
  }
};

async function run(line: RegCommandLine, context: Context): Promise<number> {
  const say = (text: string) => {
    for (const each of text.split("\n")) context.stdout.line(each);
  };
  const view = line.flags.has("reg:32") ? "32" : line.flags.has("reg:64") ? "64" : undefined;
  await using hives = new RegHives(line.hives, view, (name) => sourceIn(context, name));
  const confirm: Confirm = (question) => askUser(context, question);
  switch (line.verb) {
    case "query": {
      const { text, found } = await regQuery(line, hives);
      say(text);
      return found === 0 ? 1 : 0;
    }
    case "compare": {
      const { text, equal } = await regCompare(line, hives);
      say(`${text}\n${SUCCESS}`);
      return equal ? 0 : 2;
    }
    case "add":
      await regAdd(line, hives, confirm);
      break;
    case "delete":
      await regDelete(line, hives, confirm);
      break;
    case "copy":
      await regCopy(line, hives, confirm);
      break;
    case "export":
      await regExport(line, hives, resolve(context.cwd, line.words[1] as string));
      break;
    case "import":
      await regImport(line, hives, await readInput(context, line.words[0] as string));
  }
  say(SUCCESS);
  return 0;
}

async function askUser({ stdout, stdin }: Context, question: string): Promise<boolean> {
  stdout.text(`${question} `);
  let answer = "";
  for await (const bytes of stdin) {
    answer += new TextDecoder().decode(bytes);
    if (answer.includes("\n")) break;
  }
  return /^\s*y(es)?\s*$/i.test(answer.split("\n")[0] ?? "");
}
