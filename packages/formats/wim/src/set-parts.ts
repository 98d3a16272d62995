import { open, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { equalNames, guidFromBytes } from "@adk/core";
import { HEADER_SPANNED, parseHeader, WIM_HEADER_SIZE, type WimHeader } from "./header.ts";

/** `out.swm`, `out2.swm` ...: the number stands before the last dot. */
export function partName(path: string, number: number): string {
  if (number === 1) return path;
  const { stem, extension } = splitName(path);
  return join(dirname(path), `${stem}${number}${extension}`);
}

/** Which part of the set whose first part is `path` a file would be by its name, from 1; undefined for none. */
export function partNumberOf(path: string, name: string): number | undefined {
  if (equalNames(name, basename(path))) return 1;
  const { stem, extension } = splitName(path);
  const number = Number(/^[1-9]\d{0,4}$/.exec(name.slice(stem.length, name.length - extension.length))?.[0]);
  return number > 1 && equalNames(name, `${stem}${number}${extension}`) ? number : undefined;
}

function splitName(path: string): { stem: string; extension: string } {
  const name = basename(path);
  const dot = name.lastIndexOf(".");
  return dot < 0 ? { stem: name, extension: "" } : { stem: name.slice(0, dot), extension: name.slice(dot) };
}

/**
 * The parts beyond `count` of the set whose first part is at `path`: those that a new set of `count` parts in its place leaves
 * without a first one. A file with such a name that belongs to another set, or is none, is not among them.
 */
export async function partsBeyond(path: string, count: number): Promise<string[]> {
  const first = await readPartHeader(path);
  if (first?.partNumber !== 1) return [];
  const names = await readdir(dirname(path)).catch(() => []);
  const found: string[] = [];
  for (const name of names.sort()) {
    const number = partNumberOf(path, name);
    if (number === undefined || number <= count) continue;
    const part = join(dirname(path), name);
    const header = await readPartHeader(part);
    const isOfSet = header?.partNumber === number && guidFromBytes(header.guid) === guidFromBytes(first.guid);
    if (isOfSet) found.push(part);
  }
  return found;
}

/** The header of a part of a set; undefined for anything else. */
async function readPartHeader(path: string): Promise<WimHeader | undefined> {
  try {
    await using handle = await open(path, "r");
    const bytes = new Uint8Array(WIM_HEADER_SIZE);
    const { bytesRead } = await handle.read(bytes, 0, WIM_HEADER_SIZE, 0);
    const header = parseHeader(bytes.subarray(0, bytesRead), path);
    return header.flags & HEADER_SPANNED ? header : undefined;
  } catch {
    return undefined;
  }
}
