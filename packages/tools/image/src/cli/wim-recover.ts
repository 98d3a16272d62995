import { resolve } from "node:path";
import { type Command, exitCodes, type Terminal } from "@adk/cli-kit";
import { recoverFile } from "../recover-wim.ts";
import type { WimRecoverResult } from "../schemas.ts";
import { counted, sourceIn } from "./names.ts";
import { wimResults } from "./results.ts";

/** Of the files that are lost so many are named; `--json` has them all. */
const MOST_NAMED = 20;

export function defineRecoverCommand(wim: Command): void {
  wim
    .command("recover <damaged> <out>")
    .description("Save what can be read of a damaged file into a new one. Exit code 1 if something is lost.")
    .withThreads()
    .withForce()
    .run(async (context, damaged: string, out: string, { threads, force }: { threads?: number; force?: boolean }) => {
      const { signal, onProgress } = context;
      const options = { threads, overwrite: force, signal, onProgress };
      const result = await recoverFile(sourceIn(context, damaged), resolve(context.cwd, out), options);
      context.output(result, { schema: wimResults.wimRecoverResult, render });
      return result.ok ? exitCodes.done : exitCodes.no;
    });
}

function render({ ok, images, lost, blobs, findings }: WimRecoverResult, out: Terminal): void {
  out.findings(findings);
  out.table(
    [{ title: "Image", align: "right" }, { title: "Name" }, { title: "Recovered" }, { title: "Lost", align: "right" }],
    images.map(({ index, name, recovered, lostFiles }) => [index, name, recovered ? "yes" : "no", lostFiles]),
  );
  for (const { image, path, reason } of lost.slice(0, MOST_NAMED)) out.line(`lost (${reason}): ${image}:${path}`);
  if (lost.length > MOST_NAMED) out.line(`... and ${lost.length - MOST_NAMED} more`);
  const { intact, corrupt, missing, unreferenced } = blobs;
  const rest = [
    corrupt > 0 ? `${corrupt} corrupt` : "",
    missing > 0 ? `${missing} missing` : "",
    unreferenced > 0 ? `${unreferenced} of the intact ones belong to no image that could be read` : "",
  ].filter(Boolean);
  out.line([`${counted(intact, "blob")} intact`, ...rest].join(", "));
  out.line(ok ? out.style("green", "Everything was saved.") : out.style("yellow", "Not everything could be saved."));
}
