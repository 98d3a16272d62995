import { basename, resolve } from "node:path";
import { type Command, type Context, formatBytes, type Terminal, usageError } from "@adk/cli-kit";
import { parseByteSize } from "../byte-size.ts";
import type { CreateUsbOptions, CreateUsbResult } from "../create-usb.ts";
import { DISK_FORMATS, type DiskFormat, diskFormatOf } from "../disk-format.ts";
import { sourceIn } from "./names.ts";

export interface UsbFlags {
  to?: DiskFormat;
  fixed?: boolean;
  esp?: boolean;
  size?: string;
  splitWim?: string | true;
  label?: string;
  gpt?: boolean;
  mbr?: boolean;
  force?: boolean;
  dryRun?: boolean;
}

/** Parts of an image that was asked to be split without saying how. */
const SPLIT_WIM = "3800M";

/** `create-usb`: a stick from the files of a medium. */
export function defineDiskCreateCommand(disk: Command): void {
  withUsbOptions(disk.command("create-usb <source> <file>"))
    .description("Make a bootable USB image (FAT32) of a Windows medium: a directory, a disc, any source.")
    .addHelpText("after", HELP)
    .run(async (context, source: string, file: string, flags: UsbFlags) => {
      const options = usbOptions(context, file, flags, "adk disk create-usb");
      // It brings every format that a medium may have, which the other commands of the group do without.
      const { createUsb, createUsbResult } = await import("../create-usb.ts");
      const result = await createUsb(sourceIn(context, source), resolve(context.cwd, file), options);
      context.output(result, { schema: createUsbResult, render: renderUsb });
    });
}

/** The options of commands that make a stick. */
export function withUsbOptions(command: Command): Command {
  return command
    .addOption(
      command
        .createOption("--to <format>", "the format (default: by the name of the file, else raw)")
        .choices(DISK_FORMATS),
    )
    .option("--fixed", "of a VHD or VHDX: a place for every block, as Azure needs it")
    .option("--size <size>", "size of the disk: 8G, 7500M (default: what is needed)")
    .option("--split-wim [size]", "split sources/install.wim where it is larger (default: above 4 GiB, to 3800M)")
    .option("--label <text>", "label of the volume, at most 11 characters")
    .option("--gpt", "with a GUID partition table (default)")
    .option("--mbr", "with an MBR partition table, for old firmware")
    .option("--esp", "as an EFI system partition, which Windows gives no drive letter (default: Windows data)")
    .withForce("replace a file that is there")
    .withDryRun();
}

/** @param command as it is typed, for errors */
export function usbOptions(context: Context, file: string, flags: UsbFlags, command: string): CreateUsbOptions {
  if (flags.gpt && flags.mbr) {
    throw usageError("CONTRADICTING_OPTIONS", "--gpt and --mbr contradict each other.", command);
  }
  const { splitWim, size } = flags;
  return {
    format: flags.to ?? diskFormatOf(file),
    fixed: flags.fixed,
    efiSystem: flags.esp,
    scheme: flags.mbr ? "mbr" : "gpt",
    size: size === undefined ? undefined : parseByteSize(size),
    splitAt: splitWim === undefined ? undefined : parseByteSize(splitWim === true ? SPLIT_WIM : splitWim),
    label: flags.label,
    overwrite: flags.force,
    dryRun: flags.dryRun,
    signal: context.signal,
    onProgress: context.onProgress,
  };
}

const HELP = `
Examples:
  adk disk create-usb media stick.img --label WINSETUP
  adk disk create-usb setup.iso stick.img --mbr --size 8G
  adk disk create-usb setup.iso setup.vhdx          a disk for Hyper-V, which starts from it as from a stick
Write the image to the stick as it is: dd if=stick.img of=/dev/sdX bs=4M, or with any program for raw images.
`;

export function renderUsb(result: CreateUsbResult, out: Terminal): void {
  const { file, format, fixed, scheme, size, fileSystem, label, files, directories, split, dryRun, findings } = result;
  const done = dryRun ? "Would write" : "Wrote";
  const container = format === "raw" ? "" : `${fixed ? "fixed" : "dynamic"} ${format.toUpperCase()}, `;
  const kind = `${container}${scheme.toUpperCase()}, ${fileSystem}${label ? ` "${label}"` : ""}`;
  out.line(`${done} ${basename(file)}: ${formatBytes(size)}, ${kind}, ${files} files in ${directories} directories.`);
  if (split.length > 0) {
    out.line(`install.wim is in ${split.length} parts: ${split.map(({ name }) => name).join(", ")}`);
  }
  out.findings(findings);
}
