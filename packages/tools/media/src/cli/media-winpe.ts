import { resolve } from "node:path";
import { type Command, type Context, formatBytes, type Terminal, usageError } from "@adk/cli-kit";
import { stampTime } from "@adk/core";
import { imageSettings } from "@adk/image";
import * as z from "zod";
import { createPxe, createPxeResult } from "../winpe/pxe.ts";
import { readWinPeInfo, winPeInfoResult } from "../winpe/winpe-info.ts";
import {
  createWinPeMedia,
  type WinPeMediaOptions,
  type WinPeMediaResult,
  winPeMediaResult,
} from "../winpe/winpe-media.ts";
import { sourceIn } from "./names.ts";

interface WinPeFlags {
  bootWim?: string;
  media?: string;
  adk?: string;
  arch: string;
  out?: string;
  iso?: string;
  usb?: string;
  pxe?: string;
  url: string;
  label: string;
  prompt: boolean;
  bootManager?: string;
  drivers?: string[];
  forceUnsigned?: boolean;
  mediumDrivers?: string[];
  startnet?: string;
  winpeshl?: string;
  unattend?: string;
  wallpaper?: string;
  file?: string[];
  scratchSpace?: string;
  targetPath?: string;
  component?: string[];
  components?: string;
  locale?: string;
  threads?: number;
}

const HELP = `
Files are the user's own; nothing of Windows comes with the kit. Windows PE comes from --boot-wim, else out of --media, else from
--adk; the boot files from --media, else from the ADK's Media folder, else from what the image has itself.
Optional components are planned in the order of what they need; to add them takes Windows' own servicing.
The answer file goes to the root of the medium, drivers of --medium-drivers to $WinPEDriver$, where Windows Setup looks for them.

Examples:
  adk media winpe --media setup.iso --iso pe.iso --usb pe.img --drivers drivers/
  adk media winpe --adk "Assessment and Deployment Kit" --arch amd64 --out pe --iso pe.iso --component WinPE-PowerShell
  adk media winpe --boot-wim boot.wim --boot-manager bootmgfw.efi --out pe --scratch-space 512 --file tools=/Tools
  adk media winpe info pe/sources/boot.wim
`;

/** `adk media winpe`, `adk media pxe`: media of Windows PE. */
export function defineWinPeCommands(media: Command): void {
  const winpe = media.command("winpe");
  winpe
    .description(
      "Make a medium that starts Windows PE, for UEFI and BIOS: a directory, a disc, a stick, a network folder.",
    )
    .option("--boot-wim <source>", "the image of Windows PE: boot.wim:1")
    .option("--media <source>", "a medium with the boot files: an ISO, a directory")
    .option("--adk <directory>", "a folder of the ADK with its add-on for Windows PE")
    .addOption(
      winpe
        .createOption("--arch <name>", "which Windows PE of the ADK")
        .choices(["amd64", "x86", "arm", "arm64"])
        .default("amd64"),
    )
    .option("--boot-manager <file>", "bootmgfw.efi that UEFI starts, in place of that of the boot files")
    .option("--out <directory>", "the directory of the medium, which must not exist")
    .option("--iso <file>", "a disc of it")
    .option("--usb <file>", "the image of a USB stick of it")
    .option("--pxe <directory>", "a folder for a web server, for iPXE and wimboot")
    .option("--url <url>", "where that folder will be found", ".")
    .option("--label <text>", "label of disc and stick", "WINPE")
    .option("--no-prompt", "the disc starts without waiting for a key")
    .option("--drivers <path...>", "INF files, or directories with drivers, for the image")
    .option("--force-unsigned", "drivers too that are not signed")
    .option("--medium-drivers <directory...>", "directories with drivers, for the medium")
    .option("--startnet <file>", "what Windows\\System32\\startnet.cmd becomes")
    .option("--winpeshl <file>", "what Windows\\System32\\winpeshl.ini becomes")
    .option("--unattend <file>", "answer file of Windows PE")
    .option("--wallpaper <file>", "a JPEG")
    .option("--file <from=path...>", "a file or directory, and its place in the image")
    .option("--scratch-space <mb>", "32, 64, 128, 256, 512")
    .option("--target-path <path>", "the drive that Windows PE sees itself on: X:\\")
    .option("--component <name...>", "optional components to plan: WinPE-PowerShell")
    .option("--components <folder>", "the folder WinPE_OCs (default: that of --adk)")
    .option("--locale <tag>", "of the boot menu, and of the components")
    .withThreads()
    .addHelpText("after", HELP)
    .run(async (context, flags: WinPeFlags) => {
      const host = (path: string | undefined) => (path === undefined ? undefined : resolve(context.cwd, path));
      const source = (name: string | undefined) => (name === undefined ? undefined : sourceIn(context, name));
      const result = await createWinPeMedia(
        {
          bootWim: source(flags.bootWim),
          media: source(flags.media),
          adk: host(flags.adk),
          architecture: flags.arch,
        },
        { directory: host(flags.out), iso: host(flags.iso), usb: host(flags.usb), pxe: host(flags.pxe) },
        { ...optionsOf(context, flags), signal: context.signal, onProgress: context.onProgress },
      );
      context.output(result, { schema: winPeMediaResult, render });
    });

  winpe
    .command("info <image>")
    .description("Tell what a Windows PE is set to: scratch space, target path, optional components, what it starts.")
    .run(async (context, image: string) => {
      context.output(await readWinPeInfo(sourceIn(context, image)), {
        schema: winPeInfoResult,
        render: (info, out) => {
          out.facts({
            Image: info.source,
            Build: info.build,
            "Scratch space": `${info.scratchSpace} MB`,
            "Target path": info.targetPath,
            Starts: info.commandLine,
            Components: info.optionalComponents.join(", ") || "none",
          });
          for (const [name, text] of [
            ["startnet.cmd", info.startnet] as const,
            ["winpeshl.ini", info.winpeshl] as const,
          ]) {
            if (text === undefined) continue;
            out.line(`${name}:`);
            for (const line of text.trimEnd().split(/\r?\n/)) out.line(`  ${line}`);
          }
          out.findings(info.findings);
        },
      });
    });

  media
    .command("pxe <medium> <directory>")
    .description("Make a folder from which iPXE starts Windows PE by wimboot; wimboot's file is put beside by you.")
    .option("--url <url>", "where the folder will be found", ".")
    .withForce()
    .run(async (context, medium: string, directory: string, options: { url: string; force?: boolean }) => {
      const result = await createPxe(sourceIn(context, medium), resolve(context.cwd, directory), {
        url: options.url,
        overwrite: options.force,
      });
      context.output(result, {
        schema: createPxeResult,
        render: ({ script }, out) => {
          for (const line of script.trim().split("\n")) out.line(line);
        },
      });
    });
}

