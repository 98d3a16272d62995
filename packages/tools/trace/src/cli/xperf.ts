import { resolve } from "node:path";
import type { Context, RunDropIn } from "@adk/cli-kit";
import { AdkError, AtomicFile, Findings, fromSystemError } from "@adk/core";
import { Analysis } from "../analysis.ts";
import { absentEvents, tellLosses } from "../completeness.ts";
import { openTrace } from "../open-trace.ts";
import type { XperfAction } from "../xperf/action.ts";
import { helpText } from "../xperf/help.ts";
import { mergeTraces } from "../xperf/merge.ts";
import { parseXperf, type XperfCommand } from "../xperf/parse-command.ts";

/** `adk xperf`: xperf's command line on traces that were recorded; exit code 0, or 1 for any failure. */
export const dropIn: RunDropIn = async (argv, context) => {
  const { stdout, stderr } = context;
  try {
    const command = parseXperf(argv);
    if (command.help !== undefined || argv.length === 0) {
      stdout.text(helpText(command.help ?? ""));
      return command.help === undefined ? 1 : 0;
    }
    await run(command, context);
    return 0;
  } catch (thrown) {
    const error = fromSystemError(thrown);
    if (!(error instanceof AdkError)) throw error;
    const place = error.file ?? error.found;
    stderr.line(`xperf: error: ${error.message}${place === undefined ? "" : ` (${place})`}`);
    if (error.hint) stderr.line(error.hint);
    return 1;
  }
};

async function run(command: XperfCommand, context: Context): Promise<void> {
  const { cwd, signal, onProgress, stderr } = context;
  const findings = new Findings();
  if (command.merge) {
    const { files, output, compress } = command.merge;
    const paths = files.map((file) => resolve(cwd, file));
    await mergeTraces(paths, resolve(cwd, output), { compress, findings, signal, onProgress });
  } else {
    if (command.files.length === 0) {
      throw new AdkError("XPERF_NO_INPUT", "No trace was named.", {
        kind: "usage",
        hint: "Usage: adk xperf -i trace.etl [-o out] [-a action]",
      });
    }
    const { stdout } = context;
    const toAll = (bytes: Uint8Array) => stdout.write(bytes);
    await toFile(command.output, cwd, toAll, (write) => runActions(command, context, findings, write));
  }
  if (!command.quiet) for (const finding of findings.list) stderr.line(warningLine(finding).trimEnd());
}

async function runActions(
  command: XperfCommand,
  context: Context,
  findings: Findings,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const { cwd, env, signal, onProgress } = context;
  const paths = command.files.map((file) => resolve(cwd, file));
  await using opened = await openTrace(paths, { signal, onProgress, findings });
  const symbolPath = command.symbols === true ? env["_NT_SYMBOL_PATH"] : command.symbols || undefined;
  const symbols = command.symbols === false ? undefined : { symbolPath, network: true };
  const fileName = command.files[0] as string;
  for (const { action, options, range, output, warnings } of command.calls) {
    const collectors = new Set([...action.collectors, ...(symbols ? (action.functionCollectors ?? []) : [])]);
    using analysis = await Analysis.with(opened.trace, collectors, { range, signal, onProgress });
    const own = warnings === undefined ? findings : new Findings();
    tellAbsence(analysis, action, own);
    const operation = { signal, onProgress, findings: own };
    const facts = { opened, analysis, options, range, target: command.target, symbols, fileName, cwd, operation };
    await toFile(output, cwd, write, (toOwn) => gathered(toOwn, (each) => action.run({ ...facts, write: each })));
    if (warnings === undefined) continue;
    const text = new TextEncoder().encode(own.list.map(warningLine).join(""));
    await toFile(warnings, cwd, write, (toOwn) => toOwn(text));
  }
  // xperf refuses such a trace without -tle; here it is read, and told.
  tellLosses(opened.trace, findings);
}

function warningLine({ code, message }: Findings["list"][number]): string {
  return `xperf: warning: ${message} [${code}]\n`;
}

type Write = (bytes: Uint8Array) => Promise<void>;

/** As xperf does: the output of an earlier run is replaced. */
async function toFile(
  name: string | undefined,
  cwd: string,
  otherwise: Write,
  run: (write: Write) => Promise<void>,
): Promise<void> {
  if (name === undefined) return run(otherwise);
  await using file = await AtomicFile.create(resolve(cwd, name), { overwrite: true });
  await run((bytes) => file.write(bytes));
  await file.commit();
}

function tellAbsence(analysis: Analysis, { name, needs = [] }: XperfAction, findings: Findings): void {
  const keywords = absentEvents(analysis, needs).map(({ keyword }) => keyword);
  if (keywords.length === 0) return;
  const names = new Intl.ListFormat("en-US", { type: "disjunction" }).format(new Set(keywords));
  findings.warning("XPERF_NOT_RECORDED", `Nothing of ${name} was recorded: it takes the keyword ${names}.`);
}

/** Characters that are gathered before they are written. */
const GATHERED = 1 << 16;

async function gathered(
  write: (bytes: Uint8Array) => Promise<void>,
  run: (write: (piece: string | Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  const encoder = new TextEncoder();
  let text = "";
  const flush = async () => {
    if (text === "") return;
    const bytes = encoder.encode(text);
    text = "";
    await write(bytes);
  };
  await run(async (piece) => {
    if (typeof piece !== "string") {
      await flush();
      await write(piece);
      return;
    }
    text += piece;
    if (text.length >= GATHERED) await flush();
  });
  await flush();
}
