/**
 * Every failure that input, the environment or the user can cause is an `AdkError` with a stable code. A `TypeError` or
 * `RangeError` that escapes from a parser is a bug.
 */

/** What kind of failure it is; the command line maps each kind to one exit code. */
export type ErrorKind = "usage" | "input" | "environment" | "unsupported" | "cancelled";

export interface ErrorDetails {
  /** Default `"input"`: the data is wrong. */
  kind?: ErrorKind;
  /** The file or source in which it was found. */
  file?: string | undefined;
  /** Byte offset in that file. */
  offset?: number | undefined;
  expected?: string | number | undefined;
  found?: string | number | undefined;
  /** What the user can do about it. */
  hint?: string | undefined;
  cause?: unknown;
}

export class AdkError extends Error {
  /** Stable, upper case, prefixed by the format or part: `WIM_BAD_HEADER`. */
  readonly code: string;
  readonly kind: ErrorKind;
  readonly file: string | undefined;
  readonly offset: number | undefined;
  readonly expected: string | number | undefined;
  readonly found: string | number | undefined;
  readonly hint: string | undefined;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "AdkError";
    this.code = code;
    this.kind = details.kind ?? "input";
    this.file = details.file;
    this.offset = details.offset;
    this.expected = details.expected;
    this.found = details.found;
    this.hint = details.hint;
  }

  /** The same error, told where it happened; facts that are already known stay. */
  at(where: { file?: string | undefined; offset?: number | undefined }): AdkError {
    return new AdkError(this.code, this.message, {
      kind: this.kind,
      file: this.file ?? where.file,
      offset: this.offset ?? where.offset,
      expected: this.expected,
      found: this.found,
      hint: this.hint,
      cause: this.cause,
    });
  }

  /** A plain object that survives `postMessage` and JSON. */
  toJSON(): ErrorJson {
    const { code, kind, message, file, offset, expected, found, hint } = this;
    return { code, kind, message, file, offset, expected, found, hint };
  }

  static fromJSON(json: ErrorJson): AdkError {
    return new AdkError(json.code, json.message, json);
  }
}

export interface ErrorJson extends Omit<ErrorDetails, "cause"> {
  code: string;
  message: string;
}

/** Throws unless the condition holds. The message is built only on failure. */
export function check(condition: boolean, failure: () => AdkError): asserts condition {
  if (!condition) throw failure();
}

/** Turns what Node's `fs` throws into an `AdkError` with a code per cause; passes other errors through. */
export function fromSystemError(error: unknown, file?: string): unknown {
  if (error instanceof AdkError || !(error instanceof Error) || !("code" in error)) return error;
  const known = typeof error.code === "string" ? SYSTEM_ERRORS[error.code] : undefined;
  if (known === undefined) return error;
  const name = file ?? ("path" in error && typeof error.path === "string" ? error.path : undefined);
  return new AdkError(known.code, known.message, { kind: known.kind, file: name, hint: known.hint, cause: error });
}

const SYSTEM_ERRORS: Record<string, { code: string; kind: ErrorKind; message: string; hint?: string }> = {
  ENOENT: { code: "FILE_NOT_FOUND", kind: "input", message: "The file or directory does not exist." },
  ENOTDIR: { code: "NOT_A_DIRECTORY", kind: "input", message: "A directory was expected here." },
  EISDIR: {
    code: "IS_A_DIRECTORY",
    kind: "input",
    message: "A file was expected here, this is a directory.",
    hint: "Name a file in it.",
  },
  EACCES: { code: "ACCESS_DENIED", kind: "environment", message: "Permission denied." },
  EPERM: { code: "ACCESS_DENIED", kind: "environment", message: "The operation is not permitted." },
  EROFS: { code: "READ_ONLY_FILE_SYSTEM", kind: "environment", message: "The file system is read-only." },
  ENOSPC: {
    code: "DISK_FULL",
    kind: "environment",
    message: "No space left on the device.",
    hint: "Nothing was replaced; free some space or choose another target.",
  },
  EDQUOT: { code: "DISK_FULL", kind: "environment", message: "The disk quota is exhausted." },
  EFBIG: { code: "FILE_TOO_LARGE", kind: "environment", message: "The file is too large for this file system." },
  EEXIST: { code: "ALREADY_EXISTS", kind: "environment", message: "The file exists already." },
  EMFILE: { code: "TOO_MANY_OPEN_FILES", kind: "environment", message: "Too many files are open." },
  ENAMETOOLONG: { code: "NAME_TOO_LONG", kind: "environment", message: "The name is too long for this file system." },
  EIO: { code: "IO_ERROR", kind: "environment", message: "The device reported an I/O error." },
  EBUSY: { code: "BUSY", kind: "environment", message: "The file is in use." },
  ELOOP: { code: "LINK_LOOP", kind: "input", message: "Too many levels of symbolic links." },
};
