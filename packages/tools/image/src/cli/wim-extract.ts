import { resolve } from "node:path";
import {
  type Command,
  type Context,
  type ExitCode,
  exitCodes,
  formatBytes,
  type Terminal,
  usageError,
} from "@adk/cli-kit";
import { readPieces, SIDECAR_NAME } from "@adk/core";
import { applyWim, extractWim, readFromWim } from "../extract-wim.ts";
import type { WimExtractResult } from "../schemas.ts";
import { counted, REFERENCES, sourceIn } from "./names.ts";
import { wimResults } from "./results.ts";

interface Options {
  threads?: number;
  force?: boolean;
  sidecar?: boolean;
  ref?: string[];
}

/** `apply` and `extract`. */
export function defineExtractCommands(wim: Command): void {
  wim
    .command("apply <image> <directory>")
    .description("Write an image (FILE:INDEX or FILE:NAME) into a directory.")
    .withThreads()
    .withForce("replace files that are there")
    .option(...REFERENCES)
    .option("--no-sidecar", `lose what this file system cannot hold, instead of keeping it in ${SIDECAR_NAME}`)
    .run(async (context, image: string, directory: string, options: Options) =>
      give(
        context,
        await applyWim(sourceIn(context, image), resolve(context.cwd, directory), extractOptions(context, options)),
      ),
    );

  wim
    .command("extract <image> <path...>")
    .description("Write files and directories of an image into a directory, or one file to standard output.")
    .requiredOption("--to <directory>", "where to; - for standard output")
    .option("--preserve-dir-structure", "keep the directories above each path")
    .withThreads()
    .withForce("replace files that are there")
    .option(...REFERENCES)
    .option("--sidecar", `keep what this file system cannot hold in ${SIDECAR_NAME}`)
    .run(async (context, image: string, paths: string[], options: Options & ExtractOptions) => {
      const source = sourceIn(context, image);
      if (options.to !== "-") {
        const how = { ...extractOptions(context, options), preserveDirStructure: options.preserveDirStructure };
        return give(context, await extractWim(source, paths, resolve(context.cwd, options.to), how));
      }
      const [path, ...more] = paths;
      if (path === undefined || more.length > 0) {
        throw usageError("ONE_FILE", "Standard output takes one file.", "adk wim extract");
      }
      await readFromWim(
        source,
        path,
        async (access) => {
          if (access.size === 0) await context.stdout.write(new Uint8Array(0));
          for await (const piece of readPieces(access)) await context.stdout.write(piece);
        },
        options.ref,
      );
      return exitCodes.done;
    });
}

interface ExtractOptions {
  to: string;
  preserveDirStructure?: boolean;
}

function extractOptions({ signal, onProgress }: Context, { threads, force, sidecar, ref }: Options) {
  return { threads, overwrite: force, sidecar, references: ref, signal, onProgress };
}

/** Something that could not be extracted makes the input invalid, although the rest is there. */
function give(context: Context, result: WimExtractResult): ExitCode {
  context.output(result, { schema: wimResults.wimExtractResult, render });
  return result.findings.some(({ severity }) => severity === "error") ? exitCodes.input : exitCodes.done;
}

function render(
  { files, directories, symlinks, hardLinks, bytes, kept, notHeld, findings }: WimExtractResult,
  out: Terminal,
) {
  const counts = [
    `${counted(files, "file")} (${formatBytes(bytes)})`,
    counted(directories, "directory", "directories"),
    symlinks > 0 && counted(symlinks, "symbolic link"),
    hardLinks > 0 && counted(hardLinks, "hard link"),
  ];
  out.line(counts.filter(Boolean).join(", "));
  const lost = properties(notHeld);
  if (lost.length > 0) out.line(`Not kept, as this file system cannot hold them: ${lost.join(", ")}`);
  if (kept && kept.entries > 0) {
    const what = [`attributes and times of ${counted(kept.entries, "entry", "entries")}`, ...properties(kept)];
    out.line(`Kept in ${SIDECAR_NAME}, as this file system cannot hold them: ${what.join(", ")}`);
  }
  out.findings(findings);
}

/** What this file system cannot hold, counted. */
function properties(counts: WimExtractResult["notHeld"]): string[] {
  const { streams, securityDescriptors, shortNames, reparsePoints } = counts;
  return [
    streams > 0 ? counted(streams, "alternate data stream") : "",
    securityDescriptors > 0 ? counted(securityDescriptors, "security descriptor") : "",
    shortNames > 0 ? counted(shortNames, "short name") : "",
    reparsePoints > 0 ? counted(reparsePoints, "reparse point") : "",
  ].filter((text) => text !== "");
}
