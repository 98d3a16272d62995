import { AdkError } from "./errors.ts";

/**
 * Bounds that every parser keeps, so that a hostile file can neither fill the memory nor hang the process. The defaults
 * are far beyond what real Windows images need.
 */
export interface Limits {
  /** Bytes that one structure may make a parser hold in memory at once (a metadata resource, a table). */
  memoryBytes: number;
  /** Bytes that may be written in one operation. */
  outputBytes: number;
  /** Uncompressed bytes per compressed byte of one structure that is expanded into memory. */
  ratio: number;
  /** Directory depth, key depth, nesting. */
  depth: number;
  /** Entries of a directory tree or table. */
  entries: number;
  /** UTF-16 code units of one name. */
  nameLength: number;
  /** Milliseconds for one parse; 0 for no bound. */
  time: number;
}

export const DEFAULT_LIMITS: Readonly<Limits> = Object.freeze({
  memoryBytes: 2 ** 31,
  outputBytes: 2 ** 46,
  ratio: 4096,
  depth: 512,
  entries: 20_000_000,
  nameLength: 255,
  time: 0,
});

/** The defaults with some of them replaced. */
export function withLimits(some: Partial<Limits> = {}): Limits {
  return { ...DEFAULT_LIMITS, ...some };
}

/** The error that every exceeded limit becomes. */
export function limitExceeded(
  limit: keyof Limits,
  found: number,
  limits: Limits,
  where: { file?: string | undefined; offset?: number | undefined } = {},
): AdkError {
  return new AdkError("LIMIT_EXCEEDED", `The limit ${limit} is exceeded.`, {
    ...where,
    expected: `at most ${limits[limit]}`,
    found,
    hint: "The file is damaged or hostile; if it is genuine, raise this limit.",
  });
}
