import {
  AdkError,
  alignUp,
  ByteReader,
  ByteWriter,
  FileAttribute,
  type Findings,
  type Limits,
  limitExceeded,
} from "@adk/core";
import { type Dentry, dentrySize, parseDentry, writeDentry } from "./dentry.ts";
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
  if (!stored || !(stored.dentry.attributes & FileAttribute.DIRECTORY)) {
    throw new AdkError("WIM_BAD_ROOT", "The image has no root directory.", { file, offset: reader.position });
  }
  const root = stored.dentry;
  root.name = "";
  root.shortName = "";
  root.children = [];

  interface Pending {
    readonly directory: Dentry;
    readonly offset: number;
    readonly path: string;
    readonly depth: number;
  }
  const pending: Pending[] = [{ directory: root, offset: stored.childrenOffset, path: "", depth: 1 }];
  const seen = new Set<number>();
  let entries = 1;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { directory, offset, path, depth } = next;
    if (offset === 0) continue;
    if (seen.has(offset)) {
      throw new AdkError("WIM_CYCLIC_DIRECTORY", "Two directories of the image share their entries.", {
        file,
        offset,
        found: `the entries of ${path || "/"} are those of another directory`,
      });
    }
    seen.add(offset);
    if (depth > limits.depth) throw limitExceeded("depth", depth, limits, { file, offset });

    const children: Dentry[] = [];
    const names = new Set<string>();
    reader.seek(offset);
    for (let child = parseDentry(reader); child; child = parseDentry(reader)) {
      if (++entries > limits.entries) throw limitExceeded("entries", entries, limits, { file, offset });
      const { dentry, childrenOffset } = child;
      const childPath = `${path}/${dentry.name}`;
      const problem = nameProblem(dentry.name, names, limits);
      if (problem) {
        findings.error(problem.code, problem.message, { file, path: childPath });
        continue;
      }
      names.add(dentry.name);
      children.push(dentry);
      if (isStoredDirectory(dentry)) {
        dentry.children = [];
        pending.push({ directory: dentry, offset: childrenOffset, path: childPath, depth: depth + 1 });
      }
    }
    directory.children = children;
  }
  return { security, root };
}

/** Writes the tree, directories in breadth-first order (the order is free: each directory says where its entries lie), each with its entries in the order they have. */
export function writeMetadata(metadata: ImageMetadata): Uint8Array {
  const writer = new ByteWriter(1 << 16);
  writeSecurityData(writer, metadata.security);
  let next = writer.position + alignUp(dentrySize(metadata.root), 8) + END_OF_DIRECTORY;

  // Where the entries of a directory will lie, known before they are written.
  const placed = (directory: Dentry): number => {
    if (!isStoredDirectory(directory) || !directory.children?.length) return 0;
    const place = next;
    next += directory.children.reduce((sum, child) => sum + dentrySize(child), END_OF_DIRECTORY);
    return place;
  };
  writeDentry(writer, metadata.root, placed(metadata.root));
  writer.zeros(END_OF_DIRECTORY);
  let level: Dentry[] = [metadata.root];
  while (level.length > 0) {
    const following: Dentry[] = [];
    for (const directory of level) {
      if (!directory.children?.length) continue;
      for (const child of directory.children) {
        writeDentry(writer, child, placed(child));
        if (isStoredDirectory(child)) following.push(child);
      }
      writer.zeros(END_OF_DIRECTORY);
    }
    level = following;
  }
  return writer.finish();
}

/** A directory whose entries are stored: a directory symlink or junction has none. */
export function isStoredDirectory(dentry: Dentry): boolean {
  return (dentry.attributes & (FileAttribute.DIRECTORY | FileAttribute.REPARSE_POINT)) === FileAttribute.DIRECTORY;
}

/** Why an entry of this name cannot be part of a tree. Names come from the file: hostile ones are normal input. */
function nameProblem(
  name: string,
  siblings: ReadonlySet<string>,
  limits: Limits,
): { code: string; message: string } | undefined {
  if (name === "") return { code: "WIM_EMPTY_NAME", message: "An entry has no name; it is left out." };
  if (name === "." || name === "..") {
    return { code: "WIM_UNSAFE_NAME", message: `An entry is named "${name}"; it is left out.` };
  }
  if (/[/\\\0]/.test(name)) {
    return { code: "WIM_UNSAFE_NAME", message: "A name contains a path separator or NUL; the entry is left out." };
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
