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
