import type { Readable, Writable } from "node:stream";

/** The world around a program: the process, or a test's stand-in for it. */
export interface Host {
  stdout: HostStream;
  stderr: HostStream;
  /** Called when standard input is wanted; opening it has effects of its own. */
  stdin: () => Readable;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Aborted when the user asks to stop. */
  signal: AbortSignal;
}

export type HostStream = Writable & { isTTY?: boolean; columns?: number };

/** Whether colours go to a stream: `--no-color`, then FORCE_COLOR, then NO_COLOR, then whether it is a terminal. */
export function wantsColor(stream: HostStream, env: Host["env"], allowed: boolean): boolean {
  if (!allowed) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  if (env.NO_COLOR) return false;
  return stream.isTTY === true && env.TERM !== "dumb";
}
