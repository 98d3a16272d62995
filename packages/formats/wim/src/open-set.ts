import { existsSync, globSync } from "node:fs";
import { AdkError, type RandomAccess } from "@adk/core";
import { partName } from "./set-parts.ts";
import { WimFile } from "./wim-file.ts";

/**
 * Opens a WIM file with what belongs to it: of the first part of a split set the other parts, where they lie beside it under
 * their usual names (`install.swm`, `install2.swm` ...), and what further names say.
 *
 * @param references paths or patterns of further parts under other names, or of files that a delta file was made from
 * @throws AdkError `FILE_NOT_FOUND` for a reference that names nothing
 */
export async function openWimFile(access: RandomAccess, references: readonly string[] = []): Promise<WimFile> {
  const file = await WimFile.open(access);
  const paths = references.flatMap(filesOf).filter((path) => path !== access.path);
  const further: WimFile[] = [];
  try {
    for (const path of paths) further.push(await WimFile.open(path));
    const parts = further.filter((each) => isPartOf(each, file)).map((each) => each.access.path as string);
    const others = further.filter((each) => !isPartOf(each, file));
    const set = parts.length > 0 ? parts : siblings(file);
    const whole = set.length === 0 ? file : await reopen(file, set);
    await Promise.all(further.filter((each) => isPartOf(each, file)).map((each) => each.close()));
    for (const other of others) whole.addReference(other);
    return whole;
  } catch (error) {
    await Promise.all([file, ...further].map((each) => each.close()));
    throw error;
  }
}

/** The file again, with the other parts of its set. */
async function reopen(file: WimFile, others: readonly string[]): Promise<WimFile> {
  const { path } = file.access;
  if (path === undefined) return file;
  await file.close();
  return WimFile.open([path, ...others]);
}

function siblings({ access: { path }, header }: WimFile): string[] {
  if (path === undefined || header.totalParts === 1 || header.partNumber !== 1) return [];
  const names = Array.from({ length: header.totalParts - 1 }, (_, i) => partName(path, i + 2));
  return names.filter((name) => existsSync(name));
}

function isPartOf(a: WimFile, b: WimFile): boolean {
  const same = Buffer.compare(a.header.guid, b.header.guid) === 0;
  return same && a.header.totalParts > 1 && a.header.partNumber !== b.header.partNumber;
}

function filesOf(pattern: string): string[] {
  if (existsSync(pattern)) return [pattern];
  const found = globSync(pattern);
  if (found.length > 0) return found.sort();
  throw new AdkError("FILE_NOT_FOUND", "No file has this name or fits this pattern.", { file: pattern });
}
