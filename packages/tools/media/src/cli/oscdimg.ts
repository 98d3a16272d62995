import type { RunDropIn } from "@adk/cli-kit";
import { AdkError, fromSystemError } from "@adk/core";
import { parseOscdimg } from "../oscdimg/parse.ts";
import { runOscdimg } from "../oscdimg/run.ts";

const BANNER = "ADK OSCDIMG CD-ROM and DVD-ROM premastering (not Microsoft's program)";
const USAGE = `
Usage: adk oscdimg [options] <source directory> <target file>

  -u2 -udfver102         UDF; the ISO 9660 tree has a readme only
  -u1 -udfver102         UDF and ISO 9660 with 8.3 names
  -j1, -j2               Joliet          -n    long names in ISO 9660
  -bootdata:N#ENTRY#...  N boot entries: p0 or pEF, e (no emulation), tSEGMENT, bFILE
  -bFILE -e -pEF         one boot entry
  -o, -oc, -oi           equal files are stored once
  -lLABEL  -tMM/DD/YYYY,HH:MM:SS  -m  -maxsize:MB  -yoFILE  -ue  -uf  -q  -h
Paths may hold spaces and stand in quotes, also in -bootdata.
`;

/** `adk oscdimg`: OSCDIMG's command line; exit code 0, or 1 for any failure as it has. */
export const dropIn: RunDropIn = async (argv, context) => {
  const { stdout, cwd, env, signal, quiet } = context;
  const say = (line: string) => {
    if (!quiet) stdout.line(line);
  };
  say("");
  say(BANNER);
  if (argv.length === 0 || argv.includes("-?") || argv.includes("/?")) {
    stdout.text(USAGE);
    return argv.length === 0 ? 1 : 0;
  }
  say("");
  try {
    await runOscdimg(parseOscdimg(argv), { cwd, env, signal, onProgress: context.onProgress, say });
    return 0;
  } catch (thrown) {
    const error = fromSystemError(thrown);
    if (!(error instanceof AdkError)) throw error;
    const place = error.file ?? error.found;
    stdout.line("");
    stdout.line(`ERROR: ${error.message}${place === undefined ? "" : ` "${place}"`}`);
    if (error.hint) stdout.line(error.hint);
    return 1;
  }
};
