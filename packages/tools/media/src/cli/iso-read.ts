import { resolve } from "node:path";
import { type Command, exitCodes, formatBytes } from "@adk/cli-kit";
import {
  extractFromIso,
  type IsoList,
  isoExtractResult,
  isoListResult,
  isoVerifyResult,
  listIso,
  verifyIsoFile,
} from "../iso-files.ts";
import { type IsoInfo, isoInfo, isoInfoResult } from "../iso-info.ts";
import { showExtracted } from "./extracted.ts";
import { renderListing } from "./listing.ts";

type Kind = IsoList["fileSystem"];
const KINDS: readonly Kind[] = ["udf", "joliet", "iso9660", "enhanced"];

/** What is on a disc: `info`, `ls`, `extract`, `verify`. */
export function defineIsoReadCommands(iso: Command): void {
  iso
    .command("info <file>")
    .description("Tell the file systems, the label and the boot entries of a disc.")
    .run(async (context, file: string) => {
      const result = await isoInfo(resolve(context.cwd, file));
      context.output(result, {
        schema: isoInfoResult,
        render: (info, out) => {
          const { label, size, rawSectors, udf, primary, partitionTable } = info;
          out.facts({
            File: file,
            Label: label,
            Size: formatBytes(size),
            "File systems": info.fileSystems.join(", ") + (info.rockRidge ? " (and Rock Ridge, not read)" : ""),
            UDF: udf && describeUdf(udf),
            Sectors: rawSectors && `${rawSectors.sectorBytes} bytes each, mode ${rawSectors.mode}`,
            Publisher: primary?.publisher || undefined,
            Preparer: primary?.preparer || undefined,
            Application: primary?.application || undefined,
            Created: primary?.created,
            "Partition table":
              partitionTable &&
              `${partitionTable.scheme.toUpperCase()}: ${partitionTable.partitions.map(({ type }) => type).join(", ")}`,
          });
          for (const entry of info.boot) out.line(describeBoot(entry));
          out.findings(info.findings);
        },
      });
    });

  const list = iso.command("ls <file>");
  list
    .description("List every file of a disc.")
    .addOption(
      list.createOption("--tree <kind>", "by this file system (default: the one that Windows takes)").choices(KINDS),
    )
    .run(async (context, file: string, { tree }: { tree?: Kind }) => {
      context.output(await listIso(resolve(context.cwd, file), tree), { schema: isoListResult, render: renderListing });
    });

  const extract = iso.command("extract <file> [paths...]");
  extract
    .description("Extract files of a disc, all or those that patterns name, into a directory.")
    .requiredOption("--to <directory>", "where they go; made if it is not there")
    .addOption(
      extract.createOption("--tree <kind>", "by this file system (default: the one that Windows takes)").choices(KINDS),
    )
    .withForce("replace files that are there")
    .run(async (context, file: string, paths: string[], options: { to: string; tree?: Kind; force?: boolean }) => {
      const { signal, onProgress } = context;
      const to = resolve(context.cwd, options.to);
      const result = await extractFromIso(resolve(context.cwd, file), to, {
        paths,
        kind: options.tree,
        overwrite: options.force,
        signal,
        onProgress,
      });
      return showExtracted(context, result, isoExtractResult, options.to);
    });

  iso
    .command("verify <file>")
    .description("Read all of a disc and check its structure. Exit code 1 if something is damaged.")
    .run(async (context, file: string) => {
      const { signal, onProgress } = context;
      const result = await verifyIsoFile(resolve(context.cwd, file), { signal, onProgress });
      context.output(result, {
        schema: isoVerifyResult,
        render: ({ ok, files, bytes, findings }, out) => {
          out.findings(findings);
          out.line(`${ok ? "Whole" : "Damaged"}: ${files} files, ${formatBytes(bytes)} read.`);
        },
      });
      return result.ok ? exitCodes.done : exitCodes.no;
    });
}

function describeUdf({ revision, blockSize, partitions, closed }: NonNullable<IsoInfo["udf"]>): string {
  const blocks = blockSize === 2048 ? [] : [`blocks of ${blockSize} bytes`];
  const kinds = partitions.filter((kind) => kind !== "physical").map((kind) => `${kind} partition`);
  return [revision, ...blocks, ...kinds, ...(closed === false ? ["not closed"] : [])].join(", ");
}

function describeBoot(entry: IsoInfo["boot"][number]): string {
  const { platform, bootable, emulation, loadSegment, sectorCount, extent, bytes, fileSystem, infoTable } = entry;
  const facts = [
    `emulation ${emulation}`,
    `${sectorCount} sectors from ${extent}`,
    ...(loadSegment === 0 ? [] : [`loaded to 0x${loadSegment.toString(16)}`]),
    ...(bytes === undefined ? [] : [`image of ${formatBytes(bytes)}`]),
    ...(fileSystem === undefined ? [] : [fileSystem]),
    ...(infoTable === undefined
      ? []
      : [infoTable === "right" ? "boot information table" : "boot information table of another disc"]),
    ...(bootable ? [] : ["marked as not bootable"]),
  ];
  return `Boots by ${platform}: ${facts.join(", ")}`;
}
