import { resolve } from "node:path";
import type { Context } from "@adk/cli-kit";

/**
 * A source as the user names it, its path on this host seen from where the command runs: of `media!/sources/install.wim:2`
 * only `media` is one.
 */
export function sourceIn({ cwd }: Context, name: string): string {
  const [, path = "", rest = ""] = /^(.*?)(!\/.*|:"[^"]*"|)$/s.exec(name) ?? [];
  return resolve(cwd, path) + rest;
}

/** `1 file`, `2 files`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** `--ref <file>`, which may be given several times. */
export const REFERENCES = [
  "--ref <file>",
  "a further part of a split set, or the file that a delta file was made from; patterns too, several times too",
  (file: string, before: readonly string[] = []): string[] => [...before, file],
] as const;
