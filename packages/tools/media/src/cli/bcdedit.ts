import type { RunDropIn } from "@adk/cli-kit";
import { AdkError, fromSystemError } from "@adk/core";
import { helpText } from "../bcdedit/help.ts";
import { parseBcdEdit } from "../bcdedit/parse.ts";
import { runBcdEdit } from "../bcdedit/run.ts";

/** `adk bcdedit`: bcdedit's command line on stores in files; exit code 0, or 1 for any failure as it has. */
export const dropIn: RunDropIn = async (argv, { stdout, stderr, cwd }) => {
  try {
    const command = parseBcdEdit(argv);
    if (command.help !== undefined) {
      stdout.text(helpText(command.help === "" ? undefined : command.help));
      return 0;
    }
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

const STORE = "The boot configuration data store could not be opened.";
const ASSISTANCE = 'Run "bcdedit /?" for command line assistance.';

/** What bcdedit says of a failure, by its code: what was tried, and the system's reason. */
const MESSAGES: Readonly<Record<string, readonly string[]>> = {
  BCDEDIT_BAD_SWITCH: [ASSISTANCE, "The parameter is incorrect."],
  BCDEDIT_BAD_COMMAND: [ASSISTANCE, "The parameter is incorrect."],
  BCDEDIT_NO_STORE: [STORE],
  BCD_NOT_A_STORE: [STORE],
  FILE_NOT_FOUND: [STORE, "The system cannot find the file specified."],
  BCD_NO_OBJECT: [
    "An error occurred while attempting to reference the specified entry.",
    "The system cannot find the file specified.",
  ],
  BCD_OBJECT_EXISTS: [
    "An error occurred while attempting to create the specified entry.",
    "The specified entry already exists.",
  ],
  BCD_UNKNOWN_ELEMENT: [
    "The element data type specified is not recognized, or does not apply to the",
    "specified entry.",
    ASSISTANCE,
    "Element not found.",
  ],
  BCD_NO_ELEMENT: ["An error occurred while attempting to delete the specified data element.", "Element not found."],
  BCD_BAD_VALUE: ["The element data specified is not valid.", ASSISTANCE, "The parameter is incorrect."],
  BCD_BAD_DEVICE: ["The device specified is not valid.", ASSISTANCE, "The parameter is incorrect."],
  BCD_DRIVE_LETTER: ["The device specified is not valid.", ASSISTANCE, "The parameter is incorrect."],
};

function failure({ code, message, file, found, hint }: AdkError): string[] {
  const place = file ?? found;
  const reason = [`${message}${place === undefined ? "" : ` (${place})`}`, ...(hint ? [hint] : [])];
  const lines = MESSAGES[code] ?? (code.startsWith("REG_") ? [STORE] : []);
  return code.startsWith("BCDEDIT_BAD") ? [...reason, ...lines] : [...lines, ...reason];
}
