import { join } from "node:path";
import { equalNames } from "@adk/core";
import * as z from "zod";
import { outputFileName, strict } from "../manifest/fields.ts";
import { describeImageFile, imageFileFields, writeImageFile } from "./image-file.ts";
import { defineOutput } from "./output.ts";

/** A new WIM file with the image in it. */
export const wim = defineOutput({
  schema: strict({
    kind: z.literal("wim"),
    file: outputFileName.describe("Name of the file in the output directory."),
    ...imageFileFields,
  }),

  describe: describeImageFile,

  owns: ({ file }, name) => equalNames(name, file),

  async write(output, context) {
    const figures = await writeImageFile(output, join(context.directory, output.file), context);
    return { ...figures, written: [output.file] };
  },
});
