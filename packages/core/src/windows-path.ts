import { equalNames } from "./upcase.ts";

/**
 * Names and paths of Windows. Inside the kit a path in a volume is written `/Windows/System32`: with `/`, from the root `/`,
 * the case as it is stored, no slash at the end.
 */

/** UTF-16 code units that NTFS allows in one name. */
export const MAX_NAME_LENGTH = 255;
/** UTF-16 code units that NT allows in a whole path. */
export const MAX_PATH_LENGTH = 32_767;

/** Why Win32 cannot have a file of a name. */
export type NameProblem =
  | "empty"
  | "dots"
  | "illegal-character"
  | "trailing-dot-or-space"
  | "reserved-device"
  | "too-long";

/** `/` and `\` part names, `:` begins a stream, the others are wildcards and quotes; control characters are illegal too. */
const ILLEGAL = /[<>:"/\\|?*]/;
/**
 * DOS devices; what follows a dot or colon does not matter (`aux.h`, `NUL:`), nor do spaces before it. The superscript
 * digits one to three count as digits ("Naming Files, Paths, and Namespaces", learn.microsoft.com).
 */
const DEVICE =
  /^(?:CON|PRN|AUX|NUL|COM[1-9\u00b9\u00b2\u00b3]|LPT[1-9\u00b9\u00b2\u00b3]|CONIN\$|CONOUT\$) *(?:[.:].*)?$/is;

export function isReservedDeviceName(name: string): boolean {
  return DEVICE.test(name);
}

/** Whether a name of an entry stays in its directory: no separator, not `.` or `..`, not empty. */
export function isPlainName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\\0]/.test(name);
}

/** What is wrong with a name as a file name of Win32; undefined if it is good. NTFS itself takes more. */
export function checkName(name: string): NameProblem | undefined {
  if (name === "") return "empty";
  if (name === "." || name === "..") return "dots";
  if (ILLEGAL.test(name) || Array.from(name).some((character) => character < " ")) return "illegal-character";
  if (/[. ]$/.test(name)) return "trailing-dot-or-space";
  if (DEVICE.test(name)) return "reserved-device";
  return name.length > MAX_NAME_LENGTH ? "too-long" : undefined;
}

/**
 * The names of a path written either way: `C:\Windows\System32`, `\Windows/System32`, `/Windows`. The prefixes `\\?\` and
 * `\??\`, a drive letter and empty names are dropped; `.` and `..` are kept as they are.
 */
export function splitPath(path: string): string[] {
  const inside = path.replace(/^[\\/](?:[\\/]|\?)\?[\\/]/, "").replace(/^[a-z]:(?=[\\/]|$)/i, "");
  return inside.split(/[\\/]+/).filter((name) => name !== "");
}

/** The path of the kit that names make: `/Windows/System32`; `/` for none. */
export function joinPath(...names: readonly string[]): string {
  return `/${names.join("/")}`;
}

/** A path written either way as the kit writes it, with `.` and `..` resolved; `..` at the root stays there. */
export function normalizePath(path: string): string {
  const names: string[] = [];
  for (const name of splitPath(path)) {
    if (name === "..") names.pop();
    else if (name !== ".") names.push(name);
  }
  return joinPath(...names);
}

/** A path of the kit as Windows writes it: `\Windows\System32`, or with a drive `C:\Windows\System32`. */
export function toWindowsPath(path: string, drive = ""): string {
  return drive + joinPath(...splitPath(path)).replaceAll("/", "\\");
}

/** `/Windows` for `/Windows/System32`; `/` for the root too. */
export function parentPath(path: string): string {
  return joinPath(...splitPath(path).slice(0, -1));
}

/** The last name of a path, empty for the root. */
export function baseName(path: string): string {
  return splitPath(path).at(-1) ?? "";
}

/** The extension with its dot as it is stored: `.dll`; empty where there is none. */
export function extension(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot);
}

/** Whether a path is another or lies below it, as NTFS compares names. */
export function isWithin(path: string, directory: string): boolean {
  const names = splitPath(path);
  return splitPath(directory).every((name, i) => i < names.length && equalNames(name, names[i]!));
}