function render(result: WinPeMediaResult, out: Terminal): void {
  const { directory, firmware, changes, components, iso, usb, pxe, findings } = result;
  for (const { change, path } of changes) out.line(`${change} ${path}`);
  for (const { name, cabinet, language } of components) {
    out.line(`planned ${name}${language ? ` (${language})` : ""}: ${cabinet}`);
  }
  const starts = `which starts by ${firmware.join(" and ").toUpperCase()}`;
  if (directory !== undefined) out.line(`Wrote ${directory}, ${starts}`);
  for (const each of [iso, usb]) if (each) out.line(`Wrote ${each.file}: ${formatBytes(each.size)}`);
  if (pxe) out.line(`Wrote ${pxe.directory}: ${pxe.files.join(", ")}`);
  out.findings([...findings, ...(iso?.findings ?? []), ...(usb?.findings ?? [])]);
}

function optionsOf(context: Context, flags: WinPeFlags): WinPeMediaOptions {
  const host = (path: string | undefined) => (path === undefined ? undefined : resolve(context.cwd, path));
  const settings = imageSettings.safeParse({
    scratchSpace: flags.scratchSpace === undefined ? undefined : Number(flags.scratchSpace),
    targetPath: flags.targetPath,
  });
  if (!settings.success) throw usageError("BAD_OPTION_VALUE", z.prettifyError(settings.error), "adk media winpe");
  return {
    drivers: flags.drivers?.map((path) => resolve(context.cwd, path)),
    forceUnsigned: flags.forceUnsigned,
    mediumDrivers: flags.mediumDrivers?.map((path) => resolve(context.cwd, path)),
    bootManager: host(flags.bootManager),
    startnet: host(flags.startnet),
    winpeshl: host(flags.winpeshl),
    unattend: host(flags.unattend),
    wallpaper: host(flags.wallpaper),
    files: flags.file?.map((text) => fileOf(context, text)),
    scratchSpace: settings.data.scratchSpace,
    targetPath: settings.data.targetPath,
    componentNames: flags.component,
    componentsFolder: host(flags.components),
    label: flags.label,
    noPrompt: !flags.prompt,
    url: flags.url,
    locale: flags.locale,
    threads: flags.threads,
    time: stampTime(context.env),
  };
}

function fileOf({ cwd }: Context, text: string): { from: string; to: string } {
  const at = text.lastIndexOf("=");
  const to = text
    .slice(at + 1)
    .replaceAll("\\", "/")
    .replace(/^[a-z]:/i, "");
  if (at > 0 && to !== "") return { from: resolve(cwd, text.slice(0, at)), to: to.startsWith("/") ? to : `/${to}` };
  throw usageError("BAD_OPTION_VALUE", `--file takes FROM=PATH, not "${text}".`, "adk media winpe");
}
