import type { RandomAccess } from "@adk/core";
import { AdkError, equalNames, FileAttribute, Findings, globToMatcher, type LongOperation, splitPath } from "@adk/core";
import { applyImage, type Dentry, type Extraction, type ExtractResult, extract, openImage } from "@adk/wim";
import { type OpenedWim, oneImage, openWim } from "./open-wim.ts";
import type { WimExtractResult } from "./schemas.ts";

export interface ExtractWimOptions extends LongOperation {
  /** Further parts of a split set, or files that a delta file was made from. */
  readonly references?: readonly string[] | undefined;
  readonly threads?: number | undefined;
  readonly overwrite?: boolean | undefined;
  /** Keep what the file system cannot hold in a sidecar of the directory. Default: of a whole image. */
  readonly sidecar?: boolean | undefined;
  /** Keep the directories above each path, instead of putting it right into the target. */
  readonly preserveDirStructure?: boolean | undefined;
}

/** Writes an image (`install.wim:6`) into a directory. */
export async function applyWim(source: string, to: string, options: ExtractWimOptions): Promise<WimExtractResult> {
  await using opened = await openWim(source, options.references);
  const findings = new Findings();
  const { sidecar = true } = options;
  const result = await applyImage(opened.file, oneImage(opened), to, { ...options, sidecar, findings });
  return withFindings(result, opened, findings);
}

/**
 * Writes files and directories of an image into a directory. A plain path goes right into the target; what a pattern
 * (`**` + `/*.dll`) matches keeps its place below the root.
 */
export async function extractWim(
  source: string,
  paths: readonly string[],
  to: string,
  options: ExtractWimOptions,
): Promise<WimExtractResult> {
  await using opened = await openWim(source, options.references);
  const index = oneImage(opened);
  const { root } = await opened.file.metadata(index);
  const findings = new Findings();
  const sidecar = options.sidecar ? await openImage(opened.file, index) : undefined;
  const extractions = paths.flatMap((path) => select(root, path, options.preserveDirStructure ?? false));
  const result = await extract(opened.file, extractions, to, { ...options, sidecar, findings });
  return withFindings(result, opened, findings);
}

/** The data of one file of an image, or with `path:stream` of one of its alternate data streams. */
export async function readFromWim<Result>(
  source: string,
  path: string,
  use: (access: RandomAccess) => Promise<Result>,
  references: readonly string[] = [],
): Promise<Result> {
  await using opened = await openWim(source, references);
  await using volume = await openImage(opened.file, oneImage(opened));
  const [plain = "", stream = ""] = path.split(":");
  const entry = await volume.lookup(plain.replaceAll("\\", "/"));
  if (!entry) throw noSuchPath(path);
  if (stream === "" && entry.attributes & (FileAttribute.DIRECTORY | FileAttribute.REPARSE_POINT) && entry.size === 0) {
    throw new AdkError("NOT_A_FILE", "This is a directory or a link: it has no data of its own.", {
      file: opened.file.access.name,
      found: entry.path,
    });
  }
  return await use(await volume.open(entry, stream));
}

function withFindings(result: ExtractResult, { file }: OpenedWim, findings: Findings): WimExtractResult {
  return { ...result, findings: [...file.findings.list, ...findings.list] };
}

function select(root: Dentry, path: string, preserve: boolean): Extraction[] {
  const names = splitPath(path);
  if (/[*?[]/.test(path)) return selectMatching(root, path);
  let dentry: Dentry | undefined = root;
  const found: string[] = [];
  for (const name of names) {
    const children: readonly Dentry[] = dentry.children ?? [];
    dentry = children.find((child) => child.name === name) ?? children.find((child) => equalNames(child.name, name));
    if (!dentry) throw noSuchPath(path);
    found.push(dentry.name);
  }
  return [{ dentry, to: preserve ? found : found.slice(-1) }];
}

/** What a pattern matches, without what lies below a match already. */
function selectMatching(root: Dentry, pattern: string): Extraction[] {
  const matches = globToMatcher(pattern);
  const selected: Extraction[] = [];
  const pending: Extraction[] = [{ dentry: root, to: [] }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    for (const child of (next.dentry.children ?? []).toReversed()) {
      const extraction = { dentry: child, to: [...next.to, child.name] };
      if (matches(`/${extraction.to.join("/")}`)) selected.push(extraction);
      else pending.push(extraction);
    }
  }
  if (selected.length === 0) throw noSuchPath(pattern);
  return selected;
}

function noSuchPath(path: string): AdkError {
  return new AdkError("PATH_NOT_FOUND", "The image has no such path.", { found: path });
}
