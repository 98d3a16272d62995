import { resolve } from "node:path";
import { type Command, type Context, formatBytes, type Terminal, wholeNumber } from "@adk/cli-kit";
import { appendWim, type CaptureWimOptions, captureWim } from "../capture-wim.ts";
import { type ExportWimOptions, exportWim } from "../export-wim.ts";
import type { WimCaptureResult, WimExportResult } from "../schemas.ts";
import { counted, REFERENCES, sourceIn } from "./names.ts";
import { wimResults } from "./results.ts";

/** What commander gives: names of options as they are typed. */
interface FormOptions {
  compress?: "none" | "xpress" | "lzx" | "lzms";
  chunkSize?: number;
  level?: "fast" | "default" | "max";
  check?: boolean;
  force?: boolean;
  ref?: string[];
}

/** `capture`, `append` and `export`. */
export function defineWriteCommands(wim: Command): void {
  withImageOptions(withForm(wim.command("capture <source> <out>")))
    .description("Capture a directory (or an image of another file) into a new file.")
    .withForce()
    .run(async (context, source: string, out: string, options: FormOptions & CaptureWimOptions) => {
      const result = await captureWim(
        sourceIn(context, source),
        resolve(context.cwd, out),
        captureOptions(context, options),
      );
      context.output(result, {
        schema: wimResults.wimCaptureResult,
        render: (captured, to) => renderCapture(out, captured, to),
      });
    });

  withImageOptions(wim.command("append <source> <file>"))
    .description("Capture a directory as a further image of a file. The file is safe whatever happens meanwhile.")
    .addOption(level(wim))
    .withThreads()
    .run(async (context, source: string, file: string, options: FormOptions & CaptureWimOptions) => {
      const result = await appendWim(
        sourceIn(context, source),
        resolve(context.cwd, file),
        captureOptions(context, options),
      );
      context.output(result, {
        schema: wimResults.wimCaptureResult,
        render: (captured, to) => renderCapture(file, captured, to),
      });
    });

  withForm(wim.command("export <source> <out>"))
    .description("Copy images (FILE:INDEX, FILE:NAME, FILE:all) into a new file, or add them to one that is there.")
    .option("--name <text>", "new name of the image")
    .option("--description <text>", "new description of the image")
    .option("--boot", "make the image the one to boot")
    .option("--recompress", "compress again what could be copied as it is stored")
    .option(...REFERENCES)
    .withForce("replace the target instead of adding to it")
    .run(async (context, source: string, out: string, options: FormOptions & ExportWimOptions) => {
      const result = await exportWim(sourceIn(context, source), resolve(context.cwd, out), fromForm(context, options));
      context.output(result, {
        schema: wimResults.wimExportResult,
        render: (exported, to) => renderExport(out, exported, to),
      });
    });
}

/** How a new file is stored. */
function withForm(command: Command): Command {
  return command
    .addOption(
      command
        .createOption("--compress <type>", "compression (default: xpress; of an export: as the source)")
        .choices(["none", "xpress", "lzx", "lzms"]),
    )
    .addOption(level(command))
    .option(
      "--chunk-size <bytes>",
      "uncompressed bytes of a chunk (default: 32768, all that Windows reads; of a solid file 64 MiB)",
      wholeNumber(4096, 2 ** 26),
    )
    .option("--solid", "compress all data together, as an ESD (default where OUT ends with .esd)")
    .option("--check", "write an integrity table")
    .withThreads();
}

function level(command: Command) {
  return command.createOption("--level <level>", "speed or size").choices(["fast", "default", "max"]);
}

function withImageOptions(command: Command): Command {
  return command
    .option("--name <text>", "name of the image (default: the name of the source)")
    .option("--description <text>", "description of the image")
    .option("--flags <edition>", "edition id, as Professional")
    .option("--config <file>", "a WimScript.ini that says what to leave out")
    .option("--boot", "make the image the one to boot")
    .option("--no-rpfix", "keep absolute targets of links as they are");
}

/** Options of a capture; paths are seen from where the command runs. */
function captureOptions(context: Context, options: FormOptions & CaptureWimOptions): CaptureWimOptions {
  const config = options.config && resolve(context.cwd, options.config);
  return { ...fromForm(context, options), config };
}

function fromForm<Options extends FormOptions>(context: Context, { compress, check, force, ref, ...rest }: Options) {
  const { signal, onProgress } = context;
  return { ...rest, compression: compress, integrity: check, overwrite: force, references: ref, signal, onProgress };
}

function renderCapture(name: string, result: WimCaptureResult, out: Terminal): void {
  const shared = result.bytes - result.newBytes;
  out.facts({
    Image: `${name}:${result.index} "${result.name}"`,
    Content: `${counted(result.files, "file")}, ${counted(result.directories, "directory", "directories")}, ${formatBytes(result.bytes)}`,
    "Already there": shared > 0 ? formatBytes(shared) : undefined,
    Stored: `${formatBytes(result.storedBytes)}${percent(result.storedBytes, result.newBytes)}`,
  });
  out.findings(result.findings);
}

function percent(part: number, whole: number): string {
  return whole > 0 ? ` (${((100 * part) / whole).toFixed(1)} %)` : "";
}

function renderExport(name: string, { images, findings }: WimExportResult, out: Terminal): void {
  out.table(
    [{ title: "Source" }, { title: "Image" }, { title: "Copied" }, { title: "Recompressed" }, { title: "Shared" }],
    images.map((image) => [
      image.sourceIndex,
      `${name}:${image.index}`,
      image.copied,
      image.recompressed,
      image.shared,
    ]),
  );
  out.findings(findings);
}
