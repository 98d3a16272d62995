import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { AdkError, type ErrorKind, fromSystemError } from "@adk/core";

/** System error codes that the drop-in grammars end with ([MS-ERREF] 2.2), and how Windows words them. */
export const win32Messages = {
  2: "The system cannot find the file specified.",
  3: "The system cannot find the path specified.",
  4: "The system cannot open the file.",
  5: "Access is denied.",
  8: "Not enough memory resources are available to process this command.",
  11: "An attempt was made to load a program with an incorrect format.",
  13: "The data is invalid.",
  19: "The media is write protected.",
  31: "A device attached to the system is not functioning.",
  32: "The process cannot access the file because it is being used by another process.",
  50: "The request is not supported.",
  80: "The file exists.",
  87: "The parameter is incorrect.",
  112: "There is not enough space on the disk.",
  183: "Cannot create a file when that file already exists.",
  206: "The filename or extension is too long.",
  223: "The file size exceeds the limit allowed and cannot be saved.",
  267: "The directory name is invalid.",
  1117: "The request could not be performed because of an I/O device error.",
  1223: "The operation was canceled by the user.",
  1639: "Invalid command line argument.",
} as const;
export type Win32Code = keyof typeof win32Messages;

const byCode: Readonly<Record<string, Win32Code>> = {
  FILE_NOT_FOUND: 2,
  PATH_NOT_FOUND: 2,
  WIM_NO_FILE: 2,
  WIM_PART_MISSING: 2,
  // DISM: "No driver packages were found on the specified path."
  DRIVER_NO_INF: 2,
  DRIVER_NOT_FOUND: 2,
  TOO_MANY_OPEN_FILES: 4,
  ACCESS_DENIED: 5,
  OUT_OF_MEMORY: 8,
  WIM_BAD_MAGIC: 11,
  WIM_BAD_HEADER: 11,
  WIM_UNSUPPORTED_VERSION: 11,
  SOURCE_NOT_A_VOLUME: 11,
  READ_ONLY_FILE_SYSTEM: 19,
  BUSY: 32,
  DRIVER_NO_DATABASE: 50,
  WIM_NOT_ENCODABLE: 50,
  WIM_NOT_CHANGEABLE: 50,
  ALREADY_EXISTS: 80,
  // An index that the file does not have is a wrong parameter for DISM.
  WIM_NO_SUCH_IMAGE: 87,
  DISK_FULL: 112,
  WIM_NAME_TAKEN: 183,
  NAME_TOO_LONG: 206,
  FILE_TOO_LARGE: 223,
  NOT_A_DIRECTORY: 267,
  IS_A_DIRECTORY: 5,
  IO_ERROR: 1117,
};

const byKind: Readonly<Record<ErrorKind, Win32Code>> = {
  usage: 87,
  input: 13,
  environment: 31,
  unsupported: 50,
  cancelled: 1223,
};

/** A failure that has a code and a wording of its own already. */
export class Win32Error extends AdkError {
  readonly win32: Win32Code;

  constructor(win32: Win32Code, message: string, kind: ErrorKind = "usage") {
    super(`WIN32_${win32}`, message, { kind });
    this.name = "Win32Error";
    this.win32 = win32;
  }
}

/** What is recognised and not done here, with what does it instead. */
export function notSupported(what: string): Win32Error {
  return new Win32Error(50, `${win32Messages[50]}\n${what}`, "unsupported");
}

export function pathNotFound(path: string): Win32Error {
  return new Win32Error(3, `${win32Messages[3]}\n${path}`, "input");
}

export function invalidData(what: string): Win32Error {
  return new Win32Error(13, `${win32Messages[13]}\n${what}`, "input");
}

/** A failure as a drop-in grammar tells it. */
export interface Failure {
  readonly code: Win32Code;
  /** What Windows says, and on the next line what the kit knows. */
  readonly message: string;
  readonly file: string | undefined;
}

/** @throws what is no failure of the command line, the input or the environment: a bug */
export function describeFailure(thrown: unknown): Failure {
  const error = fromSystemError(thrown);
  if (!(error instanceof AdkError)) throw thrown;
  const { file, message } = error;
  if (error instanceof Win32Error) return { code: error.win32, message, file };
  const code = win32Code(error);
  return { code, message: `${win32Messages[code]}\n${message}${file === undefined ? "" : ` (${file})`}`, file };
}

/** The code that comes closest to an error: of its own code, else of its kind. */
function win32Code(error: AdkError): Win32Code {
  // Windows tells a missing file from a missing directory above it.
  if (error.code === "FILE_NOT_FOUND" && error.file !== undefined && !existsSync(dirname(error.file))) return 3;
  return byCode[error.code] ?? byKind[error.kind];
}
