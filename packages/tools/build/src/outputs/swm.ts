import { basename, join } from "node:path";
import { partNumberOf, splitWim, WimFile } from "@adk/wim";
import * as z from "zod";
import { mebibytes, outputFileName, strict } from "../manifest/fields.ts";
import { describeImageFile, imageFileFields } from "./image-file.ts";
import { defineOutput } from "./output.ts";

/** MiB of a part where a manifest says nothing. A file on FAT32 has less than 4096. */
export const DEFAULT_SPLIT_SIZE = 3800;

/** The image in a set of parts that media with FAT32 can hold: `install.swm`, `install2.swm` ... */
export const swm = defineOutput({
  schema: strict({
    kind: z.literal("swm"),
    file: outputFileName.describe("Name of the first part in the output directory: `install.swm`."),
    splitSize: mebibytes
      .optional()
      .describe(`Most MiB of a part; default ${DEFAULT_SPLIT_SIZE}, which FAT32 can hold.`),
    ...imageFileFields,
  }),

  describe(output) {
    return `${describeImageFile(output)}, parts of ${output.splitSize ?? DEFAULT_SPLIT_SIZE} MiB`;
  },

  owns: ({ file }, path) => partNumberOf(file, path) !== undefined,

  async write(output, { images, directory, findings, operation }) {
    // The whole file lies beside the parts until they are complete.
    const { path, figures } = await images.get(output);
    await using file = await WimFile.open(path);
    const limit = (output.splitSize ?? DEFAULT_SPLIT_SIZE) * 2 ** 20;
    const split = await splitWim(file, join(directory, output.file), limit, operation);
    for (const finding of split.findings) findings.add(finding);
    return { content: figures, written: split.parts.map((part) => basename(part.file)) };
  },
});
