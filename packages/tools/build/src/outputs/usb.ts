import { join } from "node:path";
import { equalNames, type LongOperation, type Volume } from "@adk/core";
import { type CreateMediaUsbResult, createMediaUsb } from "@adk/media";
import * as z from "zod";
import { mebibytes, outputFileName, strict } from "../manifest/fields.ts";
import { describeBoot } from "../media/boot-file.ts";
import { type Medium, requireMedium } from "../media/medium.ts";
import { describeImageFile, imageFileFields } from "./image-file.ts";
import { defineOutput } from "./output.ts";
import { DEFAULT_SPLIT_SIZE } from "./swm.ts";

const schema = strict({
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
});
type Usb = z.output<typeof schema>;

/** The image of a USB stick with FAT32, from which UEFI starts. */
export const usb = defineOutput({
  schema,

  describe: (output) => `${formOf(output)}, image ${describeImageFile(output)}`,

  owns: ({ file }, path) => equalNames(path, file),

  async plan(output, medium, { findings, operation }) {
    const { volume } = await medium.reopen();
    const made = await makeStick(output, medium, volume, output.file, { dryRun: true, ...operation });
    for (const finding of made.findings) findings.add(finding);
    return { boots: made.boot.map(describeBoot), facts: [] };
  },

  async write(output, context) {
    const { images, directory, findings, operation } = context;
    const medium = requireMedium(context.medium);
    const built = await images.get(medium.optionsOf(output));
    const { volume, file } = await medium.withImage(built.path, output);
    const made = await makeStick(output, medium, volume, join(directory, output.file), operation);
    for (const finding of made.findings) findings.add(finding);
    const { label, files, directories, split } = made;
    const boots = made.boot.map(describeBoot);
    const folder = file.path.replace(/[^/]*$/, "");
    const parts = split.map(({ name, bytes }) => ({ path: folder + name, bytes }));
    const image = parts.length > 0 ? parts : [file];
    return {
      content: built.figures,
      medium: { form: formOf(output), label, boots, files, directories, image },
      written: [output.file],
    };
  },
});

/** @param volume what goes on it; it is closed at the end */
async function makeStick(
  { label, size, table, format, splitSize }: Usb,
  { stamp }: Medium,
  volume: Volume,
  file: string,
  more: LongOperation & { readonly dryRun?: boolean },
): Promise<CreateMediaUsbResult> {
  const [bytes, splitAt] = [inBytes(size), inBytes(splitSize)];
  return createMediaUsb(volume, file, { scheme: table, format, size: bytes, label, splitAt, time: stamp, ...more });
}

function formOf({ table = "gpt", format = "raw" }: Pick<Usb, "table" | "format">): string {
  return `FAT32 disk, ${table.toUpperCase()}, ${format === "raw" ? "raw" : format.toUpperCase()}`;
}

function inBytes(mebibytes: number | undefined): number | undefined {
  return mebibytes === undefined ? undefined : mebibytes * 2 ** 20;
}
