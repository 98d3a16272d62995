import type { ErrorKind } from "@adk/core";

/** The exit codes of every command; a drop-in grammar returns those of the tool that it replaces instead. */
export const exitCodes = {
  /** Done. */
  done: 0,
  /** Done, and the answer is "no": errors found, verification failed, gate not met. */
  no: 1,
  /** Wrong usage. */
  usage: 2,
  /** The input is unreadable or invalid. */
  input: 3,
  /** The environment failed (I/O, space, permission), or the program itself. */
  environment: 4,
  /** Not supported. */
  unsupported: 5,
  /** Stopped by a signal. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of an `AdkError` of this kind. */
export function exitCodeOf(kind: ErrorKind): ExitCode {
  return kind === "cancelled" ? exitCodes.interrupted : exitCodes[kind];
}
