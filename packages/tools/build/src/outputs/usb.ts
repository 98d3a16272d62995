import { join } from "node:path";
import { equalNames } from "@adk/core";
import { createUsb } from "@adk/media";
import * as z from "zod";
import { mebibytes, outputFileName, strict } from "../manifest/fields.ts";
import { firmwareLoaders } from "../media/boot-images.ts";
import { requireMedium } from "../media/medium.ts";
import { describeImageFile, imageFileFields } from "./image-file.ts";
import { defineOutput } from "./output.ts";
import { DEFAULT_SPLIT_SIZE } from "./swm.ts";

/** The image of a USB stick with FAT32, from which UEFI starts. */
export const usb = defineOutput({
  schema: strict({
    kind: z.literal("usb"),
    file: outputFileName.describe("Name of the file in the output directory."),
    label: z.string().max(11).optional().describe("Label of the volume, at most 11 characters. Default none."),
    size: mebibytes.optional().describe("MiB of the stick. Default: what is needed."),
    table: z.enum(["gpt", "mbr"]).optional().describe("Partition table; default `gpt`."),
    format: z.enum(["raw", "vhd", "vhdx"]).optional().describe("Default `raw`, as it goes on a stick."),
    splitSize: mebibytes
      .optional()
      .describe(
        `Most MiB of a part of a larger image. Default: ${DEFAULT_SPLIT_SIZE} above 4 GiB, which FAT32 can hold.`,
      ),
    ...imageFileFields,
  }),

  needsMedium: true,

  describe: (output) => `${formOf(output)}, image ${describeImageFile(output)}`,

  owns: ({ file }, path) => equalNames(path, file),

  async write(output, context) {
    const { images, directory, time, findings, operation } = context;
    const medium = requireMedium(context.medium);
    const built = await images.get(medium.optionsOf(output));
    const image = await medium.withImage(built.path, output);
    const boots = (await firmwareLoaders(image.volume)).map((path) => `UEFI: ${path}`);
    const { label, size, table, format, splitSize } = output;
    const made = await createUsb(image.volume, join(directory, output.file), {
      scheme: table,
      format,
      size: inBytes(size),
      label,
      splitAt: inBytes(splitSize),
      time,
      ...operation,
    });
    for (const finding of made.findings) findings.add(finding);
    const { files, directories, split } = made;
    const folder = image.file.path.replace(/[^/]*$/, "");
    const parts = split.map(({ name, bytes }) => ({ path: folder + name, bytes }));
    return {
      content: built.figures,
      medium: {
        form: formOf(output),
        label: made.label,
        boots,
        files,
        directories,
        image: parts.length > 0 ? parts : [image.file],
      },
      written: [output.file],
    };
  },
});

function formOf({ table = "gpt", format = "raw" }: { table?: string | undefined; format?: string | undefined }) {
  return `FAT32 disk, ${table.toUpperCase()}, ${format === "raw" ? "raw" : format.toUpperCase()}`;
}

function inBytes(mebibytes: number | undefined): number | undefined {
  return mebibytes === undefined ? undefined : mebibytes * 2 ** 20;
}
