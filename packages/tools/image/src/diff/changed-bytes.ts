import { parentPath, splitPath } from "@adk/core";
import type { Bar, TreeNode } from "@adk/report";
import type { Difference } from "./schema.ts";

const MOST_BARS = 12;

interface Branch extends TreeNode {
  value: number;
  readonly children: Branch[];
  readonly byName: Map<string, Branch>;
}

/** The data that is on one side alone, as a tree of its directories. */
export function changedBytesTree(differences: readonly Difference[]): TreeNode {
  const root = branch("/");
  for (const difference of differences) {
    const bytes = changedBytes(difference);
    if (bytes === 0) continue;
    let at = root;
    for (const name of splitPath(difference.path)) {
      let next = at.byName.get(name);
      if (!next) {
        next = branch(name);
        at.byName.set(name, next);
        at.children.push(next);
      }
      at = next;
    }
    at.value += bytes;
  }
  return withoutSingleParents(root);
}

/** The tree from the first directory in which there is more than one part: those above it tell nothing by their areas. */
function withoutSingleParents(root: Branch): TreeNode {
  let top = root;
  let path = "";
  for (let [only, other] = root.children; only && !other && only.children.length > 0; [only, other] = top.children) {
    top = only;
    path += `/${only.name}`;
  }
  return path === "" ? root : { name: path, value: top.value, children: top.children };
}

/** The directories that grew or shrank most, by the files right in them. */
export function netBytesByDirectory(differences: readonly Difference[]): Bar[] {
  const growth = new Map<string, number>();
  for (const { kind, path, before, after } of differences) {
    if (kind === "moved") continue;
    const directory = parentPath(path);
    growth.set(directory, (growth.get(directory) ?? 0) + (after?.size ?? 0) - (before?.size ?? 0));
  }
  return [...growth]
    .filter(([, value]) => value !== 0)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .slice(0, MOST_BARS)
    .map(([label, value]) => ({ label, value }));
}

function branch(name: string): Branch {
  return { name, value: 0, children: [], byName: new Map() };
}

/** New and gone bytes of an entry. Names of one file are counted each. */
function changedBytes({ what, before, after }: Difference): number {
  if (before && after && !what.includes("content")) return 0;
  return (before?.size ?? 0) + (after?.size ?? 0);
}
