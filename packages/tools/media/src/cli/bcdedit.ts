import type { RunDropIn } from "@adk/cli-kit";
import { AdkError, fromSystemError } from "@adk/core";
import { parseBcdEdit } from "../bcdedit/parse.ts";
import { runBcdEdit } from "../bcdedit/run.ts";

const USAGE = `
BCDEDIT - boot stores in files. (not Microsoft's program)

Usage: adk bcdedit /store FILE [command]

  /enum [ALL|ACTIVE|BOOTMGR|OSLOADER|RESUME|FIRMWARE|BOOTAPP|INHERIT|{id}] [/v]
  /createstore FILE     /export FILE           /import FILE
  /create {name} | [/d TEXT] /application OSLOADER|RESUME|BOOTSECTOR|STARTUP | /inherit | /device
  /copy {id} [/d TEXT]  /delete {id} [/f] [/nocleanup]
  /set [{id}] ELEMENT VALUE...                 /deletevalue [{id}] ELEMENT
  /default {id}         /timeout SECONDS
  /displayorder, /bootsequence, /toolsdisplayorder {id}... [/addfirst|/addlast|/remove]
  /debug, /bootdebug, /ems, /bootems [{id}] ON|OFF
`;

/** `adk bcdedit`: bcdedit's command line on stores in files; exit code 0, or 1 for any failure as it has. */
export const dropIn: RunDropIn = async (argv, { stdout, stderr, cwd }) => {
  const command = parseBcdEdit(argv);
  if (command.verb === "?" || command.verb === "help") {
    stdout.text(USAGE);
    return 0;
  }
  try {
    const text = await runBcdEdit(command, { cwd, warn: (text) => stderr.line(`Warning: ${text}`) });
    for (const line of text.split("\n")) stdout.line(line);
    return 0;
  } catch (thrown) {
    const error = fromSystemError(thrown);
    if (!(error instanceof AdkError)) throw error;
    for (const line of failure(error)) stdout.line(line);
    return 1;
  }
};

/** What bcdedit says of a failure: of the command, of the store, of an element. */
function failure({ code, message, file, found, hint }: AdkError): string[] {
  const place = file ?? found;
  const reason = `${message}${place === undefined ? "" : ` (${place})`}`;
  const lines = [reason, ...(hint ? [hint] : [])];
  if (code === "BCDEDIT_BAD_COMMAND")
    return [...lines, 'Run "bcdedit /?" for command line assistance.', "The parameter is incorrect."];
  if (code === "FILE_NOT_FOUND") return [STORE, "The system cannot find the file specified.", ...lines];
  if (code === "BCDEDIT_NO_STORE" || code.startsWith("REG_") || code === "BCD_NOT_A_STORE") return [STORE, ...lines];
  if (code === "BCD_NO_OBJECT") return ["The specified entry does not exist or is not valid.", ...lines];
  if (/^BCD_(NO_ELEMENT|BAD_VALUE|BAD_DEVICE|DRIVE_LETTER|WRONG_FORMAT)$/.test(code)) {
    return ["An error has occurred setting the element data.", "The request is not supported.", ...lines];
  }
  return lines;
}

const STORE = "The boot configuration data store could not be opened.";
