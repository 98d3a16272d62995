import { resolve } from "node:path";
import { type Command, type Context, formatBytes, type Terminal, wholeNumber } from "@adk/cli-kit";
import type { WimRebuildResult, WimSplitResult } from "../schemas.ts";
import { deleteImages, joinParts, optimizeWim, type RewriteOptions, splitToParts } from "../wim-sets.ts";
import { sourceIn } from "./names.ts";
import { wimResults } from "./results.ts";

interface Options {
  check?: boolean;
  force?: boolean;
}

/** `split`, `join`, `delete` and `optimize`: files made of what is stored, without compressing it again. */
export function defineSetCommands(wim: Command): void {
  wim
    .command("split <source> <out>")
    .description("Split a file, also a solid one, into parts: OUT.swm, OUT2.swm ...")
    .argument("<mib>", "size of a part in MiB; 3800 fits FAT32", wholeNumber(1, 1 << 24))
    .option("--check", "write integrity tables")
    .withForce()
    .run(async (context, source: string, out: string, mib: number, options: Options) => {
      const result = await splitToParts(
        sourceIn(context, source),
        resolve(context.cwd, out),
        mib * 2 ** 20,
        rewriteOptions(context, options),
      );
      context.output(result, { schema: wimResults.wimSplitResult, render: renderSplit });
    });

  wim
    .command("join <out> <part...>")
    .description("Join the parts of a split set into one file.")
    .option("--check", "write an integrity table")
    .withForce()
    .run(async (context, out: string, parts: string[], options: Options) => {
      const result = await joinParts(
        resolve(context.cwd, out),
        parts.map((part) => resolve(context.cwd, part)),
        rewriteOptions(context, options),
      );
      context.output(result, { schema: wimResults.wimRebuildResult, render: renderRebuild });
    });

  wim
    .command("delete <image>")
    .description("Remove an image (FILE:INDEX or FILE:NAME) and the data that only it refers to.")
    .run(async (context, image: string) => {
      const result = await deleteImages(sourceIn(context, image), rewriteOptions(context, {}));
      context.output(result, { schema: wimResults.wimRebuildResult, render: renderRebuild });
    });

  wim
    .command("optimize <file>")
    .description("Write a file anew without the space that changes left behind.")
    .option("--check", "write an integrity table")
    .option("--no-check", "leave the integrity table out")
    .run(async (context, file: string, options: Options) => {
      const result = await optimizeWim(sourceIn(context, file), rewriteOptions(context, options));
      context.output(result, { schema: wimResults.wimRebuildResult, render: renderRebuild });
    });
}

function rewriteOptions({ signal, onProgress }: Context, { check, force }: Options): RewriteOptions {
  return { integrity: check, overwrite: force, signal, onProgress };
}

function renderSplit({ parts, findings }: WimSplitResult, out: Terminal): void {
  out.table(
    [{ title: "Part" }, { title: "Size", align: "right" }],
    parts.map(({ file, bytes }) => [file, formatBytes(bytes)]),
  );
  out.findings(findings);
}

function renderRebuild({ file, images, blobs, bytes, before, findings }: WimRebuildResult, out: Terminal): void {
  out.facts({
    File: file,
    Content: `${images} image${images === 1 ? "" : "s"}, ${blobs} blobs`,
    Size: before === undefined ? formatBytes(bytes) : `${formatBytes(bytes)}, before ${formatBytes(before)}`,
  });
  out.findings(findings);
}
