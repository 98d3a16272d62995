import { resolve } from "node:path";
import type { Command, Terminal } from "@adk/cli-kit";
import { pdbReport, type TracePdb, tracePdbResult } from "../symbols/pdb-report.ts";

/** `adk trace pdb`: what a program database tells. */
export function definePdbCommand(trace: Command): void {
  trace
    .command("pdb <file>")
    .description("List the functions of a program database (PDB), with its identity as symbol stores name it.")
    .run(async (context, file: string) => {
      const report = await pdbReport(resolve(context.cwd, file), file);
      context.output(report, { schema: tracePdbResult, render: renderPdb });
    });
}

/** Functions that a terminal shows: `--json` has all. */
const MOST_SHOWN = 200;

function renderPdb({ id, functions, lines, findings }: TracePdb, out: Terminal): void {
  out.facts({ Identity: id, Functions: functions.length, Lines: lines });
  out.table(
    [
      { title: "Address", align: "right" },
      { title: "Size", align: "right" },
      { title: "Name", truncate: "middle" },
    ],
    functions.slice(0, MOST_SHOWN).map(({ address, size, name }) => [`0x${address.toString(16)}`, size, name]),
  );
  if (functions.length > MOST_SHOWN) out.line(`${functions.length - MOST_SHOWN} more functions: use --json.`);
  out.findings(findings);
}
