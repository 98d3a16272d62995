import * as z from "zod";
import { imagePath, strict, toImagePath } from "../manifest/fields.ts";
import { defineLayer } from "./layer.ts";

/** Makes empty directories; one that is there stays as it is. */
export const directories = defineLayer({
  schema: strict({
    kind: z.literal("directories"),
    paths: z.array(imagePath).min(1).describe("Directories to make, with those above them."),
  }),

  describe: ({ paths }) => paths.join(", "),

  async apply({ paths }, { changes }) {
    for (const path of paths) await changes.addDirectory(toImagePath(path));
  },
});
