import { resolve } from "node:path";

/** A path of a Windows command line as this host has it: a backslash separates names everywhere. */
export function hostPath(path: string, cwd: string): string {
  return resolve(cwd, path.replaceAll("\\", "/"));
}

/** A source of a Windows command line: a path, or one with an image behind it (`C:\\images\\install.wim:6`). */
export function hostSource(name: string, cwd: string): string {
  const [, path = name, image = ""] = /^(.+?)(:(?:\d+|"[^"]*"))?$/s.exec(name) ?? [];
  return hostPath(path, cwd) + image;
}
