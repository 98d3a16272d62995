import { AdkError, checkName, joinPath, parseSourceName, splitPath, suggest } from "@adk/core";
import * as z from "zod";

/** Fields that the parts of a manifest are made of. */

/** An object without further keys; an unknown one is answered with the nearest known. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return undefined;
      const [key = ""] = issue.keys as string[];
      return `There is no key "${key}" here${knownInstead(key, known)}`;
    },
  });
}

/** The end of a message about a word that is not known: the nearest one that is, else all of them. */
export function knownInstead(word: string, known: readonly string[]): string {
  const nearest = suggest(word, known);
  return nearest === undefined ? `; known are ${known.join(", ")}.` : `; did you mean "${nearest}"?`;
}

/** The name of a source, as every command takes it. @param what is said where it names all images of a file */
export function sourceName(what: string) {
  return z.string().superRefine((text, context) => {
    try {
      const { selector } = parseSourceName(text);
      if (selector?.kind === "all") context.addIssue({ code: "custom", message: what });
    } catch (error) {
      if (!(error instanceof AdkError)) throw error;
      // What depends on it need not be looked at.
      const message = `${error.message} ${error.hint ?? ""}`.trim();
      context.addIssue({ code: "custom", message, continue: false });
    }
  });
}

/** A path of the host, relative to the manifest. */
export const hostPath = z.string().min(1, "A path must not be empty.");

/**
 * A path in the image, written `/Windows/System32`, `\Windows\System32` or `C:\Windows\System32`: it counts from the root of
 * the image.
 */
export const imagePath = z.string().superRefine((path, context) => {
  for (const name of splitPath(path)) {
    const problem = checkName(name);
    if (problem) context.addIssue({ code: "custom", message: `"${name}" is no name in Windows (${problem}).` });
  }
  if (path === "") context.addIssue({ code: "custom", message: "A path must not be empty." });
});

/** A pattern of paths: `*`, `?`, `[a-z]`, and `**` for any number of directories. */
export const glob = z.string().min(1, "A pattern must not be empty.");

/** The name of a file in the output directory. */
export const outputFileName = z.string().refine((name) => checkName(name) === undefined, {
  error: "Expected a file name without directories.",
});

/** A size in MiB. */
export const mebibytes = z
  .int()
  .min(1)
  .max(2 ** 24);

/** The path as the kit writes it. */
export function toImagePath(path: string): string {
  return joinPath(...splitPath(path));
}

export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}
