import { type Command, exitCodes, formatBytes, type Terminal } from "@adk/cli-kit";
import { verifyWim } from "@adk/wim";
import { openWim } from "../open-wim.ts";
import type { WimVerifyResult } from "../schemas.ts";
import { counted, REFERENCES, sourceIn } from "./names.ts";
import { wimResults } from "./results.ts";

export function defineVerifyCommand(wim: Command): void {
  wim
    .command("verify <file>")
    .description("Read everything in a file and check it against its SHA-1. Exit code 1 if anything is wrong.")
    .withThreads()
    .option(...REFERENCES)
    .run(async (context, name: string, { threads, ref }: { threads?: number; ref?: string[] }) => {
      await using opened = await openWim(sourceIn(context, name), ref);
      const { signal, onProgress } = context;
      const { ok, blobs, bytes, findings } = await verifyWim(opened.file, { threads, signal, onProgress });
      const result = { ok, blobs, bytes, findings: [...findings] };
      context.output(result, {
        schema: wimResults.wimVerifyResult,
        render: (verified, out) => render(name, verified, out),
      });
      return ok ? exitCodes.done : exitCodes.no;
    });
}

function render(name: string, { ok, blobs, bytes, findings }: WimVerifyResult, out: Terminal): void {
  out.findings(findings);
  const verdict = ok ? out.style("green", "good") : out.style("red", "damaged");
  out.line(
    `${name}: ${verdict}; ${counted(blobs, "blob")} with ${formatBytes(bytes)} ${blobs === 1 ? "is" : "are"} whole`,
  );
}
