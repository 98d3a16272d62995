import { basename, resolve } from "node:path";
import { type Command, type Context, formatBytes, readInput, type Terminal, usageError } from "@adk/cli-kit";
import { parseFiletime, stampTime } from "@adk/core";
import type { BootFile } from "../boot-file.ts";
import { type CreateIsoFileOptions, type CreateIsoResult, createIso, createIsoResult } from "../create-iso.ts";
import { BOOT_HELP, parseBootOption } from "./boot-option.ts";
import { labelOf, sourceIn } from "./names.ts";

interface Options {
  udf?: boolean;
  bridge?: boolean;
  joliet?: boolean;
  iso9660?: boolean;
  level?: "1" | "2" | "3" | "4";
  boot?: readonly string[];
  hybrid?: boolean;
  bootBios?: string;
  bootUefi?: string;
  label?: string;
  dedup?: boolean;
  embed?: boolean;
  sparse?: boolean;
  timestamp?: string;
  order?: string;
  force?: boolean;
  dryRun?: boolean;
}

/** `create`: a disc from a directory or any other source. */
export function defineIsoCreateCommand(iso: Command): void {
  const create = iso.command("create <source> <file>");
  create
    .description(
      "Make an image of a disc from a directory, an image (install.wim:6) or another disc; - writes to standard output.",
    )
    .option("--udf", "UDF, as Windows' own discs (default): any name, any size")
    .option("--bridge", "UDF and ISO 9660 with 8.3 names")
    .option("--joliet", "Joliet and ISO 9660; with --udf or --bridge a Joliet tree beside these")
    .option("--iso9660", "ISO 9660 alone")
    .addOption(
      create
        .createOption("--level <n>", "ISO 9660 names: 1 for 8.3, 2 and 3 up to 31 characters, 4 up to 207")
        .choices(["1", "2", "3", "4"]),
    )
    .option("--boot-bios <file>", "image that a BIOS starts: etfsboot.com of your own media")
    .option("--boot-uefi <file>", "what UEFI starts: efisys.bin of your own media, or a program as bootmgfw.efi")
    .option("--boot <kind=file>", "a boot entry with settings of its own; several times too (see below)", collect)
    .option("--hybrid", "with a partition table, so that a copy on a stick starts by UEFI")
    .option("--label <text>", "label of the disc (default: the name of the file)")
    .option("--dedup", "store equal files once")
    .option("--embed", "keep small files and directories in their UDF entries")
    .option("--sparse", "zeros in files take no room; with UDF alone")
    .option("--timestamp <time>", "the time of the disc and of all files: 2026-01-31T00:00:00Z")
    .option("--order <file>", "a file of paths, one a line, whose data comes first on the disc")
    .withForce("replace a file that is there")
    .withDryRun()
    .addHelpText("after", BOOT_HELP + HELP)
    .run(async (context, source: string, file: string, options: Options) => {
      const { signal, onProgress, env } = context;
      const fixed = options.timestamp === undefined ? undefined : timeOf(options.timestamp);
      const boot: BootFile[] = [
        ...(options.bootBios === undefined
          ? []
          : [{ platform: "bios", file: resolve(context.cwd, options.bootBios) } as const]),
        ...(options.bootUefi === undefined
          ? []
          : [{ platform: "uefi", file: resolve(context.cwd, options.bootUefi) } as const]),
        ...(options.boot ?? []).map((text) => parseBootOption(text, context.cwd, "adk iso create")),
      ];
      const target = file === "-" ? (bytes: Uint8Array) => context.stdout.write(bytes) : resolve(context.cwd, file);
      const result = await createIso(sourceIn(context, source), target, {
        ...formOf(options),
        level: options.level && (Number(options.level) as 1 | 2 | 3 | 4),
        hybrid: options.hybrid,
        label: options.label ?? labelOf(file),
        boot,
        dedup: options.dedup,
        embed: options.embed,
        sparse: options.sparse,
        time: fixed ?? stampTime(env),
        fixedTimes: fixed !== undefined,
        order: options.order === undefined ? undefined : await readOrder(context, options.order),
        overwrite: options.force,
        dryRun: options.dryRun,
        signal,
        onProgress,
      });
      if (file !== "-") context.output(result, { schema: createIsoResult, render });
      else context.stderr.findings(result.findings);
    });
}

const HELP = `
A target of - writes the disc to standard output. A disc with UDF holds any name and size.

Examples:
  adk iso create media win.iso --label WIN11 --dedup \\
      --boot-bios media/boot/etfsboot.com --boot-uefi media/efi/microsoft/boot/efisys.bin
  adk iso create media win.iso --boot-uefi bootmgfw.efi --hybrid
  adk iso create live live.iso --iso9660 --level 3 --boot bios=live/isolinux.bin,sectors=4,info-table
  adk iso create install.wim:6 - --bridge | sha256sum
`;

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Joliet stands alone, or beside UDF. */
function formOf({ udf, bridge, joliet, iso9660 }: Options): Pick<CreateIsoFileOptions, "form" | "joliet"> {
  const given = { udf, bridge, iso9660 };
  const chosen: ("udf" | "bridge" | "joliet" | "iso9660")[] = (["udf", "bridge", "iso9660"] as const).filter(
    (form) => given[form],
  );
  if (joliet && (iso9660 || chosen.length === 0)) chosen.push("joliet");
  if (chosen.length > 1) {
    throw usageError("CONTRADICTING_OPTIONS", `--${chosen.join(" and --")} contradict each other.`, "adk iso create");
  }
  const form = chosen[0] ?? "udf";
  return { form, joliet: joliet && form !== "joliet" };
}

function timeOf(text: string): bigint {
  try {
    return parseFiletime(text.includes("T") ? text : `${text}T00:00:00Z`);
  } catch {
    throw usageError(
      "BAD_OPTION_VALUE",
      `--timestamp takes a time in UTC as 2026-01-31T00:00:00Z, not "${text}".`,
      "adk iso create",
    );
  }
}

async function readOrder(context: Context, file: string): Promise<string[]> {
  const text = new TextDecoder().decode(await readInput(context, file));
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function render({ file, files, directories, size, saved, dryRun, findings }: CreateIsoResult, out: Terminal): void {
  out.line(
    `${dryRun ? "Would write" : "Wrote"} ${basename(file)}: ${formatBytes(size)}, ${files} files in ${directories} directories.`,
  );
  if (saved.files > 0) out.line(`Stored once instead of twice: ${saved.files} files, ${formatBytes(saved.bytes)}.`);
  out.findings(findings);
}
