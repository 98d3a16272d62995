import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
const BIN = join(ROOT, "node_modules", ".bin");

const WINDOWS = process.platform === "win32";

/** The environment of everything that the scripts start: the installed programs and Node first, no telemetry; no colour and nothing of npm's own in what is captured. */
function environment(extra, live) {
  const variables = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", ...extra };
  if (!live) Object.assign(variables, { NO_COLOR: "1", FORCE_COLOR: "0", npm_config_loglevel: "silent" });
  // Windows spells it `Path`; two spellings in one environment would hide each other.
  const name = Object.keys(variables).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  variables[name] = [BIN, variables[name]].join(delimiter);
  return variables;
}

/**
 * Runs a program in the repository's root and never throws.
 *
 * @param {string} command a program on the path or in `node_modules/.bin`
 * @param {string[]} args
 * @param {{ live?: boolean, env?: Record<string, string> }} [options] `live`: the program writes to the terminal itself
 * @returns {Promise<{ ok: boolean, output: string }>} what it wrote, standard output and error as they came
 */
export function run(command, args, options = {}) {
  // npm and the programs in node_modules/.bin are .cmd files on Windows, which only a shell starts.
  const line = WINDOWS
    ? [command, ...args.map((arg) => (/[\s&|<>^"]/.test(arg) ? `"${arg}"` : arg))].join(" ")
    : command;
  return new Promise((resolve) => {
    const child = spawn(line, WINDOWS ? [] : args, {
      cwd: ROOT,
      env: environment(options.env, options.live),
      shell: WINDOWS,
      stdio: options.live ? "inherit" : ["ignore", "pipe", "pipe"],
    });
    const chunks = [];
    child.stdout?.on("data", (chunk) => chunks.push(chunk));
    child.stderr?.on("data", (chunk) => chunks.push(chunk));
    const finish = (ok, note = "") => resolve({ ok, output: Buffer.concat(chunks).toString() + note });
    child.on("error", (error) => finish(false, `${command}: ${error.message}\n`));
    child.on("close", (status, signal) => finish(status === 0, signal ? `${command}: ended by ${signal}\n` : ""));
  });
}
