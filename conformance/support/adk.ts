import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));
/** Most of a short run is stripping types: Node keeps the result here. */
const CACHE = fileURLToPath(new URL("../node_modules/.cache/compile", import.meta.url));

export interface AdkRun {
  readonly child: ChildProcess;
  /** Resolves when it ended. */
  readonly ended: Promise<AdkEnd>;
}

export interface AdkEnd {
  /** `null` where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AdkOptions {
  readonly cwd?: string;
  /** The user that it runs as. */
  readonly uid?: number;
  /** Told of each progress report. */
  readonly onProgress?: (progress: { phase: string; done: number; total: number }, child: ChildProcess) => void;
}

/** Starts the command line from source, in a process of its own. */
export function startAdk(args: readonly string[], { cwd, uid, onProgress }: AdkOptions = {}): AdkRun {
  const progress = onProgress ? ["--progress", "json"] : [];
  const child = spawn(process.execPath, ["--conditions=@adk/source", MAIN, ...args, ...progress], {
    cwd,
    env: { ...process.env, NODE_COMPILE_CACHE: CACHE },
    ...(uid === undefined ? {} : { uid, gid: uid }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let line = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    const lines = (line + text).split("\n");
    line = lines.pop() ?? "";
    for (const each of lines) {
      if (!each.startsWith('{"progress"')) stderr += `${each}\n`;
      else onProgress?.(JSON.parse(each).progress, child);
    }
  });
  const ended = new Promise<AdkEnd>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr: stderr + line }));
  });
  return { child, ended };
}
