import { access, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Context, type RunDropIn, readInput } from "@adk/cli-kit";
import { AdkError, AtomicFile, Findings, fromSystemError } from "@adk/core";
import { Analysis } from "../analysis.ts";
import { tellLosses } from "../completeness.ts";
import { decodeEvents } from "../event-lines.ts";
import { type OpenedTrace, openTrace } from "../open-trace.ts";
import { parseRegions, type RegionsFile } from "../regions/parse-regions.ts";
import { regionRange } from "../regions/region-range.ts";
import { WantedRegions } from "../regions/wanted-regions.ts";
import type { TimeRange } from "../time-range.ts";
import { ALL_REGIONS, exportTables } from "../wpaexporter/export-tables.ts";
import { parseWpaExporter, type WpaExporterCommand } from "../wpaexporter/parse-command.ts";
import { parseWpaProfile, regionFilesOf, type TablePreset } from "../wpaexporter/wpa-profile.ts";
import { REGIONS, wpaTableOf } from "../wpaexporter/wpa-tables.ts";

const USAGE = `Usage: adk wpaexporter [-i] trace.etl [-i trace.etl ...] -profile profile.wpaProfile [options]

-delimiter C           between cells: , (default) or another text, \\t for a tab
-prefix TEXT           in front of the names of the files
-outputfolder DIR      where to
-range T1 T2           only this part: nanoseconds, or with a unit: 20ms, 1.5s
-marks A B             only the part between two marks, by their labels
-regionsxml F...       files of regions of interest, beside those that the profile names: for their table, and for
-region NAME           only the part that is the first region of that name
-symbols               names of functions, by _NT_SYMBOL_PATH
-outputformat csv      accepted
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
  const profile = await readInput(context, command.profile);
  const presets = parseWpaProfile(profile, command.profile);
  const regions = await readRegions(command, regionFilesOf(profile, command.profile), context, findings);
  const paths = command.files.map((file) => resolve(cwd, file));
  await using opened = await openTrace(paths, { findings, signal, onProgress });
  const range = await rangeOf(opened, command, regions, findings, context);
  const symbols = command.symbols ? { symbolPath: env["_NT_SYMBOL_PATH"], network: true } : undefined;
  const { delimiter, prefix } = command;
  const operation = { findings, signal, onProgress };
  // As the documents have it: files of regions without a region ask for the table of all.
  const all = command.regionFiles.length > 0 && command.region === undefined && !presets.some(isOfRegions);
  const asked = all ? [...presets, ALL_REGIONS] : presets;
  const tables = await exportTables(opened, asked, { range, regions, delimiter, prefix, symbols, ...operation });
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
  tellLosses(opened.trace, findings);
  for (const { code, message } of findings.list) stderr.line(`Warning: ${message} [${code}]`);
  if (tables.length === 0)
    throw new AdkError("WPA_NO_TABLE", "The profile has no table that can be made.", { file: command.profile });
}

/** Characters that are gathered before they are written. */
const GATHERED = 1 << 16;

function isOfRegions({ kind }: TablePreset): boolean {
  return wpaTableOf(kind)?.name === REGIONS;
}

/** Those that are named, and those beside the profile that it names; of these one that is not there is told. */
async function readRegions(
  { profile = "", regionFiles }: WpaExporterCommand,
  named: readonly string[],
  context: Context,
  findings: Findings,
): Promise<WantedRegions | undefined> {
  const files: RegionsFile[] = [];
  for (const file of regionFiles) files.push({ file, bytes: await readInput(context, file) });
  for (const name of named) {
    const parts = name.split(/[\\/]/);
    const file = join(dirname(profile), ...parts);
    // Of another folder of the machine on which the profile was made, nothing is known.
    const isBeside = !/^[\\/]|^[a-z]:/i.test(name) && !parts.includes("..");
    const isThere =
      isBeside &&
      (await access(resolve(context.cwd, file)).then(
        () => true,
        () => false,
      ));
    if (isThere) files.push({ file, bytes: await readInput(context, file) });
    else findings.warning("WPA_NO_REGIONS", `The file of regions ${name}, which the profile names, is not beside it.`);
  }
  return files.length > 0 ? new WantedRegions(parseRegions(files, findings)) : undefined;
}

async function rangeOf(
  opened: OpenedTrace,
  { range, marks, region }: WpaExporterCommand,
  regions: WantedRegions | undefined,
  findings: Findings,
  context: Context,
): Promise<TimeRange | undefined> {
  if (marks) return between(opened, marks, context);
  if (region === undefined) return range;
  if (!regions) {
    throw new AdkError("WPAEXPORTER_NO_REGIONS", "-region takes -regionsxml, with the file that defines it.", {
      kind: "usage",
    });
  }
  const { signal, onProgress } = context;
  const analysis = await Analysis.with(opened.trace, [regions.collector], { stacks: false, signal, onProgress });
  return regionRange(regions, analysis, region, findings);
}

/** @throws AdkError `WPAEXPORTER_NO_MARK` */
async function between({ trace }: OpenedTrace, marks: readonly [string, string], context: Context): Promise<TimeRange> {
  const { signal, onProgress } = context;
  const times = new Map<string, number>();
  const names = ["Windows Kernel/PerfInfo/Mark"];
  await decodeEvents(
    trace,
    { names, signal, onProgress },
    ({ time, fields }) => {
      const label = String(fields["Message"] ?? "");
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
