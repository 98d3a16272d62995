import { finding } from "@adk/cli-kit/schemas";
import * as z from "zod";
import { builtOutputSchema } from "../lock.ts";
import { planSchema } from "../plan.ts";

/** What `build-report.json` holds: what went in, what came out, and what it took. */
export const reportSchema = z.object({
  tool: z.string(),
  plan: planSchema,
  outputs: z.array(
    z.object({
      kind: z.string(),
      /** Of the file, or of the first part of a set. */
      path: z.string(),
      /** Of all parts. */
      bytes: z.number(),
      /** The file, or those of a set. */
      parts: z.array(builtOutputSchema),
      /** What the image holds; each hard-linked file counts once. */
      content: z.object({ files: z.number(), directories: z.number(), bytes: z.number() }),
      /** Bytes of the image that did not need to be stored, and why. */
      savings: z.object({ hardLinks: z.number(), equalData: z.number(), compression: z.number() }),
      /** Of an output that is a medium. */
      medium: z
        .object({
          /** For people: `UDF disc`. */
          form: z.string(),
          label: z.string(),
          /** What firmware starts: `BIOS: /boot/etfsboot.com`. */
          boots: z.array(z.string()),
          files: z.number(),
          directories: z.number(),
          /** The image on it, or its parts. */
          image: z.array(z.object({ path: z.string(), bytes: z.number() })),
        })
        .optional(),
    }),
  ),
  /** Milliseconds. */
  timings: z.array(z.object({ phase: z.string(), duration: z.number() })),
  /** The largest files of the image, largest first; layer 0 is the base. */
  largestFiles: z.array(z.object({ path: z.string(), bytes: z.number(), layer: z.number() })),
  findings: z.array(finding),
});
export type BuildReport = z.output<typeof reportSchema>;
