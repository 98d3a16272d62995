import type { InfFile } from "./inf-file.ts";
import { parseNumber } from "./number.ts";

// Directory identifiers ("Using Dirids", learn.microsoft.com). Those from 16384 on are CSIDL numbers of the shell.

/** Where the driver package itself lies: from Windows 10 version 1709 on drivers are run from there. */
export const DRIVER_STORE_DIRID = 13;
/** An absolute path follows. */
export const ABSOLUTE_DIRID = -1;

/** Paths of a volume whose Windows lies in `/Windows`, that is not on this map. */
const WINDOWS: Record<number, string> = {
  10: "",
  11: "/System32",
  12: "/System32/drivers",
  17: "/INF",
  18: "/Help",
  20: "/Fonts",
  21: "/System32/viewers",
  23: "/System32/spool/drivers/color",
  50: "/system",
  51: "/System32/spool",
  52: "/System32/spool/drivers",
  55: "/System32/spool/prtprocs",
  16404: "/Fonts",
  16420: "",
  16421: "/System32",
  16425: "/SysWOW64",
};

const VOLUME: Record<number, string> = {
  24: "",
  30: "",
  53: "/Users/Default",
  54: "",
  16403: "/Users/Public",
  16406: "/ProgramData/Microsoft/Windows/Start Menu",
  16407: "/ProgramData/Microsoft/Windows/Start Menu/Programs",
  16408: "/ProgramData/Microsoft/Windows/Start Menu/Programs/Startup",
  16409: "/Users/Public/Desktop",
  16419: "/ProgramData",
  16422: "/Program Files",
  16426: "/Program Files (x86)",
  16427: "/Program Files/Common Files",
  16428: "/Program Files (x86)/Common Files",
};

/** Where directories of a Windows are. */
export interface InfDirectories {
  /** `/Windows` */
  readonly windows: string;
  /** Of the driver package: `/Windows/System32/DriverStore/FileRepository/x.inf_amd64_...` */
  readonly package: string;
}

/** The path of a directory identifier; undefined for those that no offline Windows tells (a printer's, the source disk). */
export function directoryPath(identifier: number, { windows, package: store }: InfDirectories): string | undefined {
  if (identifier === DRIVER_STORE_DIRID || identifier === 1) return store;
  const inWindows = WINDOWS[identifier];
  return inWindows === undefined ? VOLUME[identifier] : windows + inWindows;
}

/** Reads the number of a directory. 65535 is -1 in sixteen bits. */
export function readDirectoryId(inf: InfFile, text: string): number | undefined {
  const number = parseNumber(inf.text({ text, line: 0, column: 0 }).trim());
  return number === 0xffff || number === 0xffff_ffff ? ABSOLUTE_DIRID : number;
}

/** Replaces `%12%` at the start of a path by where that is; undefined where it is not known. */
export function expandDirectoryId(path: string, directories: InfDirectories): string | undefined {
  const [, identifier, rest = ""] = /^%(-?\d+)%(.*)$/s.exec(path) ?? [];
  if (identifier === undefined) return path;
  const directory = directoryPath(Number(identifier), directories);
  return directory === undefined ? undefined : directory + rest.replaceAll("\\", "/");
}
