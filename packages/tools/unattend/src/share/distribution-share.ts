import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { AdkError, check, type Finding, fromSystemError } from "@adk/core";
import { type CopyResult, copyTree, type HostItem, listTree, makeDirectory } from "./host-tree.ts";

/**
 * The directories of a distribution share ("Distribution Shares and Configuration Sets Overview", learn.microsoft.com). Each
 * may be missing, but not all.
 */
export const SHARE_DIRECTORIES = { oem: "$OEM$", drivers: "Out-of-Box Drivers", packages: "Packages" } as const;

/**
 * Makes an empty share.
 *
 * @throws AdkError `ALREADY_EXISTS` if the directory has something in it
 */
export async function createShare(root: string): Promise<void> {
  await makeDirectory(root);
  const items = await listTree(root);
  check(items.length === 0, () => {
    return new AdkError("ALREADY_EXISTS", "The directory is not empty.", { kind: "environment", file: root });
  });
  for (const name of Object.values(SHARE_DIRECTORIES)) await makeDirectory(join(root, name));
}

/** Copies a directory with drivers into a share. @throws AdkError `SHARE_NO_DRIVER` if it has no .inf file */
export async function addDriver(root: string, source: string, name = basename(source)): Promise<CopyResult> {
  await checkShareRoot(root);
  const items = await listTree(source);
  check(
    items.some(({ path }) => /\.inf$/i.test(path)),
    () => {
      const hint = "Setup takes drivers as directories with their .inf files; unpack installers first.";
      return new AdkError("SHARE_NO_DRIVER", "There is no .inf file.", { file: source, hint });
    },
  );
  return await copyTree(source, join(root, SHARE_DIRECTORIES.drivers, plainName(name)));
}

/** Copies a package (.cab, .msu, or an unpacked directory with its .mum file) into a share. @throws AdkError `SHARE_NO_PACKAGE` */
export async function addPackage(root: string, source: string): Promise<CopyResult> {
  await checkShareRoot(root);
  const info = await stat(source).catch((error: unknown) => {
    throw fromSystemError(error, source);
  });
  const isPackage = info.isDirectory()
    ? (await listTree(source)).some(({ path }) => /\.mum$/i.test(path))
    : /\.(cab|msu)$/i.test(source);
  check(isPackage, () => {
    return new AdkError("SHARE_NO_PACKAGE", "This is no package of Windows.", {
      file: source,
      expected: "a .cab or .msu file, or a directory with a .mum file",
    });
  });
  return await copyTree(source, join(root, SHARE_DIRECTORIES.packages, basename(source)));
}

/** Where `$OEM$` directories go in the installed Windows. */
const OEM_TARGETS = /^(\$\$|\$1|\$Progs|\$Docs|[C-Z])$/i;

/**
 * Copies a file or directory to where Setup puts it into the installed Windows.
 *
 * @param target below `$OEM$`: `$$/Setup/Scripts/SetupComplete.cmd` (`$$` is %WINDIR%, `$1` the system drive)
 * @throws AdkError `SHARE_BAD_TARGET`
 */
export async function addOem(root: string, source: string, target: string): Promise<CopyResult> {
  await checkShareRoot(root);
  const names = target.split(/[\\/]/).filter((name) => name !== "");
  const [first = ""] = names;
  check(OEM_TARGETS.test(first) && names.every((name) => name === plainName(name)), () => {
    return new AdkError("SHARE_BAD_TARGET", "Setup would not copy this anywhere.", {
      kind: "usage",
      expected: "a path that begins with $$ (%WINDIR%), $1 (the system drive) or a drive letter",
      found: target,
    });
  });
  return await copyTree(source, join(root, SHARE_DIRECTORIES.oem, ...names));
}

/** What is wrong with a share. */
export async function checkShare(root: string): Promise<Finding[]> {
  const items = await listTree(root);
  const findings: Finding[] = [];
  const add = (severity: Finding["severity"], code: string, message: string, path: string) => {
    findings.push({ severity, code, message, where: { path } });
  };
  const known = Object.values(SHARE_DIRECTORIES).filter((name) => isDirectory(items, name));
  if (known.length === 0) {
    add("error", "SHARE_EMPTY", "A share has at least one of $OEM$, Out-of-Box Drivers and Packages.", "");
  }
  for (const { path, isDirectory: isOne } of childrenOf(items, SHARE_DIRECTORIES.oem)) {
    const name = basename(path);
    if (isOne && OEM_TARGETS.test(name)) continue;
    add("warning", "SHARE_OEM_IGNORED", "Setup copies only what is below $$, $1 or a drive letter.", path);
  }
  for (const { path, isDirectory: isOne } of childrenOf(items, SHARE_DIRECTORIES.drivers)) {
    const hasInf = isOne ? below(items, path).some((item) => /\.inf$/i.test(item.path)) : /\.inf$/i.test(path);
    if (!hasInf) add("warning", "SHARE_NO_INF", "There is no .inf file: Setup finds no driver here.", path);
  }
  for (const { path, size, isDirectory: isOne } of items) {
    if (!isOne && size === 0) add("warning", "SHARE_EMPTY_FILE", "The file is empty.", path);
    if (path.length > 200)
      add("warning", "SHARE_LONG_PATH", "The path may become too long for Setup (259 characters).", path);
  }
  for (const { path, isDirectory: isOne } of childrenOf(items, SHARE_DIRECTORIES.packages)) {
    const isPackage = isOne ? below(items, path).some((item) => /\.mum$/i.test(item.path)) : /\.(cab|msu)$/i.test(path);
    if (!isPackage) add("warning", "SHARE_NO_PACKAGE", "This is no package: neither .cab, .msu nor .mum.", path);
  }
  return findings;
}

/** A share is a directory that has one of the known ones. */
async function checkShareRoot(root: string): Promise<void> {
  const found = await Promise.all(
    Object.values(SHARE_DIRECTORIES).map((name) =>
      stat(join(root, name)).then(
        (info) => info.isDirectory(),
        () => false,
      ),
    ),
  );
  check(found.includes(true), () => {
    return new AdkError("SHARE_MISSING", "This is no distribution share.", {
      file: root,
      expected: "a directory with $OEM$, Out-of-Box Drivers or Packages",
      hint: "adk unattend share create DIR makes one.",
    });
  });
}

/** A name that is one part of a path. */
function plainName(name: string): string {
  return name.replace(/[\\/:*?"<>|]/g, "_").replace(/^\.+$/, "_");
}

function isDirectory(items: readonly HostItem[], path: string): boolean {
  return items.some((item) => item.isDirectory && item.path.toLowerCase() === path.toLowerCase());
}

function childrenOf(items: readonly HostItem[], directory: string): HostItem[] {
  return below(items, directory).filter(({ path }) => !path.slice(directory.length + 1).includes("/"));
}

function below(items: readonly HostItem[], directory: string): HostItem[] {
  return items.filter(({ path }) => path.toLowerCase().startsWith(`${directory.toLowerCase()}/`));
}
