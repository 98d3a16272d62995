import { basename, resolve } from "node:path";
import { type Command, type Context, formatBytes, usageError } from "@adk/cli-kit";
import { AtomicFile, type Findings } from "@adk/core";
import { tellLosses } from "../completeness.ts";
import { PROFILE_FORMATS } from "../exports/export-formats.ts";
import { EXPORT_TABLES, exportSource } from "../exports/export-source.ts";
import type { Piece } from "../exports/pieces.ts";
import { sampleTable } from "../exports/sample-table.ts";
import { TABLE_FORMATS } from "../exports/table-formats.ts";
import { traceExportResult, writeExport } from "../exports/write-export.ts";
import { TABLES } from "../tables/tables.ts";
import { analyzeFiles, RANGE_OPTION, type RangeOption } from "./open.ts";
import { profileOptions, type SymbolFlags, withSymbolOptions } from "./symbol-options.ts";

interface ExportOptions extends RangeOption, SymbolFlags {
  readonly format: string;
  readonly output: string;
  readonly table?: string;
  readonly force?: boolean;
}

const FORMATS = [...PROFILE_FORMATS, ...TABLE_FORMATS].map(({ name }) => name);

/** `adk trace export`: stacks and tables as the files of other tools. */
export function defineExportCommand(trace: Command): void {
  const command = trace.command("export <file...>");
  const tables = TABLES.map(({ name }) => name);
  command
    .description("Write the stacks of the profiler's samples, or a table, as a file of another tool.")
    .addOption(command.createOption("--format <format>", "of what").choices(FORMATS).makeOptionMandatory())
    .requiredOption("-o, --output <file>", "the file to write; - for standard output")
    .addOption(
      command.createOption("--table <name>", "for parquet, csv, jsonl: a table, not the samples").choices(tables),
    )
    .option(...RANGE_OPTION)
    .withForce();
  withSymbolOptions(command).run(async (context, files: string[], options: ExportOptions) => {
    const { output, format, force } = options;
    checkOptions(command, options);
    if (output === "-") {
      const { findings } = await exportTo(context, files, options, context.stdout);
      for (const { code, message } of findings.list) context.warn(`${code}: ${message}`);
      return;
    }
    await using file = await AtomicFile.create(resolve(context.cwd, output), { overwrite: force });
    const { bytes, findings } = await exportTo(context, files, options, file);
    await file.commit();
    context.output(
      { file: output, format, bytes, findings: [...findings.list] },
      {
        schema: traceExportResult,
        render: (result, out) => {
          out.line(`${result.file}: ${result.format}, ${formatBytes(result.bytes)}`);
          out.findings(result.findings);
        },
      },
    );
  });
}

function checkOptions(command: Command, { format, table, process }: ExportOptions): void {
  if (table === undefined) return;
  if (!TABLE_FORMATS.some(({ name }) => name === format)) {
    throw usageError("TABLE_FORMAT", `A table cannot be written as ${format}.`, command.path);
  }
  if (process !== undefined) throw usageError("TABLE_PROCESS", "A table is of all processes.", command.path);
}

interface Target {
  write(bytes: Uint8Array): Promise<void>;
}

async function exportTo(
  context: Context,
  files: readonly string[],
  options: ExportOptions,
  target: Target,
): Promise<{ readonly bytes: number; readonly findings: Findings }> {
  const { signal, onProgress } = context;
  const table = TABLES.find(({ name }) => name === options.table);
  const { analysis, findings } = await analyzeFiles(context, files, table ? [table] : EXPORT_TABLES, {
    ...options,
    stacks: !table,
  });
  tellLosses(analysis.model.trace, findings);
  const write = async (pieces: Iterable<Piece>, gzip?: boolean) => ({
    bytes: await writeExport(pieces, { write: (bytes) => target.write(bytes) }, { gzip, signal }),
    findings,
  });
  const tableFormat = TABLE_FORMATS.find(({ name }) => name === options.format);
  if (table && tableFormat) return write(tableFormat.pieces({ ...table, rows: () => table.rows(analysis) }));
  const name = files.map((file) => basename(file)).join(", ");
  const source = await exportSource(analysis, name, { ...profileOptions(options), findings, signal, onProgress });
  if (source.profile.samples.length === 0) {
    findings.warning(
      "TRACE_NO_SAMPLES",
      "There are no samples of the profiler: the keyword SampledProfile records them.",
    );
  }
  if (tableFormat) return write(tableFormat.pieces(sampleTable(source)));
  const format = PROFILE_FORMATS.find(({ name }) => name === options.format);
  return write(format?.pieces(source) ?? [], format?.gzip);
}
