import {
  type Command,
  type Context,
  type ExitCode,
  exitCodes,
  formatBytes,
  type Terminal,
  usageError,
} from "@adk/cli-kit";
import { readPieces } from "@adk/core";
import { applyWim, extractWim, readFromWim } from "../extract-wim.ts";
import { type WimExtractResult, wimExtractResult } from "../schemas.ts";

interface Options {
  threads?: number;
  force?: boolean;
}

/** `apply` and `extract`. */
export function defineExtractCommands(wim: Command): void {
  wim
    .command("apply <image> <directory>")
    .description("Write an image (FILE:INDEX or FILE:NAME) into a directory.")
    .withThreads()
    .withForce("replace files that are there")
    .run(async (context, image: string, directory: string, options: Options) =>
      give(context, await applyWim(image, directory, extractOptions(context, options))),
    );

  wim
    .command("extract <image> <path...>")
    .description("Write files and directories of an image into a directory, or one file to standard output.")
    .requiredOption("--to <directory>", "where to; - for standard output")
    .option("--preserve-dir-structure", "keep the directories above each path")
    .withThreads()
    .withForce("replace files that are there")
    .run(async (context, image: string, paths: string[], options: Options & ExtractOptions) => {
      if (options.to !== "-") {
        const how = { ...extractOptions(context, options), preserveDirStructure: options.preserveDirStructure };
        return give(context, await extractWim(image, paths, options.to, how));
      }
      const [path, ...more] = paths;
      if (path === undefined || more.length > 0) {
        throw usageError("ONE_FILE", "Standard output takes one file.", "adk wim extract");
      }
      await readFromWim(image, path, async (access) => {
        for await (const piece of readPieces(access)) await context.stdout.write(piece);
      });
      return exitCodes.done;
    });
}

interface ExtractOptions {
  to: string;
  preserveDirStructure?: boolean;
}

function extractOptions({ signal, onProgress }: Context, { threads, force }: Options) {
  return { threads, overwrite: force, signal, onProgress };
}

/** Something that could not be extracted makes the input invalid, although the rest is there. */
function give(context: Context, result: WimExtractResult): ExitCode {
  context.output(result, { schema: wimExtractResult, render });
  return result.findings.some(({ severity }) => severity === "error") ? exitCodes.input : exitCodes.done;
}

function render(
  { files, directories, symlinks, hardLinks, bytes, notHeld, findings }: WimExtractResult,
  out: Terminal,
) {
  out.line(
    `${files} files (${formatBytes(bytes)}), ${directories} directories, ${symlinks} symbolic links, ${hardLinks} hard links`,
  );
  const lost = Object.entries({
    "alternate data streams": notHeld.streams,
    "security descriptors": notHeld.securityDescriptors,
    "short names": notHeld.shortNames,
    "reparse points": notHeld.reparsePoints,
  }).filter(([, count]) => count > 0);
  if (lost.length > 0) {
    out.line(`This file system cannot hold: ${lost.map(([what, count]) => `${count} ${what}`).join(", ")}.`);
  }
  out.findings(findings);
}
