import { AdkError, type Finding, type LongOperation } from "@adk/core";
import { rebuildWim, splitWim, WimFile } from "@adk/wim";
import { openWim, someImages } from "./open-wim.ts";
import type { WimRebuildResult, WimSplitResult } from "./schemas.ts";

export interface RewriteOptions extends LongOperation {
  readonly integrity?: boolean | undefined;
  readonly overwrite?: boolean | undefined;
}

/** Splits a file into parts of at most so many bytes: `out.swm`, `out2.swm` ... */
export async function splitToParts(
  source: string,
  out: string,
  limit: number,
  options: RewriteOptions,
): Promise<WimSplitResult> {
  await using opened = await openWim(source);
  const { parts, findings } = await splitWim(opened.file, out, limit, options);
  return { parts: [...parts], findings: [...opened.file.findings.list, ...findings] };
}

/** Joins the parts of a split set, given in any order, into one file. */
export async function joinParts(
  out: string,
  parts: readonly string[],
  options: RewriteOptions,
): Promise<WimRebuildResult> {
  await using file = await WimFile.open([...parts]);
  const result = await rebuildWim(file, out, options);
  return { file: out, ...result, findings: file.findings.list };
}

/** Writes a file anew in its place: without space that changes left behind, and without data that no image refers to. */
export async function optimizeWim(
  name: string,
  options: RewriteOptions,
): Promise<WimRebuildResult & { before: number }> {
  await using opened = await openWim(name);
  return await rewrite(opened.file, undefined, options);
}

/** Removes images (`install.wim:6`) and the data that only they refer to. */
export async function deleteImages(
  name: string,
  options: RewriteOptions,
): Promise<WimRebuildResult & { before: number }> {
  await using opened = await openWim(name);
  const gone = new Set(someImages(opened));
  const kept = Array.from({ length: opened.file.imageCount }, (_, i) => i + 1).filter((index) => !gone.has(index));
  if (kept.length === 0) {
    throw new AdkError("WIM_LAST_IMAGE", "A file needs an image, and this is its last.", {
      kind: "usage",
      file: opened.file.access.name,
      hint: "Delete the file itself instead.",
    });
  }
  return await rewrite(opened.file, kept, options);
}

async function rewrite(
  file: WimFile,
  images: readonly number[] | undefined,
  options: RewriteOptions,
): Promise<WimRebuildResult & { before: number }> {
  const { path, size } = file.access;
  if (path === undefined || file.header.totalParts > 1) {
    throw new AdkError(
      "WIM_NOT_CHANGEABLE",
      "Only a file of this host, in one part, can be written anew in its place.",
      {
        kind: "unsupported",
        file: file.access.name,
      },
    );
  }
  const result = await rebuildWim(file, path, { ...options, images, overwrite: true });
  const findings: Finding[] = file.findings.list;
  return { file: path, before: size, ...result, findings };
}
