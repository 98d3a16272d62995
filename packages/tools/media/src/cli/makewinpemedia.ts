import { resolve } from "node:path";
import type { RunDropIn } from "@adk/cli-kit";
import { AdkError, fromSystemError } from "@adk/core";
import { makeMedia, parseMakeMedia } from "../winpe/make-media.ts";

const USAGE = `
Creates a disc, or the image of a USB stick, of a working directory that copype made.

adk makewinpemedia {/ufd | /iso} [/f] <workingDirectory> <destination>

 /ufd   the image of a stick (FAT32), to be written to it as it is
 /iso   a disc: the destination ends with .iso
 /f     replace what is there

Example: adk makewinpemedia /iso pe pe.iso
`;

/** `adk makewinpemedia`: MakeWinPEMedia's command line, messages and exit codes. */
export const dropIn: RunDropIn = async (argv, { stdout, cwd, env, signal, onProgress }) => {
  const command = parseMakeMedia(argv);
  if (!command) {
    stdout.text(USAGE);
    return 1;
  }
  const isDrive = /^[a-z]:\\?$/i.test(command.destination);
  const paths = {
    directory: resolve(cwd, command.directory),
    destination: isDrive ? command.destination : resolve(cwd, command.destination),
  };
  try {
    await makeMedia({ ...command, ...paths }, { cwd, env, signal, onProgress, say: (line) => stdout.line(line) });
    stdout.line("");
    stdout.line("Success");
    return 0;
  } catch (thrown) {
    const error = fromSystemError(thrown);
    if (!(error instanceof AdkError)) throw error;
    stdout.line(`ERROR: ${[error.message, error.found ?? error.file].filter((part) => part).join(" ")}`);
    stdout.line("Failed!");
    return 1;
  }
};
