import { AdkError } from "./errors.ts";

/**
 * The one grammar by which every command names a source:
 * `DIR`, `install.wim:6`, `install.wim:"Windows 11 Pro"`, `install.wim:all`, `setup.iso!/sources/install.wim:6`,
 * `install.wim:6!/Windows/notepad.exe`.
 */
export interface SourceName {
  /** The file or directory on the host. */
  readonly path: string;
  /** Paths inside containers, from the outside in: what follows each `!`. */
  readonly inner: readonly string[];
  readonly selector: SourceSelector | undefined;
  /** For each inner path, which image of what it lies in is meant; absent where no name says so. */
  readonly containers?: readonly (SourceSelector | undefined)[] | undefined;
}

/** Which image, partition ... of a file is meant: by its number from 1, by its name, or all of them. */
export type SourceSelector =
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "all" };

/** @throws AdkError `SOURCE_BAD_NAME` */
export function parseSourceName(text: string): SourceName {
  const { rest, selector } = splitSelector(text);
  const steps = rest.split("!/");
  const last = { rest: steps.at(-1) as string, selector };
  const parsed = [...steps.slice(0, -1).map(splitSelector), last];
  const [path = "", ...inner] = parsed.map((step) => step.rest);
  if (path === "" || inner.includes("")) {
    throw new AdkError("SOURCE_BAD_NAME", `"${text}" names no source.`, {
      kind: "usage",
      hint: 'Write DIR, install.wim:6, install.wim:"Windows 11 Pro" or setup.iso!/sources/install.wim:6.',
    });
  }
  const containers = parsed.slice(0, -1).map((step) => step.selector);
  const name = { path, inner: inner.map((each) => `/${each}`), selector };
  return containers.some((each) => each !== undefined) ? { ...name, containers } : name;
}

/** The text that `parseSourceName` reads back. */
export function formatSourceName({ path, inner, selector, containers = [] }: SourceName): string {
  return path + inner.map((each, i) => `${formatSelector(containers[i])}!${each}`).join("") + formatSelector(selector);
}

/** What the last inner path lies in; undefined where there is none. */
export function containerOf({ path, inner, containers }: SourceName): SourceName | undefined {
  if (inner.length === 0) return undefined;
  const selector = containers?.at(-1);
  return { path, inner: inner.slice(0, -1), selector, containers: containers?.slice(0, -1) };
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
