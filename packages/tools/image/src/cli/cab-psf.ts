import { resolve } from "node:path";
import { extractPsf } from "@adk/cab";
import { type Command, exitCodes, formatBytes, type Terminal, usageError } from "@adk/cli-kit";
import { FileAccess } from "@adk/core";
import { openPsfIndex } from "../cab/open-psf-index.ts";
import type { PsfResult } from "../cab/schemas.ts";
import { counted, sourceIn } from "./names.ts";
import { cabResults } from "./results.ts";

interface Options {
  data?: string;
  to?: string;
  force?: boolean;
}

export function definePsfCommand(cab: Command): void {
  cab
    .command("psf <index>")
    .description("List what a patch storage file (PSF) holds, by its index express.psf.cix.xml or the cabinet with it.")
    .option("--data <file>", "the PSF itself")
    .option("--to <directory>", "extract the files that the PSF holds as they are (RAW), checked by their SHA-256")
    .withForce("replace files that are there")
    .addHelpText("after", "\nWhat is stored as a difference to another version (PA30) is listed, not put together.")
    .run(async (context, name: string, { data, to, force }: Options) => {
      if ((data === undefined) !== (to === undefined)) {
        throw usageError("PSF_DATA_AND_TARGET", "--data and --to belong together.", "adk cab psf");
      }
      const index = await openPsfIndex(sourceIn(context, name));
      const files = index.files.map(({ name, size, hash, source }) => {
        const place = source && { type: source.type, offset: source.offset, storedSize: source.size };
        return { name, size, sha256: hash?.algorithm === "SHA256" ? hash.value : undefined, ...place };
      });
      const result: PsfResult = { name: index.name, size: index.size, files, findings: [] };
      if (data !== undefined && to !== undefined) {
        const psf = await FileAccess.open(resolve(context.cwd, data));
        try {
          const { signal, onProgress } = context;
          const how = { overwrite: force, signal, onProgress };
          const { findings, ...extracted } = await extractPsf(index, psf, resolve(context.cwd, to), how);
          Object.assign(result, { extracted, findings: [...findings] });
        } finally {
          await psf.close();
        }
      }
      context.output(result, { schema: cabResults.psfResult, render });
      return result.findings.length > 0 ? exitCodes.input : exitCodes.done;
    });
}

function render({ name, size, files, extracted, findings }: PsfResult, out: Terminal): void {
  if (!extracted) {
    out.table(
      [{ title: "Type" }, { title: "Offset", align: "right" }, { title: "Stored", align: "right" }, { title: "Name" }],
      files.map((file) => [file.type, file.offset, file.storedSize, file.name]),
    );
    out.line();
  }
  out.line(`${name}: ${counted(files.length, "file")}, ${formatBytes(size)}`);
  if (extracted) {
    out.line(`Extracted: ${counted(extracted.files, "file")} (${formatBytes(extracted.bytes)})`);
    if (extracted.differences > 0) out.line(`Differences, not applied: ${extracted.differences}`);
  }
  out.findings(findings);
}
