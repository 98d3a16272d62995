import { join } from "node:path";
import { digest, equalNames, type LongOperation, type Volume } from "@adk/core";
import { type CreateMediaIsoResult, createMediaIso } from "@adk/media";
import * as z from "zod";
import { hostPath, outputFileName, strict } from "../manifest/fields.ts";
import { describeBoot, readBootFile } from "../media/boot-file.ts";
import { type Medium, requireMedium } from "../media/medium.ts";
import { describeImageFile, imageFileFields } from "./image-file.ts";
import { defineOutput } from "./output.ts";

/** A field of 32 bytes, of which two tell of the text. */
const MOST_LABEL_CHARACTERS = 30;
/** Where the medium has no label of its own. */
const DEFAULT_LABEL = "WINDOWS";

const schema = strict({
  kind: z.literal("iso"),
  file: outputFileName.describe("Name of the file in the output directory."),
  form: z
    .enum(["udf", "bridge"])
    .optional()
    .describe("`udf` (default), as Microsoft's discs; `bridge` has an ISO 9660 tree beside it."),
  label: z
    .string()
    .regex(/^[ -~]+$/, "Expected ASCII characters.")
    .max(MOST_LABEL_CHARACTERS)
    .optional()
    .describe(`Label of the disc. Default: that of the medium, else ${DEFAULT_LABEL}.`),
  bios: hostPath
    .optional()
    .describe(
      "The image that a BIOS starts: a file of the medium, else one beside the manifest. Default: what the medium has.",
    ),
  uefi: hostPath
    .optional()
    .describe("The image or program that UEFI starts: likewise. Default: what the medium has, or its boot manager."),
  noPrompt: z.boolean().optional().describe("Start without waiting for a key."),
  hybrid: z.boolean().optional().describe("With a partition table, so that a copy on a stick starts by UEFI."),
  ...imageFileFields,
});
type Iso = z.output<typeof schema>;

/** A disc with the image on it, that BIOS and UEFI start. */
export const iso = defineOutput({
  schema,

  describe: (output) => `${FORMS[output.form ?? "udf"]}, image ${describeImageFile(output)}`,

  owns: ({ file }, path) => equalNames(path, file),

  async plan(output, medium, { findings, operation }) {
    const { volume } = await medium.reopen();
    const made = await makeDisc(output, medium, volume, output.file, { dryRun: true, ...operation });
    for (const finding of made.findings) findings.add(finding);
    const given = [output.bios, output.uefi].filter((file) => file !== undefined);
    const files = await Promise.all(given.map((file) => readBootFile(file, medium.volume, medium.resolve)));
    return { boots: made.boot.map(describeBoot), facts: files.map(({ bytes }) => digest("sha256", bytes)) };
  },

  async write(output, context) {
    const { images, directory, operation, findings } = context;
    const medium = requireMedium(context.medium);
    const built = await images.get(medium.optionsOf(output));
    const { volume, file } = await medium.withImage(built.path, output);
    const made = await makeDisc(output, medium, volume, join(directory, output.file), operation);
    for (const finding of made.findings) findings.add(finding);
    const { label, files, directories } = made;
    const boots = made.boot.map(describeBoot);
    const form = FORMS[output.form ?? "udf"];
    return {
      content: built.figures,
      medium: { form, label, boots, files, directories, image: [file] },
      written: [output.file],
    };
  },
});

const FORMS = { udf: "UDF disc", bridge: "UDF and ISO 9660 disc" } as const;

/** @param volume what goes on it; it is closed at the end */
async function makeDisc(
  { form = "udf", label, bios, uefi, noPrompt, hybrid }: Iso,
  medium: Medium,
  volume: Volume,
  file: string,
  more: LongOperation & { readonly dryRun?: boolean },
): Promise<CreateMediaIsoResult> {
  const given = async (path: string | undefined) =>
    path === undefined ? undefined : readBootFile(path, volume, medium.resolve);
  return createMediaIso(volume, file, {
    form,
    label: label ?? medium.label,
    name: DEFAULT_LABEL,
    noPrompt,
    hybrid,
    bootBios: await given(bios),
    bootUefi: await given(uefi),
    time: medium.stamp,
    ...more,
  });
}
