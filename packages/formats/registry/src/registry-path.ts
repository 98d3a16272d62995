import { AdkError, equalNames, suggest } from "@adk/core";

/** The roots of the registry as .reg files spell them, and as people type them. */
const ROOTS: readonly (readonly [long: string, short: string])[] = [
  ["HKEY_LOCAL_MACHINE", "HKLM"],
  ["HKEY_USERS", "HKU"],
  ["HKEY_CURRENT_USER", "HKCU"],
  ["HKEY_CLASSES_ROOT", "HKCR"],
  ["HKEY_CURRENT_CONFIG", "HKCC"],
];

/** The names of a path; empty ones, as of a `\` at either end, do not count. */
export function splitKeyPath(path: string): string[] {
  return path.split("\\").filter((name) => name !== "");
}

export function joinKeyPath(...names: readonly string[]): string {
  return names.filter((name) => name !== "").join("\\");
}

/**
 * A path with the full name of its root: `HKEY_LOCAL_MACHINE\SOFTWARE` for `hklm\SOFTWARE`.
 *
 * @throws AdkError `REG_BAD_ROOT`
 */
export function expandRoot(path: string): string {
  const [first = "", ...rest] = splitKeyPath(path);
  const root = ROOTS.find((names) => names.some((name) => equalNames(name, first)));
  if (root) return joinKeyPath(root[0], ...rest);
  const near = suggest(first, ROOTS.flat());
  throw new AdkError("REG_BAD_ROOT", `"${path}" begins with no root of the registry.`, {
    kind: "usage",
    expected: ROOTS.map(([long, short]) => `${long} (${short})`).join(", "),
    hint: near === undefined ? undefined : `Did you mean ${joinKeyPath(near, ...rest)}?`,
  });
}

/**
 * The part of a path below another: empty where they are the same, undefined where it lies elsewhere. Case does not matter.
 */
export function pathBelow(parent: string, path: string): string | undefined {
  const above = splitKeyPath(parent);
  const names = splitKeyPath(path);
  if (above.some((name, i) => names[i] === undefined || !equalNames(names[i], name))) return undefined;
  return joinKeyPath(...names.slice(above.length));
}
