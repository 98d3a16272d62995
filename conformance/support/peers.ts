import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, test } from "vitest";

/** Distributions install some programs by another name. */
const OTHER_NAMES: Record<string, string[]> = {
  "7zz": ["7z", "7za"],
  chromium: ["chromium-browser", "google-chrome"],
};

export interface PeerOptions {
  cwd?: string;
  /** What the program reads on its standard input. */
  input?: Uint8Array;
  /** The exit status that is expected, default 0. */
  status?: number;
}

export interface PeerOutput {
  stdout: Uint8Array;
  stderr: string;
  /** `stdout` as UTF-8. */
  readonly text: string;
}

/** Another implementation, installed on this machine, that judges ours. */
export interface Peer {
  readonly name: string;
  /** The program's path, `undefined` where it is not installed. */
  readonly path: string | undefined;
  /** Runs it. Rejects with both outputs in the message if it ends with another exit status than the expected one. */
  run(args: string[], options?: PeerOptions): Promise<PeerOutput>;
}

function peer(name: string): Peer {
  const path = findProgram([name, ...(OTHER_NAMES[name] ?? [])]);
  return {
    name,
    path,
    run(args, options = {}) {
      if (path === undefined) throw new Error(`${name} is not installed: run scripts/install-peers.sh`);
      return runProgram(path, args, options);
    },
  };
}

/**
 * A suite that asks peers. Where one of them is not installed, a skipped test tells so; with `CI=true` that is a failure.
 *
 * @param names programs: `wimlib-imagex`, `7zz`, `chromium`
 */
export function describeWithPeer<const Names extends readonly string[]>(
  names: Names,
  suite: (...peers: { [Index in keyof Names]: Peer }) => void,
): void {
  const peers = names.map(peer) as { [Index in keyof Names]: Peer };
  const absent = peers.filter(({ path }) => path === undefined).map(({ name }) => name);
  describe(`peer ${names.join(", ")}`, () => {
    if (absent.length === 0) return suite(...peers);
    const reason = `${absent.join(", ")} not installed: run scripts/install-peers.sh`;
    if (process.env.CI !== "true") return void test.skip(`skipped: ${reason}`, () => {});
    test(`required in CI: ${absent.join(", ")}`, () => {
      throw new Error(reason);
    });
  });
}

function findProgram(names: string[]): string | undefined {
  // Tools that make file systems are not on the path of every user.
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  const endings = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  for (const name of names) {
    for (const directory of directories) {
      for (const ending of endings) {
        const path = join(directory, name + ending);
        if (isExecutable(path)) return path;
      }
    }
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function runProgram(path: string, args: string[], options: PeerOptions): Promise<PeerOutput> {
  const expected = options.status ?? 0;
  return new Promise((resolve, reject) => {
    // Peers translate their messages: tests read the untranslated ones.
    const child = spawn(path, args, { cwd: options.cwd, env: { ...process.env, LC_ALL: "C.UTF-8" } });
    const out: Uint8Array[] = [];
    const err: Uint8Array[] = [];
    child.stdout.on("data", (chunk: Uint8Array) => out.push(chunk));
    child.stderr.on("data", (chunk: Uint8Array) => err.push(chunk));
    child.stdin.on("error", () => {}); // a program need not read all of its input
    child.stdin.end(options.input);
    child.on("error", reject);
    child.on("close", (status, signal) => {
      const joined = Buffer.concat(out);
      const output = {
        stdout: new Uint8Array(joined.buffer, joined.byteOffset, joined.length),
        stderr: Buffer.concat(err).toString(),
        get text() {
          return joined.toString();
        },
      };
      if (status === expected) return resolve(output);
      const end = signal ?? `status ${status}, expected ${expected}`;
      reject(new Error(`${[path, ...args].join(" ")}: ${end}\n${output.text}${output.stderr}`));
    });
  });
}
