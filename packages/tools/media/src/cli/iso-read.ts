import { resolve } from "node:path";
import { type Command, formatBytes } from "@adk/cli-kit";
import { isoInfo, isoInfoResult } from "../iso-info.ts";

/** What is on a disc: `info`. */
export function defineIsoReadCommands(iso: Command): void {
  iso
    .command("info <file>")
    .description("Tell the file systems, the label and the boot entries of a disc.")
    .run(async (context, file: string) => {
      const result = await isoInfo(resolve(context.cwd, file));
      context.output(result, {
        schema: isoInfoResult,
        render: ({ label, size, fileSystems, udfRevision, boot, findings }, out) => {
          out.facts({
            File: file,
            Label: label,
            Size: formatBytes(size),
            "File systems": fileSystems.join(", "),
            UDF: udfRevision,
          });
          for (const { platform, emulation, sectorCount, extent } of boot) {
            out.line(`Boots by ${platform}: emulation ${emulation}, ${sectorCount} sectors from ${extent}`);
          }
          out.findings(findings);
        },
      });
    });
}
