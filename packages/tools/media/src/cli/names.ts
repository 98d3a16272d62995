import { basename, resolve } from "node:path";
import type { Context } from "@adk/cli-kit";

/** A source as the user names it; of `media!/sources/install.wim:2` only `media` is a path of this host. */
export function sourceIn({ cwd }: Context, name: string): string {
  const [, path = "", rest = ""] = /^(.*?)(!\/.*|:"[^"]*"|)$/s.exec(name) ?? [];
  return resolve(cwd, path) + rest;
}

/** The label that a disc gets by the name of its file. */
export function labelOf(file: string): string {
  const name = basename(file).replace(/\.[^.]*$/, "");
  return name === "-" || name === "" ? "DISC" : name.slice(0, 32);
}
