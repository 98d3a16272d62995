import { joinPath, splitPath, toWindowsPath } from "@adk/core";
import { ABSOLUTE_DIRID, directoryPath, type InfCopyFile, type InfDirectories } from "@adk/inf";
import { RegType } from "@adk/registry";
import type { PublishedDriver } from "./database-entries.ts";
import { PNP_LOCKDOWN, publishedPaths } from "./driver-store.ts";
import type { OperationList } from "./operations.ts";

/** Recorded for files of packages with `PnpLockdown=1` and of others. */
const LOCKDOWN_CLASS = 4;
const NO_LOCKDOWN_CLASS = 5;

/** Puts the package into the driver store, and its INF and catalog where Windows looks for them. */
export function addStoreFiles(
  operations: OperationList,
  driver: PublishedDriver,
  { windows, package: store }: InfDirectories,
) {
  const { folder, files, infEntry, signature } = driver.package;
  for (const file of files) {
    const from = folder.inside(file);
    operations.add({ kind: "copy-file", from, to: store + from });
  }
  const published = publishedPaths({ windows }, driver.publishedName);
  operations.add({ kind: "copy-file", from: folder.inside(infEntry), to: published.inf });
  if (signature.catalog !== undefined) {
    const from = joinPath(...splitPath(signature.catalog));
    operations.add({ kind: "copy-file", from, to: published.catalog });
  }
}

/** Copies the files to the places that CopyFiles gives, and has Windows watch over those in its own directory. */
export function addInstalledFiles(
  operations: OperationList,
  driver: PublishedDriver,
  directories: InfDirectories,
): void {
  const { install, inf, version } = driver.package;
  for (const { copy, path } of installedFiles(
    install.sections.flatMap(({ copyFiles }) => copyFiles),
    directories,
  )) {
    // Files of an included INF are those of Windows itself, and there.
    if (copy.inf !== inf || copy.cabinet !== undefined) continue;
    const from = joinPath(...splitPath(copy.source));
    operations.add({ kind: "copy-file", from, to: path });
    const key = lockdownKey(path, directories);
    if (key === undefined) continue;
    const source = `%SystemRoot%${toWindowsPath(directories.package.slice(directories.windows.length) + from)}`;
    operations.number(key, "Class", version.pnpLockdown ? LOCKDOWN_CLASS : NO_LOCKDOWN_CLASS);
    operations.add({ kind: "add-texts", key, name: "Owners", texts: [driver.publishedName] });
    operations.text(key, "Source", source, RegType.EXPAND_SZ);
  }
}

/** Where files go that do not stay in the driver store; each place once. */
function installedFiles(copies: readonly InfCopyFile[], directories: InfDirectories) {
  const places = new Map<string, { copy: InfCopyFile; path: string }>();
  for (const copy of copies) {
    const directory = copy.directory === ABSOLUTE_DIRID ? "" : directoryPath(copy.directory, directories);
    if (directory === undefined || directory === directories.package) continue;
    const names = splitPath(`/${copy.subdirectory}/${copy.name}`).filter((name) => name !== "." && name !== "..");
    const path = joinPath(...splitPath(directory), ...names);
    places.set(path.toLowerCase(), { copy, path });
  }
  return places.values();
}

/** `...\PnpLockdownFiles\%SystemRoot%/System32/drivers/x.sys`; undefined for files outside of Windows' directory. */
function lockdownKey(path: string, { windows }: InfDirectories): string | undefined {
  if (!path.toLowerCase().startsWith(`${windows.toLowerCase()}/`)) return undefined;
  return `${PNP_LOCKDOWN}\\%SystemRoot%${path.slice(windows.length)}`;
}
