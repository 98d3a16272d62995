import { addAbortSignal } from "node:stream";
import type { LongOperation, Progress } from "@adk/core";
import type { ZodType } from "zod";
import type { GlobalOptions, ProgressMode } from "./global-options.ts";
import { type Host, wantsColor } from "./host.ts";
import { toJson } from "./json.ts";
import type { OutputStream } from "./output-stream.ts";
import { ProgressReporter } from "./progress.ts";
import { Terminal } from "./terminal.ts";

/**
 * What an action has besides its arguments. It is a `LongOperation`, so it can be passed where one is taken:
 * `verifyWim(file, context)`.
 */
export interface Context extends LongOperation {
  /** Results. Under `--json` nothing but `output` (or binary data, as the command's purpose) may go there. */
  readonly stdout: Terminal;
  /** Diagnostics. */
  readonly stderr: Terminal;
  /** Standard input, for `-`. */
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Shows how far the operation is: a bar on a terminal, JSON lines, or nothing. */
  readonly onProgress: (progress: Progress) => void;
  readonly json: boolean;
  readonly quiet: boolean;

  /**
   * Gives the result of the command, once: with `--json` as one JSON document of the schema's shape, else as `render`
   * writes it to stdout.
   */
  output<Result>(result: NoInfer<Result>, view: View<Result>): void;
  /** Tells on stderr what is being done; silent with `--quiet`. */
  note(message: string): void;
  /** Tells on stderr what the user should know although the work goes on. */
  warn(message: string): void;
}

/** The two forms of a result. */
export interface View<Result> {
  /** The stable shape, exported by the package that owns the command; where it is loaded, that happens only with `--json`. */
  schema: ZodType<Result> | (() => Promise<ZodType<Result>>);
  render: (result: Result, out: Terminal) => void;
}

/** The context of one run of the program, with what the program itself needs of it. */
export interface RunningContext extends Context {
  /** Whether the result was given. */
  readonly answered: boolean;
  /** Resolves when the result is written: its schema may have to be loaded first. */
  answer(): Promise<void>;
  /** Ends the display of progress. */
  endProgress(): void;
}

export function createContext(
  host: Host,
  streams: { stdout: OutputStream; stderr: OutputStream },
  options: GlobalOptions,
  progressMode: ProgressMode,
): RunningContext {
  const progress = new ProgressReporter(streams.stderr, progressMode, options.quiet);
  const terminal = (name: "stdout" | "stderr") =>
    new Terminal(streams[name], wantsColor(host[name], host.env, options.color), () => progress.clear());
  const stdout = terminal("stdout");
  const stderr = terminal("stderr");
  const { json, quiet } = options;
  const { env, cwd, signal } = host;
  let answered = false;
  let answer = Promise.resolve();

  return {
    stdout,
    stderr,
    env,
    cwd,
    signal,
    json,
    quiet,
    get stdin() {
      return addAbortSignal(signal, host.stdin());
    },
    get answered() {
      return answered;
    },
    answer: () => answer,
    onProgress: (report) => progress.report(report),
    endProgress: () => progress.end(),
    output(result, { schema, render }) {
      if (answered) throw new Error("A command has one result.");
      answered = true;
      progress.end();
      const print = (schema: ZodType) => stdout.text(`${toJson(schema.parse(result))}\n`);
      if (!json) render(result, stdout);
      else if (typeof schema === "function") answer = schema().then(print);
      else print(schema);
    },
    note(message) {
      if (!quiet) stderr.line(message);
    },
    warn(message) {
      stderr.line(`${stderr.style("yellow", "warning:")} ${message}`);
    },
  };
}
