import { existsSync } from "node:fs";
import type { RunDropIn } from "@adk/cli-kit";
import { AdkError, fromSystemError } from "@adk/core";
import { parseOscdimg } from "../oscdimg/parse.ts";
import { runOscdimg } from "../oscdimg/run.ts";

const BANNER = "ADK OSCDIMG CD-ROM and DVD-ROM premastering (not Microsoft's program)";
const USAGE = `
Usage: adk oscdimg [options] <source directory> <target file>
Values are glued to their options. Paths with spaces stand in quotes, also within -bootdata.

Form     -u2        UDF; the ISO 9660 tree has a readme only     -urFILE  the readme
         -u1        UDF and ISO 9660 with 8.3 names              -udfver102
         -j1        Joliet and ISO 9660 with 8.3 names, also with -u1 or -u2
         -j2        Joliet; the ISO 9660 tree has a text only    -jsFILE  the text
         (none)     ISO 9660   -n, -nt  names of 30 characters   -d  small letters too
         -uv        video DVD   -ut  with nothing else in ISO 9660
         -ue -uf    small files, small directories in their UDF entries
         -us        no room for zeros    -yl  long allocation descriptors
Boot     -bootdata:N#ENTRY#...  N entries: p0 or pEF, e (no emulation), tSEGMENT, bFILE
         -bFILE -e -pEF         one entry
Storage  -o, -oc    equal files are stored once     -oi  cabinets too that differ in times only
         -os        list them                       -yd  no warning of files that begin alike
         -yoFILE    files whose data comes first    -y5  those of i386 first, the last one first
Source   -h         hidden files too   -r  follow links   -k  leave out what cannot be read   -yw
Names    -w1  not for ISO 9660 or Joliet   -w2  not for DOS   -w3  empty files   -w4  list all files   -c
General  -lLABEL    -tMM/DD/YYYY,HH:MM:SS  one time for all   -g   -m  any size   -maxsize:MB   -a  summary   -q  no image
`;

/** `adk oscdimg`: OSCDIMG's command line; exit code 0, or 1 for any failure. */
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
    const command = parseOscdimg(argv, (word) => existsSync(word));
    await runOscdimg(command, { cwd, env, signal, onProgress: context.onProgress, say });
    return 0;
  } catch (thrown) {
    const error = fromSystemError(thrown);
    if (!(error instanceof AdkError)) throw error;
    const place = error.file ?? error.found;
    stdout.line("");
    stdout.line(`ERROR: ${place === undefined ? error.message : `${error.message.replace(/\.$/, "")} "${place}"`}`);
    if (error.hint) stdout.line(error.hint);
    return 1;
  }
};
