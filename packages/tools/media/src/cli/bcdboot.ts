import { resolve } from "node:path";
import type { RunDropIn } from "@adk/cli-kit";
import { AdkError, fromSystemError } from "@adk/core";
import { installBoot } from "../bcdboot/install-boot.ts";
import { parseBcdBoot } from "../bcdboot/parse.ts";
import { hostPath } from "../host-path.ts";

const USAGE = `
Bcdboot - boot files and store of an applied Windows. (not Microsoft's program)

Usage: adk bcdboot WINDOWS /s DIRECTORY [/f UEFI|BIOS|ALL] [/l LOCALE] [/v] [/m [{ID}]] [/addlast] [/d] [/c] [/bootex]

  WINDOWS   the folder of Windows, or what holds it: mnt/Windows, install.wim:6
  /s        the directory that is, or becomes, the system partition
  /f        the firmware; default those that the Windows has boot files for
  /l        locale of the boot menu; default en-us
  /v        list what is changed
  /m {ID}   the entry has the settings of this loader of the store too, but for its places
  /addlast  last in the menu, and not the default
  /d        the default of a store that is there stays
  /c        give up the entries of a store that is there
  /bootex   the boot manager of UEFI that is signed by the authority of 2023 (Windows UEFI CA 2023)

/p, /nofirmwaresync and /offline are taken, and change nothing: the firmware of a machine is not touched here.
`;

/** `adk bcdboot`: bcdboot's command line; exit code 0, or 1 for any failure. */
export const dropIn: RunDropIn = async (argv, { stdout, stderr, cwd, signal, onProgress }) => {
  if (argv.length === 0 || argv.includes("/?") || argv.includes("-?")) {
    stdout.text(USAGE);
    return argv.length === 0 ? 1 : 0;
  }
  try {
    const { windows, system, verbose, idle, ...options } = parseBcdBoot(argv);
    const [from, to] = [windows, system].map((path) => resolve(cwd, hostPath(path))) as [string, string];
    for (const reason of idle) stderr.line(`Note: ${reason}`);
    const result = await installBoot(from, to, { ...options, signal, onProgress });
    if (verbose) for (const { change, path } of result.changes) stdout.line(`${change} ${path}`);
    stderr.findings(result.findings);
    stdout.line("Boot files successfully created.");
    return 0;
  } catch (thrown) {
    const error = fromSystemError(thrown);
    if (!(error instanceof AdkError)) throw error;
    const { code, message, file, expected, found, hint } = error;
    stdout.line(code === "BCDBOOT_BAD_COMMAND" ? message : "Failure when attempting to copy boot files.");
    const wanted = expected && `Expected: ${expected}`;
    stderr.line([message, file ?? found, wanted, hint].filter((part) => part).join(" "));
    return 1;
  }
};
