import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { type Context, type RunDropIn, readInput } from "@adk/cli-kit";
import { AdkError, AtomicFile, Findings, fromSystemError } from "@adk/core";
import { decodeEvents } from "../event-lines.ts";
import { type OpenedTrace, openTrace } from "../open-trace.ts";
import type { TimeRange } from "../time-range.ts";
import { exportTables } from "../wpaexporter/export-tables.ts";
import { parseWpaExporter, type WpaExporterCommand } from "../wpaexporter/parse-command.ts";
import { parseWpaProfile } from "../wpaexporter/wpa-profile.ts";

const USAGE = `Usage: adk wpaexporter [-i] trace.etl [-i trace.etl ...] -profile profile.wpaProfile [options]

-delimiter C           between cells: , (default) or another text, \\t for a tab
-prefix TEXT           in front of the names of the files
-outputfolder DIR      where to
-range T1 T2           only this part: nanoseconds, or with a unit: 20ms, 1.5s
-marks A B             only the part between two marks, by their labels
-symbols               names of functions, by _NT_SYMBOL_PATH
-tle -tti              accepted: traces with lost events and inverted times are read in any case
`;

/** `adk wpaexporter`: the tables of a profile as files; exit code 0, or 1 for any failure. */
export const dropIn: RunDropIn = async (argv, context) => {
  const { stdout, stderr } = context;
  try {
    const command = parseWpaExporter(argv);
    if (command.help || argv.length === 0) {
      stdout.text(USAGE);
      return command.help ? 0 : 1;
    }
    await run(command, context);
    return 0;
  } catch (thrown) {
    const error = fromSystemError(thrown);
    if (!(error instanceof AdkError)) throw error;
    const place = error.file ?? error.found;
    stderr.line(`Error: ${error.message}${place === undefined ? "" : ` (${place})`}`);
    if (error.hint) stderr.line(error.hint);
    return 1;
  }
};

async function run(command: WpaExporterCommand, context: Context): Promise<void> {
  const { cwd, env, signal, onProgress, stderr, stdout } = context;
  if (command.profile === undefined || command.files.length === 0) {
    throw new AdkError("WPAEXPORTER_NO_INPUT", "A trace (-i) and a profile (-profile) must be named.", {
      kind: "usage",
    });
  }
  const findings = new Findings();
  const presets = parseWpaProfile(await readInput(context, command.profile), command.profile);
  const paths = command.files.map((file) => resolve(cwd, file));
  await using opened = await openTrace(paths, { findings, signal, onProgress });
  const range = command.marks ? await between(opened, command.marks, context) : command.range;
  const symbols = command.symbols ? { symbolPath: env["_NT_SYMBOL_PATH"], network: true } : undefined;
  const { delimiter, prefix } = command;
  const tables = await exportTables(opened, presets, {
    range,
    delimiter,
    prefix,
    symbols,
    findings,
    signal,
    onProgress,
  });
  const folder = resolve(cwd, command.outputFolder);
  await mkdir(folder, { recursive: true });
  for (const { fileName, lines } of tables) {
    // As wpaexporter does: a file of an earlier export is replaced.
    await using file = await AtomicFile.create(resolve(folder, fileName), { overwrite: true });
    let text = "";
    for (const line of lines) {
      text += line;
      if (text.length < GATHERED) continue;
      await file.write(new TextEncoder().encode(text));
      text = "";
    }
    await file.write(new TextEncoder().encode(text));
    await file.commit();
    stdout.line(`Exported: ${fileName}`);
  }
  for (const { code, message } of findings.list) stderr.line(`Warning: ${message} [${code}]`);
  if (tables.length === 0)
    throw new AdkError("WPA_NO_TABLE", "The profile has no table that can be made.", { file: command.profile });
}

/** Characters that are gathered before they are written. */
const GATHERED = 1 << 16;

/** @throws AdkError `WPAEXPORTER_NO_MARK` */
async function between({ trace }: OpenedTrace, marks: readonly [string, string], context: Context): Promise<TimeRange> {
  const { signal, onProgress } = context;
  const times = new Map<string, number>();
  const names = ["Windows Kernel/PerfInfo/Mark"];
  await decodeEvents(
    trace,
    { names, signal, onProgress },
    ({ time, text }) => {
      const label = text["Message"] ?? "";
      if (!times.has(label)) times.set(label, time);
    },
    async () => {},
  );
  const [from, to] = marks.map((mark) => {
    const time = times.get(mark);
    if (time === undefined) throw new AdkError("WPAEXPORTER_NO_MARK", "The trace has no such mark.", { found: mark });
    return time;
  });
  return { from: from as number, to: to as number };
}
