import { checkAnswerFile } from "@adk/image";
import { fromManifest, unattendSchema } from "@adk/unattend";
import * as z from "zod";
import { strict } from "../manifest/fields.ts";
import { answerFilePaths } from "./answer-file-paths.ts";
import { defineLayer } from "./layer.ts";

/** Writes the answer file of a manifest where Windows looks for it; one with errors is refused. */
export const unattend = defineLayer({
  schema: strict({
    kind: z.literal("unattend"),
    manifest: unattendSchema.describe("What the answer file says."),
    sysprep: z.boolean().optional().describe("Put it where Sysprep looks for it too."),
  }),

  describe: ({ sysprep }) => `answer file -> ${answerFilePaths(sysprep).join(", ")}`,

  async apply({ manifest, sysprep }, { changes, findings, env, time, resolve }) {
    const bytes = fromManifest(manifest, { env, directory: resolve(".") }).toBytes();
    checkAnswerFile(bytes, "unattend.xml", manifest.target, findings);
    for (const path of answerFilePaths(sysprep)) await changes.addFile(path, bytes, time);
  },
});
