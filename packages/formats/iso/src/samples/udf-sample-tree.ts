import { encodeCompressedUnicode } from "../udf/dstring.ts";

export interface Node {
  readonly name: string;
  readonly children: Map<string, Node>;
  content: Uint8Array | undefined;
  link: string | undefined;
}

/** The data of a symbolic link. */
export function linkData(target: string): Uint8Array {
  const components = target.split("/").map((name) => {
    if (name === "") return Uint8Array.of(2, 0, 0, 0);
    if (name === "..") return Uint8Array.of(3, 0, 0, 0);
    const encoded = encodeCompressedUnicode(name);
    return Uint8Array.of(5, encoded.length, 0, 0, ...encoded);
  });
  return Buffer.concat(components);
}

/** A tree of contents by path; a path that ends with a slash is an empty directory. */
export function treeOf(tree: Readonly<Record<string, string | Uint8Array>>): Node {
  const node = (name: string): Node => ({ name, children: new Map(), content: undefined, link: undefined });
  const root = node("");
  for (const [path, content] of Object.entries(tree)) {
    let at = root;
    for (const name of path.split("/").filter((each) => each !== "")) {
      const next = at.children.get(name) ?? node(name);
      at.children.set(name, next);
      at = next;
    }
    if (path.endsWith("/")) continue;
    if (typeof content === "string" && content.startsWith("->")) at.link = content.slice(2);
    else at.content = typeof content === "string" ? new TextEncoder().encode(content) : content;
  }
  return root;
}
