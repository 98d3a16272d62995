import { type Context, type ExitCode, exitCodes, formatBytes } from "@adk/cli-kit";
import type { Finding } from "@adk/core";
import type * as z from "zod";

interface Extracted {
  readonly files: number;
  readonly bytes: number;
  readonly findings: Finding[];
}

/** Shows what was extracted into a directory. Exit code 1 if something could not be. */
export function showExtracted<Result extends Extracted>(
  context: Context,
  result: Result,
  schema: z.ZodType<Result>,
  to: string,
): ExitCode {
  context.output<Result>(result, {
    schema,
    render: ({ files, bytes, findings }, out) => {
      out.line(`${files} files, ${formatBytes(bytes)}, in ${to}`);
      out.findings(findings);
    },
  });
  return result.findings.some(({ severity }) => severity === "error") ? exitCodes.no : exitCodes.done;
}
