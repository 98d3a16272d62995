import { basename, resolve } from "node:path";
import { type Command, formatBytes, type Terminal, usageError } from "@adk/cli-kit";
import { stampTime } from "@adk/core";
import type { MediaBoot } from "../media/boot-look-up.ts";
import type { CreateMediaIsoResult } from "../media/media-iso.ts";
import { renderUsb, type UsbFlags, usbOptions, withUsbOptions } from "./disk-create.ts";
import { labelOf, sourceIn } from "./names.ts";

interface IsoFlags {
  udf?: boolean;
  bridge?: boolean;
  label?: string;
  prompt: boolean;
  bootBios?: string;
  bootUefi?: string;
  hybrid?: boolean;
  force?: boolean;
  dryRun?: boolean;
}

const ISO_HELP = `
What firmware starts is looked for in the medium: boot/etfsboot.com for a BIOS; for UEFI efi/microsoft/boot/efisys.bin, else
an image is made that holds efi/boot/boot*.efi, bootmgfw.efi, or the boot manager that sources/boot.wim has.

Examples:
  adk media iso media win.iso --label WIN11
  adk media iso setup.iso unattended.iso --no-prompt
`;

/** `adk media iso`, `adk media usb`: the disc or stick of a medium, with all that it needs to start. */
export function defineMediaImageCommands(media: Command): void {
  media
    .command("iso <medium> <file>")
    .description(
      "Make a disc of a medium of Windows (a directory or a disc) that starts by BIOS and UEFI; - writes to standard output.",
    )
    .option("--udf", "UDF, as discs that install Windows (default for these)")
    .option("--bridge", "UDF and ISO 9660 with 8.3 names, as discs of Windows PE (default for these)")
    .option("--label <text>", "label of the disc (default: that of the disc, or the name of the file)")
    .option("--no-prompt", "start without waiting for a key: efisys_noprompt.bin, and no boot/bootfix.bin")
    .option("--boot-bios <file>", "image that a BIOS starts, in place of the medium's")
    .option("--boot-uefi <file>", "FAT image or program that UEFI starts, in place of the medium's")
    .option("--hybrid", "with a partition table, so that a copy on a stick starts by UEFI")
    .withForce("replace a file that is there")
    .withDryRun()
    .addHelpText("after", ISO_HELP)
    .run(async (context, medium: string, file: string, flags: IsoFlags) => {
      if (flags.udf && flags.bridge) {
        throw usageError("CONTRADICTING_OPTIONS", "--udf and --bridge contradict each other.", "adk media iso");
      }
      const host = (path: string | undefined) => (path === undefined ? undefined : resolve(context.cwd, path));
      const { createMediaIso, createMediaIsoResult } = await import("../media/media-iso.ts");
      const target = file === "-" ? (bytes: Uint8Array) => context.stdout.write(bytes) : resolve(context.cwd, file);
      const result = await createMediaIso(sourceIn(context, medium), target, {
        form: flags.udf ? "udf" : flags.bridge ? "bridge" : undefined,
        label: flags.label,
        name: labelOf(file),
        noPrompt: !flags.prompt,
        bootBios: host(flags.bootBios),
        bootUefi: host(flags.bootUefi),
        hybrid: flags.hybrid,
        time: stampTime(context.env),
        overwrite: flags.force,
        dryRun: flags.dryRun,
        signal: context.signal,
        onProgress: context.onProgress,
      });
      if (file !== "-") context.output(result, { schema: createMediaIsoResult, render: renderIso });
      else context.stderr.findings(result.findings);
    });

  withUsbOptions(media.command("usb <medium> <file>"))
    .description("Make the image of a USB stick (FAT32) of a medium of Windows: a directory or a disc.")
    .run(async (context, medium: string, file: string, flags: UsbFlags) => {
      const options = usbOptions(context, file, flags, "adk media usb");
      const { createMediaUsb, createMediaUsbResult } = await import("../media/media-usb.ts");
      const result = await createMediaUsb(sourceIn(context, medium), resolve(context.cwd, file), options);
      context.output(result, {
        schema: createMediaUsbResult,
        render: (made, out) => {
          renderBoot(made.boot, out);
          renderUsb(made, out);
        },
      });
    });
}

function renderIso(result: CreateMediaIsoResult, out: Terminal): void {
  const { file, form, label, size, files, boot, dryRun, findings } = result;
  const done = dryRun ? "Would write" : "Wrote";
  out.line(`${done} ${basename(file)}: ${formatBytes(size)}, ${form} "${label}", ${files} files.`);
  renderBoot(boot, out);
  out.findings(findings);
}

function renderBoot(boot: readonly MediaBoot[], out: Terminal): void {
  for (const { firmware, from, made } of boot) {
    out.line(
      `${firmware === "bios" ? "BIOS" : "UEFI"} starts ${from.join(", ")}${made ? ", put where firmware looks" : ""}`,
    );
  }
}
