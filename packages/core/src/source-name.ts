import { AdkError } from "./errors.ts";

/**
 * The one grammar by which every command names a source:
 * `DIR`, `install.wim:6`, `install.wim:"Windows 11 Pro"`, `install.wim:all`, `setup.iso!/sources/install.wim:6`.
 */
export interface SourceName {
  /** The file or directory on the host. */
  readonly path: string;
  /** Paths inside containers, from the outside in: what follows each `!`. */
  readonly inner: readonly string[];
  readonly selector: SourceSelector | undefined;
}

/** Which image, partition ... of a file is meant: by its number from 1, by its name, or all of them. */
export type SourceSelector =
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "all" };

/** @throws AdkError `SOURCE_BAD_NAME` */
export function parseSourceName(text: string): SourceName {
  const { rest, selector } = splitSelector(text);
  const [path = "", ...inner] = rest.split("!/");
  if (path === "" || inner.includes("")) {
    throw new AdkError("SOURCE_BAD_NAME", `"${text}" names no source.`, {
      kind: "usage",
      hint: 'Write DIR, install.wim:6, install.wim:"Windows 11 Pro" or setup.iso!/sources/install.wim:6.',
    });
  }
  return { path, inner: inner.map((each) => `/${each}`), selector };
}

/** The text that `parseSourceName` reads back. */
export function formatSourceName(source: SourceName): string {
  return source.path + source.inner.map((path) => `!${path}`).join("") + formatSelector(source.selector);
}

function formatSelector(selector: SourceSelector | undefined): string {
  switch (selector?.kind) {
    case "index":
      return `:${selector.index}`;
    case "name":
      return `:"${selector.name}"`;
    case "all":
      return ":all";
    default:
      return "";
  }
}

function splitSelector(text: string): { rest: string; selector: SourceSelector | undefined } {
  const quoted = /^(.+):"([^"]*)"$/s.exec(text);
  if (quoted) return { rest: quoted[1] as string, selector: { kind: "name", name: quoted[2] as string } };
  const colon = text.lastIndexOf(":");
  const after = text.slice(colon + 1);
  // C:\images has a drive letter, not a selector; a selector holds no path separator.
  const isDrive = colon === 1 && /^[A-Za-z]/.test(text);
  if (colon < 0 || isDrive || after === "" || /[/\\]/.test(after)) return { rest: text, selector: undefined };
  const rest = text.slice(0, colon);
  if (/^[0-9]{1,9}$/.test(after)) return { rest, selector: { kind: "index", index: Number(after) } };
  if (after.toLowerCase() === "all") return { rest, selector: { kind: "all" } };
  return { rest, selector: { kind: "name", name: after } };
}
