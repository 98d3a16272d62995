import { readFileSync } from "node:fs";

/** The version of this package in the four parts of a Windows file version: `0.1.0.0`. */
export function kitVersion(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  return `${version.replace(/[-+].*$/, "")}.0`;
}
