import { resolve } from "node:path";
import { cabInfo, extractFiles, readFiles, verifyCabinets } from "@adk/cab";
import {
  type Command,
  type Context,
  type DefineCommands,
  exitCodes,
  formatBytes,
  type Terminal,
  usageError,
} from "@adk/cli-kit";
import { attributeNames, formatFiletime } from "@adk/core";
import { chooseFiles, openCabinet } from "../cab/open-cabinet.ts";
import type { CabExtractResult, CabInfoResult, CabListResult } from "../cab/schemas.ts";
import { definePsfCommand } from "./cab-psf.ts";
import { counted, sourceIn } from "./names.ts";
import { cabResults } from "./results.ts";

export const commands: DefineCommands = (cab) => {
  defineInfo(cab);
  defineList(cab);
  defineVerify(cab);
  defineExtract(cab);
  definePsfCommand(cab);
  cab.addHelpText("after", "\nThe other cabinets of a set are found beside the one that is named.");
};

function defineInfo(cab: Command): void {
  cab
    .command("info <file>")
    .description("Tell what a cabinet or update package (MSU) is: its set, compression and properties.")
    .run(async (context, name: string) => {
      await using set = await openCabinet(sourceIn(context, name));
      const { cabinets, folders, ...info } = await cabInfo(set);
      const result = { ...info, cabinets: [...cabinets], folders: [...folders], findings: [...set.findings] };
      const update = info.update && { properties: info.update.properties, payloads: [...info.update.payloads] };
      context.output({ ...result, update }, { schema: cabResults.cabInfoResult, render: renderInfo });
    });
}

function renderInfo(
  { kind, cabinets, folders, fileCount, size, update, findings }: CabInfoResult,
  out: Terminal,
): void {
  const signed = cabinets.some(({ signatureBytes }) => signatureBytes !== undefined);
  out.facts({
    Format: kind === "cabinet" ? "Cabinet" : "Update package (MSU)",
    Cabinets: cabinets.length > 1 ? cabinets.length : undefined,
    Files: fileCount,
    Size: formatBytes(size),
    Signature: signed ? "there, not checked" : "none",
    ...update?.properties,
    Payload: update?.payloads.join(", "),
  });
  out.line();
  out.table(
    [
      { title: "Compression" },
      { title: "Files", align: "right" },
      { title: "Size", align: "right" },
      { title: "Complete" },
    ],
    folders.map((folder) => [
      folder.compression,
      folder.files,
      formatBytes(folder.size),
      folder.complete ? "yes" : "no",
    ]),
  );
  out.findings(findings);
}

function defineList(cab: Command): void {
  cab
    .command("ls <file> [path...]")
    .description("List the files of a cabinet, all or those that paths or patterns name.")
    .run(async (context, name: string, paths: string[]) => {
      await using set = await openCabinet(sourceIn(context, name));
      const files = chooseFiles(set, paths).map(({ name, size, lastWriteTime, attributes }) => {
        const modified = lastWriteTime === 0n ? undefined : formatFiletime(lastWriteTime).replace(/(?:\.\d+)?Z$/, "");
        return { name, size, modified, attributes: attributeNames(attributes) };
      });
      context.output({ files, findings: [...set.findings] }, { schema: cabResults.cabListResult, render: renderList });
    });
}

function renderList({ files, findings }: CabListResult, out: Terminal): void {
  out.table(
    [{ title: "Size", align: "right" }, { title: "Modified" }, { title: "Name", truncate: "middle" }],
    files.map(({ name, size, modified }) => [size, modified?.replace("T", " "), name]),
  );
  out.line();
  out.line(`${counted(files.length, "file")}, ${formatBytes(files.reduce((sum, { size }) => sum + size, 0))}`);
  out.findings(findings);
}

function defineVerify(cab: Command): void {
  cab
    .command("verify <file>")
    .description("Decompress everything and check its checksums. Exit code 1 if anything is wrong.")
    .run(async (context, name: string) => {
      await using set = await openCabinet(sourceIn(context, name));
      const verified = await verifyCabinets(set, context);
      const result = { ...verified, findings: [...verified.findings] };
      context.output(result, {
        schema: cabResults.cabVerifyResult,
        render({ ok, files, bytes, findings }, out) {
          out.findings(findings);
          const verdict = ok ? out.style("green", "good") : out.style("red", "damaged");
          out.line(`${name}: ${verdict}; ${counted(files, "file")}, ${formatBytes(bytes)} decompressed`);
        },
      });
      return result.ok ? exitCodes.done : exitCodes.no;
    });
}

interface ExtractOptions {
  to: string;
  force?: boolean;
}

function defineExtract(cab: Command): void {
  cab
    .command("extract <file> [path...]")
    .description("Write files of a cabinet, all or those that paths or patterns name, into a directory.")
    .requiredOption("--to <directory>", "where to; - writes one file to standard output")
    .withForce("replace files that are there")
    .addHelpText("after", "\nExample: adk cab extract drivers.cab '*.inf' --to out")
    .run(async (context, name: string, paths: string[], { to, force }: ExtractOptions) => {
      await using set = await openCabinet(sourceIn(context, name));
      const files = chooseFiles(set, paths);
      if (to === "-") {
        const [file, ...more] = files;
        if (!file || more.length > 0)
          throw usageError("ONE_FILE", "Standard output takes one file.", "adk cab extract");
        for await (const { bytes } of readFiles(file.folder, [file], context)) {
          await context.stdout.write(bytes.slice());
        }
        return exitCodes.done;
      }
      const { signal, onProgress } = context;
      const how = { files, overwrite: force, signal, onProgress };
      const result = await extractFiles(set, resolve(context.cwd, to), how);
      return give(context, { ...result, findings: [...set.findings, ...result.findings] });
    });
}

/** Something that could not be extracted makes the input invalid, although the rest is there. */
function give(context: Context, result: CabExtractResult) {
  context.output(result, {
    schema: cabResults.cabExtractResult,
    render({ files, bytes, findings }, out) {
      out.line(`${counted(files, "file")} (${formatBytes(bytes)})`);
      out.findings(findings);
    },
  });
  return result.findings.some(({ severity }) => severity === "error") ? exitCodes.input : exitCodes.done;
}
