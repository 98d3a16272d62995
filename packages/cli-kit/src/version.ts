import { readFileSync } from "node:fs";
import type { Program } from "./group.ts";

/** What `--version` prints. */
export function versionText({ name, manifest }: Program, json: boolean): string {
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return json ? `${JSON.stringify({ name, version }, undefined, 2)}\n` : `${name} ${version}\n`;
}
