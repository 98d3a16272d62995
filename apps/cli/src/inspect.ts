import { resolve } from "node:path";
import { type DefineCommands, exitCodes, formatBytes, type Terminal } from "@adk/cli-kit";
import { finding } from "@adk/cli-kit/schemas";
import { inspectFile } from "@adk/sources";
import * as z from "zod";

/** What `adk inspect --json` prints of a file: with the facts of its format beside these. */
export const inspection = z.looseObject({
  file: z.string(),
  /** Bytes. */
  size: z.number(),
  /** Short and stable: `wim`; `unknown` for what no format recognises. */
  format: z.string(),
  /** The same for people: `Windows image (lzx, 2 images)`. */
  description: z.string(),
  findings: z.array(finding),
});
export type Inspection = z.infer<typeof inspection>;

/** One file: its inspection; several: a list of them. */
export const inspectResult = z.union([inspection, z.array(inspection)]);

export const commands: DefineCommands = (inspect) => {
  inspect
    .argument("<file...>", "files of any format that the kit knows")
    .description("Recognise files by their content and tell what they are. Exit code 1 if one is of no known format.")
    .run(async (context, files: string[]) => {
      const found: Inspection[] = [];
      for (const file of files) {
        const { facts, findings, ...rest } = await inspectFile(resolve(context.cwd, file));
        found.push({ file, ...rest, ...facts, findings: [...findings] });
      }
      const [first] = found;
      const result = found.length === 1 && first ? first : found;
      context.output<Inspection | Inspection[]>(result, { schema: inspectResult, render });
      return found.some(({ format }) => format === "unknown") ? exitCodes.no : exitCodes.done;
    });
};

function render(result: Inspection | Inspection[], out: Terminal): void {
  for (const [i, { file, size, format, description, findings, ...facts }] of [result].flat().entries()) {
    if (i > 0) out.line();
    const plain = Object.entries(facts).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
    const named = Object.fromEntries(plain) as Record<string, string | number | boolean>;
    out.facts({ File: file, Format: description, Size: formatBytes(size), ...named });
    out.findings(findings);
  }
}
