import { resolve } from "node:path";
import type { RunDropIn } from "@adk/cli-kit";
import { AdkError, fromSystemError } from "@adk/core";
import { adkFolders } from "../winpe/adk-folders.ts";
import { copyPe } from "../winpe/copype.ts";

const USAGE = `
Creates working directories for WinPE image customization and media creation, from your own ADK.

adk copype { amd64 | x86 | arm | arm64 } <workingDirectory>

 amd64, x86, arm, arm64   the architecture
 workingDirectory         the directory that is made

WinPERoot and OSCDImgRoot are the ADK's folders, as its command prompt sets them.
Example: adk copype amd64 pe
`;

const LINE = "=".repeat(51);

/** `adk copype`: copype's command line, messages and exit codes. */
export const dropIn: RunDropIn = async (argv, { stdout, cwd, env }) => {
  const [architecture, directory, ...more] = argv;
  if (architecture === undefined || directory === undefined || more.length > 0 || argv.includes("/?")) {
    stdout.text(USAGE);
    return 1;
  }
  const destination = resolve(cwd, directory);
  try {
    const folders = adkFolders(env);
    for (const line of [
      "",
      LINE,
      "Creating Windows PE customization working directory",
      "",
      `    ${destination}`,
      LINE,
      "",
    ]) {
      stdout.line(line);
    }
    await copyPe(architecture, destination, folders);
    stdout.line("Success");
    return 0;
  } catch (thrown) {
    const error = fromSystemError(thrown);
    if (!(error instanceof AdkError)) throw error;
    const { message, found, file, hint } = error;
    stdout.line(`ERROR: ${[message.replace(/exists\.$/, "exists:"), found ?? file].filter((part) => part).join(" ")}`);
    if (hint) stdout.line(hint);
    stdout.line("Failed!");
    return 1;
  }
};
