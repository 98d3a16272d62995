import { type Findings, limitExceeded } from "@adk/core";
import type { IsoImage } from "./iso-image.ts";
import { parsePathTable } from "./path-table.ts";
import { SECTOR } from "./sector.ts";
import type { VolumeDescriptor } from "./volume-descriptor.ts";

/** Checks that the path tables lead to the directories of the tree and to no others: Windows finds directories by them. */
export async function checkPathTables(
  image: IsoImage,
  kind: "joliet" | "iso9660" | "enhanced",
  directories: ReadonlyMap<string, number> | undefined,
  findings: Findings,
): Promise<void> {
  const descriptor = kind === "iso9660" ? image.primary : image[kind];
  if (!descriptor || !directories) return;
  const expected = new Set(directories.values());
  for (const isBig of [false, true]) {
    const problem = await compare(image, descriptor, expected, isBig).catch((error) => {
      findings.fromError(error);
      return undefined;
    });
    if (!problem) continue;
    const table = isBig ? "with the high byte first" : "with the low byte first";
    findings.warning("ISO_PATH_TABLE", `The path table ${table} of the ${kind} tree ${problem}.`, {
      file: image.access.name,
      offset: (isBig ? descriptor.pathTableBig : descriptor.pathTable) * SECTOR,
    });
  }
}

async function compare(
  { access, limits }: IsoImage,
  { pathTable, pathTableBig, pathTableSize }: VolumeDescriptor,
  directories: ReadonlySet<number>,
  isBig: boolean,
): Promise<string | undefined> {
  const offset = (isBig ? pathTableBig : pathTable) * SECTOR;
  if (pathTableSize > limits.memoryBytes) throw limitExceeded("memoryBytes", pathTableSize, limits);
  if (offset === 0) return "is missing";
  if (offset + pathTableSize > access.size) return "lies beyond the end of the image";
  const found = new Set(parsePathTable(await access.read(offset, pathTableSize), isBig));
  if (found.size > directories.size) return "has directories that the tree does not have";
  for (const directory of directories) if (!found.has(directory)) return "does not have each directory of the tree";
  return undefined;
}
