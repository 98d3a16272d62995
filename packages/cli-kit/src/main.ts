/**
 * What a bin imports. Nothing heavy is loaded here: the help and the version answer without commander, zod or any group.
 */
import { exitCodes } from "./exit-codes.ts";
import { splitCommandLine } from "./global-options.ts";
import type { Program } from "./group.ts";
import { programHelp } from "./help.ts";
import { type Host, wantsColor } from "./host.ts";
import { OutputStream } from "./output-stream.ts";
import { versionText } from "./version.ts";

export type { Program } from "./group.ts";
export type { Host, HostStream } from "./host.ts";

/**
 * Runs the program in this process: its arguments, streams and signals. The exit code is left to the process, which ends
 * by itself once everything is written; only a second signal ends it at once.
 */
export async function main(program: Program): Promise<void> {
  const interrupt = new AbortController();
  const onSignal = () => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    interrupt.abort();
  };
  const { stdout, stderr, env } = process;
  const host: Host = { stdout, stderr, stdin: () => process.stdin, env, cwd: process.cwd(), signal: interrupt.signal };
  // Node's own exit code for an error that nobody caught is 1, which here means "no".
  const onUncaught = async (thrown: unknown) => {
    let code: number = exitCodes.environment;
    try {
      const { tellUncaught } = await import("./dispatch.ts");
      code = await tellUncaught(thrown, program, host);
    } catch {
      // The installation is broken: not even the module that tells errors can be loaded.
      stderr.write(`${program.name}: ${thrown}\n`);
    }
    process.exit(code);
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal).once("uncaughtException", onUncaught);
  process.exitCode = await runCli(program, process.argv.slice(2), host);
  process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
}

/** Runs a command line; resolves with the exit code once everything is written. */
export async function runCli(program: Program, argv: readonly string[], host: Host): Promise<number> {
  const streams = { stdout: new OutputStream(host.stdout), stderr: new OutputStream(host.stderr) };
  const line = commandLine(argv);
  const { version, help, json, color } = line.options;
  if (line.command !== undefined) {
    const { dispatch } = await import("./dispatch.ts");
    return dispatch(program, line, host, streams);
  }
  const out = help || version ? "stdout" : "stderr";
  await streams[out].write(
    version ? versionText(program, json) : programHelp(program, wantsColor(host[out], host.env, color)),
  );
  if (await streams[out].flush()) return exitCodes.environment;
  return help || version ? exitCodes.done : exitCodes.usage;
}

/** `adk help wim info` is `adk --help wim info`. */
function commandLine(argv: readonly string[]) {
  const line = splitCommandLine(argv);
  if (line.command !== "help") return line;
  const before = argv.slice(0, argv.length - line.rest.length - 1);
  return splitCommandLine([...before, "--help", ...line.rest]);
}
