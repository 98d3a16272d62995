import { join } from "node:path";
import { equalNames } from "@adk/core";
import * as z from "zod";
import { outputFileName, strict } from "../manifest/fields.ts";
import { describeImageFile, imageFileFields } from "./image-file.ts";
import { defineOutput } from "./output.ts";

/** A new WIM file with the image in it. */
export const wim = defineOutput({
  schema: strict({
    kind: z.literal("wim"),
    file: outputFileName.describe("Name of the file in the output directory."),
    ...imageFileFields,
  }),

  describe: describeImageFile,

  owns: ({ file }, path) => equalNames(path, file),

  async write(output, { images, directory }) {
    const { figures } = await images.get(output, join(directory, output.file));
    return { content: figures, written: [output.file] };
  },
});
