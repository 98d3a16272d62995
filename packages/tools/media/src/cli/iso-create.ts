import { basename, resolve } from "node:path";
import { type Command, type Context, formatBytes, readInput, usageError } from "@adk/cli-kit";
import { parseFiletime, stampTime } from "@adk/core";
import { type BootFile, type CreateIsoResult, createIso, createIsoResult } from "../create-iso.ts";
import { sourceIn } from "./names.ts";

interface Options {
  udf?: boolean;
  bridge?: boolean;
  joliet?: boolean;
  iso9660?: boolean;
  bootBios?: string;
  bootUefi?: string;
  label?: string;
  dedup?: boolean;
  embed?: boolean;
  timestamp?: string;
  order?: string;
  force?: boolean;
  dryRun?: boolean;
}

/** `create`: a disc from a directory or any other source. */
export function defineIsoCreateCommand(iso: Command): void {
  iso
    .command("create <source> <file>")
    .description(
      "Make an image of a disc from a directory, an image (install.wim:6) or another disc; - writes to standard output.",
    )
    .option("--udf", "UDF, as Windows' own discs (default): any name, any size")
    .option("--bridge", "UDF and ISO 9660 with 8.3 names")
    .option("--joliet", "Joliet and ISO 9660")
    .option("--iso9660", "ISO 9660 alone")
    .option("--boot-bios <file>", "image that a BIOS starts: etfsboot.com of your own media")
    .option("--boot-uefi <file>", "FAT image that UEFI starts: efisys.bin of your own media")
    .option("--label <text>", "label of the disc (default: the name of the file)")
    .option("--dedup", "store equal files once")
    .option("--embed", "keep small files and directories in their UDF entries")
    .option("--timestamp <time>", "the time of the disc and of all files: 2026-01-31T00:00:00Z")
    .option("--order <file>", "a file of paths, one a line, whose data comes first on the disc")
    .withForce("replace a file that is there")
    .withDryRun()
    .addHelpText("after", HELP)
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
      ];
      const target = file === "-" ? (bytes: Uint8Array) => context.stdout.write(bytes) : resolve(context.cwd, file);
      const result = await createIso(sourceIn(context, source), target, {
        form: formOf(options),
        label: options.label ?? labelOf(file),
        boot,
        dedup: options.dedup,
        embed: options.embed,
        time: fixed ?? stampTime(env),
        fixedTimes: fixed !== undefined,
        order: options.order === undefined ? undefined : await readOrder(context, options.order),
        overwrite: options.force,
        dryRun: options.dryRun,
        signal,
        onProgress,
      });
      if (file !== "-") context.output(result, { schema: createIsoResult, render });
    });
}

const HELP = `
Examples:
  adk iso create media win.iso --label WIN11 --dedup \\
      --boot-bios media/boot/etfsboot.com --boot-uefi media/efi/microsoft/boot/efisys.bin
  adk iso create install.wim:6 tree.iso --bridge
`;

function formOf({ udf, bridge, joliet, iso9660 }: Options): "udf" | "bridge" | "joliet" | "iso9660" {
  const given = { udf, bridge, joliet, iso9660 };
  const chosen = (["udf", "bridge", "joliet", "iso9660"] as const).filter((form) => given[form]);
  if (chosen.length > 1) {
    throw usageError("CONTRADICTING_OPTIONS", `--${chosen.join(" and --")} contradict each other.`, "adk iso create");
  }
  return chosen[0] ?? "udf";
}

function labelOf(file: string): string {
  const name = basename(file).replace(/\.[^.]*$/, "");
  return name === "-" || name === "" ? "DISC" : name.slice(0, 32);
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

function render(
  { file, files, directories, size, saved, dryRun }: CreateIsoResult,
  out: { line(text: string): void },
): void {
  out.line(
    `${dryRun ? "Would write" : "Wrote"} ${basename(file)}: ${formatBytes(size)}, ${files} files in ${directories} directories.`,
  );
  if (saved.files > 0) out.line(`Stored once instead of twice: ${saved.files} files, ${formatBytes(saved.bytes)}.`);
}
