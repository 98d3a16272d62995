import { resolve } from "node:path";

/** A path of a Windows command line as this host has it: a backslash separates names everywhere. */
export function hostPath(path: string, cwd: string): string {
  return resolve(cwd, path.replaceAll("\\", "/"));
}
