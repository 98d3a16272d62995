import { resolve } from "node:path";
import { type Cell, type Command, exitCodes, formatBytes, type Terminal } from "@adk/cli-kit";
import { AtomicFile } from "@adk/core";
import { diffImages } from "../diff/diff-images.ts";
import {
  type Aspect,
  type Difference,
  type DifferenceKind,
  type WimDiffResult,
  wimDiffResult,
} from "../diff/schema.ts";
import { sourceIn } from "./names.ts";

/** What `--ignore` takes. */
const IGNORABLE: Readonly<Record<string, Aspect>> = {
  times: "times",
  security: "security",
  "short-names": "short-name",
  attributes: "attributes",
};
const KINDS: readonly DifferenceKind[] = ["added", "removed", "changed", "moved"];
const LETTERS: Readonly<Record<DifferenceKind, string>> = { added: "A", removed: "D", changed: "M", moved: "R" };

interface Options {
  html?: string;
  only?: DifferenceKind[];
  path?: string;
  ignore?: string[];
  force?: boolean;
}

export function defineDiffCommand(wim: Command): void {
  const command = wim.command("diff <before> <after>");
  command
    .description(
      "Compare two images or directories, by their metadata and hashes. Exit code 1 if the trees are not equal.",
    )
    .option("--html <file>", "write a report as well")
    .addOption(command.createOption("--only <kind...>", "differences of these kinds alone").choices(KINDS))
    .option("--path <glob>", "entries below this path, or that match a pattern, alone")
    .addOption(command.createOption("--ignore <what...>", "differences not to tell").choices(Object.keys(IGNORABLE)))
    .withForce("replace a report that is there")
    .run(async (context, before: string, after: string, options: Options) => {
      const { html, only, path, force, ignore = [] } = options;
      // Before the work, so that it is not in vain.
      await using report =
        html === undefined ? undefined : await AtomicFile.create(resolve(context.cwd, html), { overwrite: force });
      const { signal, onProgress } = context;
      const ignored = ignore.flatMap((what) => IGNORABLE[what] ?? []);
      const compared = await diffImages(sourceIn(context, before), sourceIn(context, after), {
        signal,
        onProgress,
        only,
        path,
        ignore: ignored,
      });
      const result = named(compared, before, after);
      if (report) {
        const { diffPage } = await import("../diff/page.ts");
        await report.write(new TextEncoder().encode(diffPage(result)));
        await report.commit();
      }
      context.output(result, { schema: wimDiffResult, render });
      return result.equal ? exitCodes.done : exitCodes.no;
    });
}

/** With the sources under the names that the user gave them. */
function named(result: WimDiffResult, before: string, after: string): WimDiffResult {
  return {
    ...result,
    before: { ...result.before, source: before },
    after: { ...result.after, source: after },
  };
}

function render({ equal, summary, differences, properties, findings }: WimDiffResult, out: Terminal): void {
  if (differences.length > 0) {
    out.table(
      [{ title: "" }, { title: "Size", align: "right" }, { title: "What" }, { title: "Path", truncate: "middle" }],
      differences.map(rowOf),
    );
    out.line();
  }
  if (properties.length > 0) {
    out.table(
      [{ title: "Property" }, { title: "Before" }, { title: "After" }],
      properties.map(({ path, before, after }) => [path, before, after]),
    );
    out.line();
  }
  out.findings(findings);
  const { added, removed, changed, moved, bytesAdded, bytesRemoved } = summary;
  const counts = [
    added > 0 && `${added} added`,
    removed > 0 && `${removed} removed`,
    changed > 0 && `${changed} changed`,
    moved > 0 && `${moved} moved`,
    `${formatBytes(bytesAdded)} new, ${formatBytes(bytesRemoved)} gone`,
  ];
  out.line(equal ? out.style("green", "Equal.") : counts.filter(Boolean).join(", "));
}

function rowOf({ kind, path, what, before, after }: Difference): Cell[] {
  const delta = (after?.size ?? 0) - (before?.size ?? 0);
  const target = before?.target ?? after?.target;
  const from = before?.path !== undefined && kind !== "removed" ? `${before.path} -> ` : "";
  const slash = (after ?? before)?.type === "directory" && path !== "/" ? "/" : "";
  const to = kind !== "moved" && target !== undefined ? ` -> ${after?.target ?? target}` : "";
  const size = delta === 0 ? "" : `${delta > 0 ? "+" : "-"}${formatBytes(Math.abs(delta))}`;
  return [LETTERS[kind], size, what.filter((aspect) => aspect !== "path").join(", "), `${from}${path}${slash}${to}`];
}
