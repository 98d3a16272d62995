import { resolve } from "node:path";
import { type Command, type Context, usageError } from "@adk/cli-kit";
import { imageSettings } from "@adk/image";
import * as z from "zod";
import { type CreateWinPeOptions, createWinPe, createWinPeResult } from "../winpe/create-winpe.ts";
import { createPxe, createPxeResult } from "../winpe/pxe.ts";
import { sourceIn } from "./names.ts";

interface WinPeFlags {
  bootWim: string;
  out: string;
  media?: string;
  drivers?: string[];
  forceUnsigned?: boolean;
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
Files are the user's own; nothing of Windows comes with the kit. Without --media the boot files are those that boot.wim has itself.
Optional components are planned in the order of what they need; to add them takes Windows' own servicing.
The answer file goes to the root of the medium.

Examples:
  adk media winpe --boot-wim setup.iso!/sources/boot.wim:1 --media setup.iso --out pe --drivers drivers/
  adk media winpe --boot-wim amd64/en-us/winpe.wim --media amd64/Media --out pe --scratch-space 512 --file tools=/Tools
`;

/** `adk media winpe`, `adk media pxe`: media of Windows PE. */
export function defineWinPeCommands(media: Command): void {
  media
    .command("winpe")
    .description("Make the directory of a medium that starts Windows PE, for UEFI and BIOS.")
    .requiredOption("--boot-wim <source>", "the image of Windows PE: boot.wim:1")
    .requiredOption("--out <directory>", "the directory, which must not exist")
    .option("--media <source>", "where the boot files are: an ISO, or the ADK's Media folder")
    .option("--drivers <path...>", "INF files, or directories with drivers")
    .option("--force-unsigned", "drivers too that are not signed")
    .option("--startnet <file>", "what Windows\\System32\\startnet.cmd becomes")
    .option("--winpeshl <file>", "what Windows\\System32\\winpeshl.ini becomes")
    .option("--unattend <file>", "answer file of Windows PE")
    .option("--wallpaper <file>", "a JPEG")
    .option("--file <from=path...>", "a file or directory, and its place in the image")
    .option("--scratch-space <mb>", "32, 64, 128, 256, 512")
    .option("--target-path <path>", "the drive that Windows PE sees itself on: X:\\")
    .option("--components <folder>", "the folder WinPE_OCs")
    .option("--component <name...>", "optional components to plan: WinPE-PowerShell")
    .option("--locale <tag>", "of the boot menu, and of the components")
    .withThreads()
    .addHelpText("after", HELP)
    .run(async (context, flags: WinPeFlags) => {
      const result = await createWinPe(sourceIn(context, flags.bootWim), resolve(context.cwd, flags.out), {
        ...optionsOf(context, flags),
        signal: context.signal,
        onProgress: context.onProgress,
      });
      context.output(result, {
        schema: createWinPeResult,
        render: ({ directory, firmware, changes, components, findings }, out) => {
          for (const { change, path } of changes) out.line(`${change} ${path}`);
          for (const { name, cabinet, language } of components) {
            out.line(`planned ${name}${language ? ` (${language})` : ""}: ${cabinet}`);
          }
          out.line(`Wrote ${directory}, which starts by ${firmware.join(" and ").toUpperCase()}`);
          out.findings(findings);
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

function optionsOf(context: Context, flags: WinPeFlags): CreateWinPeOptions {
  const host = (path: string | undefined) => (path === undefined ? undefined : resolve(context.cwd, path));
  const settings = imageSettings.safeParse({
    scratchSpace: flags.scratchSpace === undefined ? undefined : Number(flags.scratchSpace),
    targetPath: flags.targetPath,
  });
  if (!settings.success) throw usageError("BAD_OPTION_VALUE", z.prettifyError(settings.error), "adk media winpe");
  const { component: names, components: folder } = flags;
  if ((names === undefined) !== (folder === undefined)) {
    throw usageError("BAD_OPTION_VALUE", "--component needs --components FOLDER, and it that.", "adk media winpe");
  }
  return {
    media: flags.media === undefined ? undefined : sourceIn(context, flags.media),
    drivers: flags.drivers?.map((path) => resolve(context.cwd, path)),
    forceUnsigned: flags.forceUnsigned,
    startnet: host(flags.startnet),
    winpeshl: host(flags.winpeshl),
    unattend: host(flags.unattend),
    wallpaper: host(flags.wallpaper),
    files: flags.file?.map((text) => fileOf(context, text)),
    scratchSpace: settings.data.scratchSpace,
    targetPath: settings.data.targetPath,
    components: names && folder ? { folder: resolve(context.cwd, folder), names } : undefined,
    locale: flags.locale,
    threads: flags.threads,
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
