import { join } from "node:path";
import { equalNames } from "@adk/core";
import { createIso } from "@adk/media";
import * as z from "zod";
import { outputFileName, strict } from "../manifest/fields.ts";
import { bootFields, bootImagesOf, describeBoot, PROMPT_FILE } from "../media/boot-images.ts";
import { requireMedium } from "../media/medium.ts";
import { describeImageFile, imageFileFields } from "./image-file.ts";
import { defineOutput } from "./output.ts";

/** A field of 32 bytes, of which two tell of the text. */
const MOST_LABEL_CHARACTERS = 30;
/** Where the medium has no label of its own. */
const DEFAULT_LABEL = "WINDOWS";

/** A disc with the image on it, that BIOS and UEFI start. */
export const iso = defineOutput({
  schema: strict({
    kind: z.literal("iso"),
    file: outputFileName.describe("Name of the file in the output directory."),
    form: z
      .enum(["udf", "bridge"])
      .optional()
      .describe("`udf` (default), as Microsoft's discs; `bridge` has an ISO 9660 tree beside it."),
    label: z
      .string()
      .regex(/^[ -~]*$/, "Expected ASCII characters.")
      .min(1)
      .max(MOST_LABEL_CHARACTERS)
      .optional()
      .describe(`Label of the disc. Default: that of the medium, else ${DEFAULT_LABEL}.`),
    ...bootFields,
    ...imageFileFields,
  }),

  needsMedium: true,

  describe: (output) => `${FORMS[output.form ?? "udf"]}, image ${describeImageFile(output)}`,

  owns: ({ file }, path) => equalNames(path, file),

  async write(output, context) {
    const { images, directory, time, findings, operation } = context;
    const medium = requireMedium(context.medium);
    const built = await images.get(medium.optionsOf(output));
    const image = await medium.withImage(built.path, output);
    const { volume } = image;
    if (output.noPrompt) await volume.remove(PROMPT_FILE);
    const boot = await bootImagesOf(output, volume, medium.resolve);
    const { form = "udf", label = medium.label ?? DEFAULT_LABEL } = output;
    const options = { form, label, boot, dedup: true, time, ...operation };
    const made = await createIso(volume, join(directory, output.file), options);
    for (const finding of made.findings) findings.add(finding);
    const { files, directories } = made;
    const boots = boot.map(describeBoot);
    return {
      content: built.figures,
      medium: { form: FORMS[form], label, boots, files, directories, image: [image.file] },
      written: [output.file],
    };
  },
});

const FORMS = { udf: "UDF disc", bridge: "UDF and ISO 9660 disc" } as const;
