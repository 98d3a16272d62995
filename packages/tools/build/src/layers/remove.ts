import { globToMatcher, throwIfCancelled, walk } from "@adk/core";
import * as z from "zod";
import { glob, isGlob, strict } from "../manifest/fields.ts";
import { defineLayer, type LayerContext } from "./layer.ts";

/** Takes files and directories away, of the base or of a layer before. */
export const remove = defineLayer({
  schema: strict({
    kind: z.literal("remove"),
    paths: z.array(glob).min(1).describe("Paths in the image or patterns: `/Windows/Temp/*`, `/**/*.tmp`."),
  }),

  describe: ({ paths }) => paths.join(", "),

  async apply({ paths }, context) {
    for (const path of paths) {
      const found = isGlob(path) ? await matching(path, context) : [path];
      let removed = 0;
      for (const each of found) if (await context.changes.remove(each)) removed++;
      if (removed === 0) {
        context.findings.warning("BUILD_NO_MATCH", "There was nothing to remove.", { path });
      }
    }
  },
});

/** What a pattern matches; a directory stands for all below it. */
async function matching(pattern: string, { changes, operation }: LayerContext): Promise<string[]> {
  const matches = globToMatcher(pattern);
  const found = new Set<string>();
  const enter = ({ path }: { path: string }) => {
    if (path === "/" || !matches(path)) return true;
    found.add(path);
    return false;
  };
  for await (const _ of walk(changes.volume, undefined, enter)) throwIfCancelled(operation);
  return [...found];
}
