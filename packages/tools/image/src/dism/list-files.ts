import { FileAttribute } from "@adk/core";
import type { Dentry } from "@adk/wim";

/** The path of every file and directory of an image; `directoryMark` ends those of directories. */
export function* listFiles(root: Dentry, directoryMark: "\\" | ""): Generator<string> {
  const pending: [dentry: Dentry, path: string][] = [[root, ""]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [dentry, path] = next;
    if (path === "") yield "\\";
    else yield dentry.attributes & FileAttribute.DIRECTORY ? path + directoryMark : path;
    for (const child of (dentry.children ?? []).toReversed()) pending.push([child, `${path}\\${child.name}`]);
  }
}
