import { containerOf, formatSourceName, parseSourceName } from "@adk/core";
import { unattendSchema } from "@adk/unattend";
import * as z from "zod";
import { copyFields } from "../layers/files.ts";
import { hostPath, imagePath, sourceName, strict } from "./fields.ts";

const from = sourceName("A medium is one tree.");

const description = strict({
  from: from
    .optional()
    .describe("The medium: a folder, a disc (`setup.iso`), or another source. Default: what the base lies in."),
  image: imagePath
    .optional()
    .describe("Where the image goes on the medium. Default: where the base lies on it, else `/sources/install.wim`."),
  files: z.array(strict(copyFields)).optional().describe("Files of the host that are put on the medium."),
  answerFile: hostPath.optional().describe("The answer file for Setup; on the medium it is `Autounattend.xml`."),
  unattend: unattendSchema.optional().describe("What the answer file for Setup says, in place of `answerFile`."),
  target: z.string().optional().describe("The Windows that `answerFile` is checked for: win11-24h2, server2025."),
}).superRefine(({ answerFile, unattend, target }, context) => {
  if (answerFile !== undefined && unattend !== undefined) {
    const message = "A medium has one answer file: write `answerFile` or `unattend`.";
    context.addIssue({ code: "custom", message, path: ["unattend"] });
  }
  if (target !== undefined && answerFile === undefined) {
    const message = "This belongs to `answerFile`; `unattend` has a `target` of its own.";
    context.addIssue({ code: "custom", message, path: ["target"] });
  }
});

/** The medium that the image is put on: its source, or that and what becomes of it. */
export const mediaSchema = z.union([from, description]);

/** A medium, as a manifest describes it. */
export type MediaDescription = Omit<z.output<typeof description>, "from"> & { readonly from: string };

/** The medium of a manifest: that which it names, or the one that its base lies in. */
export function mediaOf(manifest: {
  base: string;
  media?: z.output<typeof mediaSchema> | undefined;
}): MediaDescription | undefined {
  const { base, media } = manifest;
  if (typeof media === "string") return { from: media };
  const container = containerOf(parseSourceName(base));
  const from = media?.from ?? (container && formatSourceName(container));
  return from === undefined ? undefined : { ...media, from };
}
