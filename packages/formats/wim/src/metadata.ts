import { AdkError, alignUp, ByteReader, ByteWriter, type Findings, type Limits, limitExceeded } from "@adk/core";
import { type Dentry, dentrySize, isStoredDirectory, parseDentry, writeDentry } from "./dentry.ts";
import { parseSecurityData, type SecurityData, writeSecurityData } from "./security-data.ts";

/** The metadata of one image: its security descriptors and its directory tree. */
export interface ImageMetadata {
  readonly security: SecurityData;
  readonly root: Dentry;
}

/** Eight zero bytes end a directory. */
const END_OF_DIRECTORY = 8;

/**
 * Reads the tree. Entries that must not be used (a `..`, a name with a separator, a second entry of the same name) are left
 * out with a finding; a structure that cannot be trusted as a whole (a cycle, a length that leaves the metadata) is refused.
 *
 * @throws AdkError `WIM_CYCLIC_DIRECTORY`, `WIM_BAD_DENTRY`, `LIMIT_EXCEEDED` ...
 */
export function parseMetadata(bytes: Uint8Array, limits: Limits, findings: Findings, file?: string): ImageMetadata {
  const reader = new ByteReader(bytes, { file });
  const security = parseSecurityData(reader);
  const stored = parseDentry(reader);
  if (!stored || !isStoredDirectory(stored.dentry)) {
    throw new AdkError("WIM_BAD_ROOT", "The image has no root directory.", { file, offset: reader.position });
  }
  const root = stored.dentry;
  root.name = "";
  root.shortName = "";

  interface Pending {
    readonly directory: Dentry;
    readonly offset: number;
    readonly path: string;
    readonly depth: number;
  }
  const pending: Pending[] = [{ directory: root, offset: stored.childrenOffset, path: "", depth: 1 }];
  let entries = 1;
  const seen = new Set<number>();
  // Directories that overlap could make an endless tree of a small file: their entries take no more than there is.
  let unread = bytes.length;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { directory, offset, path, depth } = next;
    const children: Dentry[] = [];
    directory.children = children;
    if (offset === 0) continue;
    if (seen.has(offset)) throw sharedEntries(path, offset, file);
    if (depth > limits.depth) throw limitExceeded("depth", depth, limits, { file, offset });

    const names = new Set<string>();
    let start = reader.seek(offset).position;
    for (let child = parseDentry(reader); child; child = parseDentry(reader)) {
      if (++entries > limits.entries) throw limitExceeded("entries", entries, limits, { file, offset });
      const { dentry, childrenOffset } = child;
      seen.add(offset);
      unread -= reader.position - start;
      if (unread < 0) throw sharedEntries(path, offset, file);
      start = reader.position;
      const childPath = `${path}/${dentry.name}`;
      const problem = nameProblem(dentry.name, names, limits);
      if (problem) {
        findings.error(problem.code, problem.message, { file, path: childPath });
        continue;
      }
      if (dentry.shortName !== "" && isUnsafe(dentry.shortName)) {
        const message = "The short name of an entry is unsafe; it is left out.";
        findings.error("WIM_UNSAFE_NAME", message, { file, path: childPath });
        dentry.shortName = "";
      }
      names.add(dentry.name);
      children.push(dentry);
      if (isStoredDirectory(dentry)) {
        pending.push({ directory: dentry, offset: childrenOffset, path: childPath, depth: depth + 1 });
      }
    }
  }
  return { security, root };
}

function sharedEntries(path: string, offset: number, file: string | undefined): AdkError {
  return new AdkError("WIM_CYCLIC_DIRECTORY", "Directories of the image share their entries.", {
    file,
    offset,
    found: `the entries of ${path || "/"} are also those of another directory`,
  });
}

/**
 * Writes the tree, directories in breadth-first order (the order is free: each directory says where its entries lie), each
 * with its entries in the order they have.
 */
export function writeMetadata(metadata: ImageMetadata): Uint8Array {
  const writer = new ByteWriter(1 << 16);
  writeSecurityData(writer, metadata.security);
  let next = writer.position + alignUp(dentrySize(metadata.root), 8) + END_OF_DIRECTORY;

  // Where the entries of a directory will lie, known before they are written.
  const placed = (directory: Dentry): number => {
    if (!directory.children?.length) return 0;
    const place = next;
    next += directory.children.reduce((sum, child) => sum + dentrySize(child), END_OF_DIRECTORY);
    return place;
  };
  writeDentry(writer, metadata.root, placed(metadata.root));
  writer.zeros(END_OF_DIRECTORY);
  let level = [metadata.root];
  while (level.length > 0) {
    const following: Dentry[] = [];
    for (const { children = [] } of level) {
      for (const child of children) {
        writeDentry(writer, child, placed(child));
        following.push(child);
      }
      if (children.length > 0) writer.zeros(END_OF_DIRECTORY);
    }
    level = following;
  }
  return writer.finish();
}

/** Why an entry of this name cannot be part of a tree. Names come from the file: hostile ones are normal input. */
function nameProblem(
  name: string,
  siblings: ReadonlySet<string>,
  limits: Limits,
): { code: string; message: string } | undefined {
  if (name === "") return { code: "WIM_EMPTY_NAME", message: "An entry has no name; it is left out." };
  if (isUnsafe(name)) {
    return { code: "WIM_UNSAFE_NAME", message: "The name of an entry is unsafe; the entry is left out." };
  }
  if (name.length > limits.nameLength) {
    return { code: "WIM_NAME_TOO_LONG", message: `A name has ${name.length} characters; the entry is left out.` };
  }
  if (siblings.has(name)) {
    return {
      code: "WIM_DUPLICATE_NAME",
      message: "Two entries of a directory have this name; the second is left out.",
    };
  }
  return undefined;
}

/** Names that lead elsewhere: `.`, `..`, and those with a path separator or NUL. */
function isUnsafe(name: string): boolean {
  return name === "." || name === ".." || /[/\\\0]/.test(name);
}
