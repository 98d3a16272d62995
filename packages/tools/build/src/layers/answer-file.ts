import { filetimeFromUnixNanoseconds } from "@adk/core";
import { checkAnswerFile } from "@adk/image";
import * as z from "zod";
import { hostPath, strict } from "../manifest/fields.ts";
import { answerFilePaths } from "./answer-file-paths.ts";
import { readHostFile } from "./host-file.ts";
import { defineLayer } from "./layer.ts";

const MOST_BYTES = 16 << 20;

/** Puts an answer file where Windows looks for it; one with errors is refused. */
export const answerFile = defineLayer({
  schema: strict({
    kind: z.literal("answerFile"),
    from: hostPath.describe("The answer file, relative to the manifest."),
    sysprep: z.boolean().optional().describe("Put it where Sysprep looks for it too."),
    target: z.string().optional().describe("The Windows that it is checked for: win11-24h2, server2025."),
  }),

  describe: ({ from, sysprep }) => `${from} -> ${answerFilePaths(sysprep).join(", ")}`,

  async apply({ from, sysprep, target }, { changes, findings, resolve }) {
    const { bytes, modified } = await readHostFile(resolve(from), MOST_BYTES);
    checkAnswerFile(bytes, resolve(from), target, findings);
    const time = filetimeFromUnixNanoseconds(modified);
    for (const path of answerFilePaths(sysprep)) await changes.addFile(path, bytes, time);
  },
});
