import type { Command, Terminal } from "@adk/cli-kit";
import { tellLosses } from "../completeness.ts";
import { symbolReport, type TraceSymbols, traceSymbolsResult } from "../symbols/symbol-report.ts";
import { cpuTable } from "../tables/cpu.ts";
import { analyzeFiles, RANGE_OPTION, type RangeOption } from "./open.ts";
import { profileOptions, type SymbolFlags, withSymbolPath } from "./symbol-options.ts";

/** `adk trace symbols`: which symbols a trace needs, and which there are. */
export function defineSymbolCommand(trace: Command): void {
  const command = trace
    .command("symbols <file...>")
    .description(
      "List the images of a trace by weight, with the symbols that they need, and whether and where these are.",
    )
    .option(...RANGE_OPTION);
  withSymbolPath(command).run(async (context, files: string[], options: RangeOption & SymbolFlags) => {
    const { analysis, findings } = await analyzeFiles(context, files, [cpuTable], { ...options, stacks: false });
    tellLosses(analysis.model.trace, findings);
    const { signal, onProgress } = context;
    const report = await symbolReport(analysis, { ...profileOptions(options), findings, signal, onProgress });
    context.output<TraceSymbols>(report, { schema: traceSymbolsResult, render });
  });
}

/** Images that a terminal shows: `--json` has all. */
const MOST_SHOWN = 100;

function render({ images, summary, findings }: TraceSymbols, out: Terminal): void {
  out.table(
    [
      { title: "Image", truncate: "middle" },
      { title: "Weight (ms)", align: "right" },
      { title: "PDB", truncate: "middle" },
      { title: "Identity" },
      { title: "Symbols" },
      { title: "Found in", truncate: "middle" },
    ],
    images.slice(0, MOST_SHOWN).map(({ image, weight, pdb, id, symbols, file }) => {
      return [image, weight.toFixed(1), pdb, id, symbols, file];
    }),
  );
  if (images.length > MOST_SHOWN) out.line(`${images.length - MOST_SHOWN} more images: use --json.`);
  out.line(summary);
  out.findings(findings);
}
