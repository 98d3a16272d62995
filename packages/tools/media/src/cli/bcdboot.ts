import { resolve } from "node:path";
import type { RunDropIn } from "@adk/cli-kit";
import { AdkError, fromSystemError } from "@adk/core";
import { installBoot } from "../bcdboot/install-boot.ts";
import { parseBcdBoot } from "../bcdboot/parse.ts";
import { hostPath } from "../host-path.ts";

const USAGE = `
Bcdboot - boot files and store of an applied Windows. (not Microsoft's program)

Usage: adk bcdboot WINDOWS /s DIRECTORY [/f UEFI|BIOS|ALL] [/l LOCALE] [/addlast] [/c] [/v]

  WINDOWS   the folder of Windows, or what holds it: mnt/Windows, install.wim:6
  /s        the directory that is, or becomes, the system partition
  /f        the firmware; default ALL
  /l        locale of the boot menu; default en-us
  /addlast  last in the menu, and not the default
  /c        give up the entries of a store that is there
`;

/** `adk bcdboot`: bcdboot's command line; exit code 0, or 1 for any failure. */
export const dropIn: RunDropIn = async (argv, { stdout, stderr, cwd, signal, onProgress }) => {
  if (argv.length === 0 || argv.includes("/?") || argv.includes("-?")) {
    stdout.text(USAGE);
    return argv.length === 0 ? 1 : 0;
  }
  try {
    const { windows, system, verbose, ...options } = parseBcdBoot(argv);
    const [from, to] = [windows, system].map((path) => resolve(cwd, hostPath(path))) as [string, string];
    const result = await installBoot(from, to, { ...options, signal, onProgress });
    if (verbose) for (const { change, path } of result.changes) stdout.line(`${change} ${path}`);
    stderr.findings(result.findings);
    stdout.line("Boot files successfully created.");
    return 0;
  } catch (thrown) {
    const error = fromSystemError(thrown);
    if (!(error instanceof AdkError)) throw error;
    const { code, message, file, found, hint } = error;
    stdout.line(code === "BCDBOOT_BAD_COMMAND" ? message : "Failure when attempting to copy boot files.");
    stderr.line([message, file ?? found, hint].filter((part) => part).join(" "));
    return 1;
  }
};
