import { readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { inspect } from "node:util";
import { AdkError, cancelled, type ErrorJson, fromSystemError, suggest } from "@adk/core";
import type { Program } from "./group.ts";
import { formatOffset, type Terminal } from "./terminal.ts";
import { visible } from "./text.ts";

/** Whatever an action threw, as the error that is told. */
export function toAdkError(thrown: unknown, program: string, signal: AbortSignal): AdkError {
  const known = fromSystemError(thrown);
  if (known instanceof AdkError) return known;
  if (signal.aborted && known instanceof Error && known.name === "AbortError") return cancelled();
  if (known instanceof Error && "syscall" in known && "code" in known) {
    return new AdkError(`SYSTEM_${known.code}`, known.message, { kind: "environment", cause: known });
  }
  return new AdkError("INTERNAL", known instanceof Error ? `${known.name}: ${known.message}` : String(known), {
    kind: "environment",
    hint: `This is a bug in ${program}. Run it again with ADK_DEBUG=1 in the environment to see where.`,
    cause: known,
  });
}

/** Input of another kind than the command takes; what is damaged deeper has other codes. */
const OTHER_KIND = /_(BAD_(MAGIC|SIGNATURE|MSF|INDEX)|NO_BUFFERS|NOT_A_VOLUME)$/;

/** The error with what the user can do about it, where it does not say so itself. */
export function withHint(error: AdkError, { recognise }: Program, cwd: string): AdkError {
  const hint = error.hint ?? hintFor(error, recognise, cwd);
  return new AdkError(error.code, error.message, { ...error, hint, cause: error });
}

function hintFor({ code, file }: AdkError, recognise: string | undefined, cwd: string): string | undefined {
  if (file === undefined) return undefined;
  if (code === "FILE_NOT_FOUND") return nearestFile(file, cwd);
  return recognise !== undefined && OTHER_KIND.test(code) ? `To see what it is: ${recognise} ${file}` : undefined;
}

/** The name in the directory that a mistyped one most likely means. */
function nearestFile(file: string, cwd: string): string | undefined {
  const directory = dirname(file);
  try {
    const near = suggest(basename(file), readdirSync(resolve(cwd, directory)));
    return near && `Did you mean ${join(directory, near)}?`;
  } catch {
    return undefined;
  }
}

/** Prints an error: what, where, expected and found, and what to do. */
export function printError(error: AdkError, program: string, debug: boolean, out: Terminal): void {
  out.line(`${program}: ${out.style("red", `error[${visible(error.code)}]`)} ${visible(error.message)}`);
  const facts = {
    file: error.file,
    offset: error.offset === undefined ? undefined : formatOffset(error.offset).slice("offset ".length),
    expected: error.expected,
    found: error.found,
    hint: error.hint,
  };
  for (const [label, value] of Object.entries(facts)) {
    if (value !== undefined) out.line(`  ${`${label}:`.padEnd(10)}${visible(String(value))}`);
  }
  if (debug) out.line(inspect(error));
}

/** The one document on stdout of a command that failed under `--json`. */
export function errorDocument(error: AdkError): { error: ErrorJson } {
  return { error: error.toJSON() };
}

/**
 * Wrong usage.
 *
 * @param code without its prefix: `UNKNOWN_OPTION`
 * @param command whose help tells the right usage: `adk wim info`
 */
export function usageError(code: string, message: string, command: string, suggestion?: string): AdkError {
  const help = `See: ${command} --help`;
  return new AdkError(`USAGE_${code}`, message, {
    kind: "usage",
    hint: suggestion === undefined ? help : `Did you mean ${suggestion}? ${help}`,
  });
}
