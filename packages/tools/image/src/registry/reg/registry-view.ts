import { type Hive, hiveRole, joinKeyPath, pathBelow } from "@adk/registry";

const NODE = "Wow6432Node";
/** Below SOFTWARE\Classes only these differ between the views ("Registry Keys Affected by WOW64", learn.microsoft.com). */
const CLASSES = ["CLSID", "DirectShow", "Interface", "Media Type", "MediaFoundation"];

/** The path in a SOFTWARE hive that a program of 32 bits means by another, where the Windows is one of 64 bits. */
export function registryView(hive: Hive, path: string, view: "32" | "64" | undefined): string {
  if (view !== "32" || hiveRole(hive) !== "SOFTWARE" || !hive.key(NODE)) return path;
  if (pathBelow(NODE, path) !== undefined) return path;
  const inClasses = pathBelow("Classes", path);
  if (inClasses === undefined) return joinKeyPath(NODE, path);
  const redirected = CLASSES.some((name) => pathBelow(name, inClasses) !== undefined);
  return redirected ? joinKeyPath("Classes", NODE, inClasses) : path;
}
