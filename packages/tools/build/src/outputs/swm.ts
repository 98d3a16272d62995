import { mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fromSystemError } from "@adk/core";
import { partNumberOf, splitWim, WimFile } from "@adk/wim";
import * as z from "zod";
import { outputFileName, strict } from "../manifest/fields.ts";
import { describeImageFile, imageFileFields, writeImageFile } from "./image-file.ts";
import { defineOutput } from "./output.ts";

/** MiB of a part where a manifest says nothing. A file on FAT32 has less than 4096. */
const DEFAULT_SPLIT_SIZE = 3800;

/** The image in a set of parts that media with FAT32 can hold: `install.swm`, `install2.swm` ... */
export const swm = defineOutput({
  schema: strict({
    kind: z.literal("swm"),
    file: outputFileName.describe("Name of the first part in the output directory: `install.swm`."),
    splitSize: z
      .int()
      .min(1)
      .max(2 ** 24)
      .optional()
      .describe(`Most MiB of a part; default ${DEFAULT_SPLIT_SIZE}, which FAT32 can hold.`),
    ...imageFileFields,
  }),

  describe(output) {
    return `${describeImageFile(output)}, parts of ${output.splitSize ?? DEFAULT_SPLIT_SIZE} MiB`;
  },

  owns: ({ file }, name) => partNumberOf(file, name) !== undefined,

  async write(output, context) {
    const { directory, findings, operation } = context;
    // The whole file lies beside the parts until they are complete.
    const scratch = await mkdtemp(join(directory, `.${output.file.slice(0, 32)}.`)).catch((error: unknown) => {
      throw fromSystemError(error, directory);
    });
    try {
      const whole = join(scratch, output.file);
      const figures = await writeImageFile(output, whole, context);
      await using file = await WimFile.open(whole);
      const limit = (output.splitSize ?? DEFAULT_SPLIT_SIZE) * 2 ** 20;
      const split = await splitWim(file, join(directory, output.file), limit, { ...operation, overwrite: true });
      for (const finding of split.findings) findings.add(finding);
      return { ...figures, written: split.parts.map((part) => basename(part.file)) };
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  },
});
