import { basename, dirname } from "node:path";
import { baseName, childPath, isHostDirectory } from "@adk/core";
import * as z from "zod";
import { glob, hostPath, imagePath, isGlob, strict, toImagePath } from "../manifest/fields.ts";
import { defineLayer, type LayerContext } from "./layer.ts";
import { requireEntry } from "./layer-changes.ts";

/** What is copied, and where to. */
export const copyFields = {
  from: hostPath.describe("A directory, a file or a pattern, relative to the manifest."),
  to: imagePath.describe("Where it goes; with a slash at the end a directory."),
  exclude: z.array(glob).optional().describe("Patterns of paths below `from` that are left out: `**/*.bak`."),
};

/**
 * Copies files of the host. A directory's content goes into `to`; a file goes to the path `to`, or into it where it ends with
 * a slash; files that a pattern matches go into `to` with the directories below the pattern's fixed part.
 */
export const files = defineLayer({
  schema: strict({
    kind: z.literal("files"),
    ...copyFields,
  }),

  describe: ({ from, to }) => `${from} -> ${to}`,

  async apply({ from, to, exclude }, context) {
    const { changes } = context;
    const path = toImagePath(to);
    if (isGlob(from)) {
      const { directory, pattern } = splitGlob(from);
      const before = changes.entries.length;
      await changes.addTree(context.resolve(directory), path, { exclude, include: pattern });
      if (changes.entries.length === before) {
        context.findings.warning("BUILD_NO_MATCH", `No file matches ${from}.`);
      }
    } else if (await isHostDirectory(context.resolve(from)))
      await changes.addTree(context.resolve(from), path, { exclude });
    else await addOne(from, /[\\/]$/.test(to) || path === "/" ? childPath(path, baseName(from)) : path, context);
  },
});

async function addOne(from: string, path: string, { changes, resolve }: LayerContext): Promise<void> {
  const host = resolve(from);
  const source = await changes.openHost(dirname(host));
  await changes.addEntry(source, await requireEntry(source, basename(host), host), path);
}

/** The directories before the first wildcard, and the pattern below them. */
function splitGlob(text: string): { directory: string; pattern: string } {
  const names = text.split("/");
  const first = names.findIndex(isGlob);
  return {
    directory: names.slice(0, first).join("/") || (text.startsWith("/") ? "/" : "."),
    pattern: names.slice(first).join("/"),
  };
}
