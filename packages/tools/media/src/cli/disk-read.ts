import { resolve } from "node:path";
import { type Command, type Context, exitCodes, formatBytes, type Terminal, usageError } from "@adk/cli-kit";
import { parseSourceName } from "@adk/core";
import { convertDisk, diskConvertResult } from "../convert-disk.ts";
import { diskExtractResult, diskListResult, extractFromDisk, listDisk } from "../disk-files.ts";
import { DISK_FORMATS, type DiskFormat, diskFormatOf } from "../disk-format.ts";
import { type DiskInfo, diskInfo, diskInfoResult } from "../disk-info.ts";
import { showExtracted } from "./extracted.ts";
import { renderListing } from "./listing.ts";
import { sourceIn } from "./names.ts";

/** What is in a disk image: `info`, `ls`, `extract`, `convert`. */
export function defineDiskReadCommands(disk: Command): void {
  disk
    .command("info <file>")
    .description("Tell the partitions of a disk image and check its FAT volumes. Exit code 1 if something is damaged.")
    .option(...PARENT)
    .run(async (context, file: string, options: ParentOption) => {
      const { signal } = context;
      const result = await diskInfo(resolve(context.cwd, file), { parents: parentsIn(context, options), signal });
      context.output(result, { schema: diskInfoResult, render: renderInfo });
      return result.findings.some(({ severity }) => severity === "error") ? exitCodes.no : exitCodes.done;
    });

  disk
    .command("ls <image>")
    .description("List every file of a partition: disk.vhdx:2; the number may be left out where there is one.")
    .option(...PARENT)
    .run(async (context, image: string, options: ParentOption) => {
      const { path, partition } = partitionIn(sourceIn(context, image), "adk disk ls");
      context.output(await listDisk(path, { partition, parents: parentsIn(context, options) }), {
        schema: diskListResult,
        render: renderListing,
      });
    });

  disk
    .command("extract <image> [paths...]")
    .description("Extract files of a partition, all or those that patterns name, into a directory.")
    .requiredOption("--to <directory>", "where they go; made if it is not there")
    .option(...PARENT)
    .withForce("replace files that are there")
    .run(async (context, image: string, paths: string[], options: ParentOption & { to: string; force?: boolean }) => {
      const { signal, onProgress } = context;
      const { path, partition } = partitionIn(sourceIn(context, image), "adk disk extract");
      const to = resolve(context.cwd, options.to);
      const result = await extractFromDisk(path, to, {
        partition,
        parents: parentsIn(context, options),
        paths,
        overwrite: options.force,
        signal,
        onProgress,
      });
      return showExtracted(context, result, diskExtractResult, options.to);
    });

  const convert = disk.command("convert <from> <file>");
  convert
    .description("Write a disk image in another format: raw, VHD or VHDX; zeros are left out.")
    .addOption(
      convert.createOption("--to <format>", "the format (default: by the name of the file)").choices(DISK_FORMATS),
    )
    .option("--fixed", "of a VHD or VHDX: a place for every block, as Azure needs it")
    .option("--geometry-by-spec", "of a VHD: cylinders as calculated; some readers then round the size down")
    .option(...PARENT)
    .withForce("replace a file that is there")
    .withDryRun()
    .addHelpText("after", HELP)
    .run(async (context, from: string, file: string, options: ConvertOptions) => {
      const { signal, onProgress } = context;
      const result = await convertDisk(resolve(context.cwd, from), resolve(context.cwd, file), {
        format: options.to ?? formatByName(file),
        fixed: options.fixed,
        specGeometry: options.geometryBySpec,
        parents: parentsIn(context, options),
        overwrite: options.force,
        dryRun: options.dryRun,
        signal,
        onProgress,
      });
      context.output(result, {
        schema: diskConvertResult,
        render: ({ fromFormat, format, fixed, size, fileBytes, dryRun, findings }, out) => {
          const kind = format === "raw" ? "raw" : `${fixed ? "fixed" : "dynamic"} ${format.toUpperCase()}`;
          const bytes = fileBytes === undefined ? "" : `, file of ${formatBytes(fileBytes)}`;
          out.line(`${dryRun ? "Would write" : "Wrote"} ${kind} from ${fromFormat}: ${formatBytes(size)}${bytes}`);
          out.findings(findings);
        },
      });
    });
}

/** Of differencing disks. */
interface ParentOption {
  readonly parent?: readonly string[];
}

const PARENT = [
  "--parent <file>",
  "parent of a differencing disk, where it is not beside it; several times for the parent's parent",
  (file: string, before: readonly string[] = []) => [...before, file],
] as const;

function parentsIn({ cwd }: Context, { parent }: ParentOption): string[] | undefined {
  return parent?.map((file) => resolve(cwd, file));
}

interface ConvertOptions extends ParentOption {
  to?: DiskFormat;
  fixed?: boolean;
  geometryBySpec?: boolean;
  force?: boolean;
  dryRun?: boolean;
}

const HELP = `
Examples:
  adk disk convert stick.img stick.vhdx
  adk disk convert server.vhdx azure.vhd --fixed
  adk disk convert checkpoint.avhdx merged.vhdx     a differencing disk and its parents in one
`;

function formatByName(file: string): DiskFormat {
  const format = diskFormatOf(file);
  if (format) return format;
  throw usageError(
    "FORMAT_NEEDED",
    "The name does not tell the format: say --to raw, vhd or vhdx.",
    "adk disk convert",
  );
}

/** `disk.vhdx:2` */
function partitionIn(name: string, command: string): { path: string; partition: number | undefined } {
  const { path, inner, selector } = parseSourceName(name);
  if (inner.length > 0 || (selector && selector.kind !== "index")) {
    throw usageError("PARTITION_BY_NUMBER", "A partition is named by its number: disk.vhdx:2", command);
  }
  return { path, partition: selector?.index };
}

function renderInfo(info: DiskInfo, out: Terminal): void {
  const { file, format, size, container, scheme, diskId, partitions, findings } = info;
  out.facts({
    File: file,
    Format: container ? `${format.toUpperCase()}, ${container.type}` : format,
    "Size of the disk": size === undefined ? undefined : formatBytes(size),
    Parent: container?.parent,
    Partitions: scheme ? `${scheme.toUpperCase()} ${diskId}` : "none",
  });
  const columns = [
    { title: "No." },
    { title: "Offset", align: "right" },
    { title: "Size", align: "right" },
    { title: "Type" },
    { title: "File system" },
    { title: "Label" },
    { title: "Files", align: "right" },
    { title: "Used", align: "right" },
  ] as const;
  const rows = partitions.map((each) => [
    each.number,
    each.offset,
    formatBytes(each.length),
    each.typeName ?? each.type,
    each.fileSystem,
    each.label,
    each.files,
    each.usedBytes === undefined ? undefined : formatBytes(each.usedBytes),
  ]);
  if (rows.length > 0) out.table(columns, rows);
  out.findings(findings);
}
