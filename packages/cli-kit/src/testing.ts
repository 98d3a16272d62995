/** Runs commands in the process of a test. */
import { Readable, Writable } from "node:stream";
import type { Groups } from "./group.ts";
import type { Host, HostStream } from "./host.ts";
import { runCli } from "./main.ts";

export interface TestOptions {
  env?: Host["env"];
  cwd?: string;
  stdin?: string | Uint8Array;
  /** Columns of a terminal on stdout and stderr; without it they are pipes. */
  tty?: number;
  signal?: AbortSignal;
}

export interface TestResult {
  exitCode: number;
  stdout: string;
  stderr: string;
  stdoutBytes: Uint8Array;
}

/** Runs `adk` with these groups. The environment is empty but for `env`. */
export async function runForTest(
  groups: Groups,
  argv: readonly string[],
  options: TestOptions = {},
): Promise<TestResult> {
  const { env = {}, cwd = process.cwd(), stdin = "", tty, signal = new AbortController().signal } = options;
  const stdout = collector(tty);
  const stderr = collector(tty);
  const program = {
    name: "adk",
    summary: "Commands under test.",
    manifest: new URL("../package.json", import.meta.url),
    groups,
  };
  const exitCode = await runCli(program, argv, {
    stdout: stdout.stream,
    stderr: stderr.stream,
    stdin: () => Readable.from([Buffer.from(stdin)]),
    env,
    cwd,
    signal,
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text(), stdoutBytes: stdout.bytes() };
}

function collector(columns: number | undefined) {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const stream: HostStream = columns === undefined ? sink : Object.assign(sink, { isTTY: true, columns });
  return {
    stream,
    text: () => Buffer.concat(chunks).toString(),
    bytes: () => new Uint8Array(Buffer.concat(chunks)),
  };
}
