import { appendFileSync } from "node:fs";
import { availableParallelism, release } from "node:os";
import { threadId } from "node:worker_threads";
import { fromSystemError } from "@adk/core";

export type LogLevel = "Error" | "Warning" | "Info" | "Debug";

/** /LogLevel that a line needs: 1 errors only, 2 and warnings, 3 and information (the default), 4 everything. */
const NEEDED: Readonly<Record<LogLevel, number>> = { Error: 1, Warning: 2, Info: 3, Debug: 4 };
const PROGRAM = "DISM.EXE";
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "x86" };

/** A line of dism.log in local time. */
export function formatLogLine(time: Date, level: LogLevel, component: string, message: string): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
  const process = component === PROGRAM ? "" : `PID=${globalThis.process.pid} TID=${threadId} `;
  const text = message.replaceAll(/[\r\n]+/g, " ");
  return `${date} ${clock}, ${level.padEnd(22)}DISM   ${component}: ${process}${text}\n`;
}

/** Adds to a dism.log. Each line is in the file when the call returns. */
export class DismLog {
  readonly path: string;
  readonly #level: number;

  /** @param level 1 to 4 */
  constructor(path: string, level: number) {
    this.path = path;
    this.#level = level;
  }

  /** @throws AdkError where the file cannot be written */
  write(level: LogLevel, message: string, component = PROGRAM): void {
    if (NEEDED[level] > this.#level) return;
    try {
      appendFileSync(this.path, formatLogLine(new Date(), level, component, message));
    } catch (error) {
      throw fromSystemError(error, this.path);
    }
  }

  /** @param argv product keys in it are masked */
  start(argv: readonly string[], version: string): void {
    const architecture = ARCHITECTURES[process.arch] ?? process.arch;
    this.write("Info", "");
    this.write("Info", "<----- Starting Dism.exe session ----->");
    this.write("Info", "");
    this.write(
      "Info",
      `Host machine information: OS Version=${release()}, Running architecture=${architecture}, Number of processors=${availableParallelism()}`,
    );
    this.write("Info", `Dism.exe version: ${version}`);
    this.write("Info", `Executing command line: adk dism ${argv.map(maskKey).map(quote).join(" ")}`);
  }

  end(): void {
    this.write("Info", "Image session has been closed. Reboot required=no.");
    this.write("Info", "");
    this.write("Info", "<----- Ending Dism.exe session ----->");
    this.write("Info", "");
  }
}

function maskKey(word: string): string {
  return word.replace(/^(\/(?:Set-)?ProductKey[:=]).*$/is, "$1*****");
}

function quote(word: string): string {
  return /\s/.test(word) ? `"${word}"` : word;
}
