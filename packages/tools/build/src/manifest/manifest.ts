import { equalNames } from "@adk/core";
import { unattendSchema } from "@adk/unattend";
import * as z from "zod";
import { type Layer, layerSchema } from "../layers/kinds.ts";
import { needsMedium, type Output, outputPlace, outputSchema, ownsFile } from "../outputs/kinds.ts";
import { sourceName, strict } from "./fields.ts";
import { imageSchema } from "./image.ts";
import { mediaSchema } from "./media.ts";

/** A deployment: what an image is made of, what it is called, and into which files it goes. */
export const manifestSchema = strict({
  base: sourceName("A base is one image: write its number or name.").describe(
    'What the image begins with: a directory, or an image: `install.wim:6`, `install.wim:"Windows 11 Pro"`.',
  ),
  layers: z.array(layerSchema).optional().describe("What is done to the base, in this order."),
  media: mediaSchema.optional().describe("The medium that outputs `iso`, `usb` and `pxe` are made of."),
  unattend: unattendSchema.optional().describe("The answer file of the image; it is added after all layers."),
  image: imageSchema,
  timestamps: z
    .enum(["clamp", "keep"])
    .optional()
    .describe(
      "`clamp` (default): where SOURCE_DATE_EPOCH is set, no time of a file of this host is later in the image. `keep`: times are kept.",
    ),
  outputs: z
    .array(outputSchema)
    .min(1, "There is nothing to write: an output is needed.")
    .superRefine((outputs, context) => {
      for (const [i, output] of outputs.entries()) {
        const { key, name } = outputPlace(output);
        const overlaps = (other: Output) => ownsFile(other, name) || ownsFile(output, outputPlace(other).name);
        const taken = outputs.slice(0, i).some(overlaps);
        const reserved = RESULT_FILES.some((each) => equalNames(each, name));
        if (!taken && !reserved) continue;
        const message = taken ? "Another output has this file name." : "The build writes a file of this name itself.";
        context.addIssue({ code: "custom", message, path: [i, key] });
      }
    })
    .describe("The files to write."),
})
  .superRefine((manifest, context) => {
    if (manifest.media === undefined || manifest.outputs.some(needsMedium)) return;
    const message = "Nothing is made of the medium: an output of the kind iso, usb or pxe is needed.";
    context.addIssue({ code: "custom", message, path: ["media"] });
  })
  .meta({ title: "Deployment", description: "A manifest of `adk build`." });
export type Manifest = z.output<typeof manifestSchema>;

/** The layers, and the answer file as the last of them. */
export function layersOf({ layers = [], unattend }: Manifest): readonly Layer[] {
  return unattend === undefined ? layers : [...layers, { kind: "unattend", manifest: unattend }];
}

export const REPORT_HTML = "build-report.html";
export const REPORT_JSON = "build-report.json";
export const LOCK_FILE = "deployment.lock.json";
/** What a build writes besides its outputs. */
const RESULT_FILES: readonly string[] = [REPORT_HTML, REPORT_JSON, LOCK_FILE];

/** JSON Schema of a manifest, for editors. */
export function manifestJsonSchema(): object {
  return z.toJSONSchema(manifestSchema, { io: "input", target: "draft-2020-12" });
}
