import { formatNumber } from "@adk/report";
import type { ReportFacts } from "../report-facts.ts";
import type { Sentence } from "./sentence.ts";

/** What is missing: first, where anything is. */
export function* losses({ completeness }: ReportFacts): Generator<Sentence> {
  if (completeness.reasons.length === 0) return;
  yield {
    rule: "losses",
    text: `The trace is not whole (about ${formatNumber(Number(completeness.score.toFixed(1)))} % of its events are there): ${completeness.reasons.join(" ")} Sums below are too small by what is missing, and what is not seen here may have happened all the same.`,
    numbers: { completePercent: completeness.score },
    evidence: [],
    unsafe: [...completeness.reasons],
  };
}

/** What was not recorded and would have told more. */
export function* absentTables({ completeness }: ReportFacts): Generator<Sentence> {
  const absent = (name: string) => completeness.tables.some(({ table, trust }) => table === name && trust === "absent");
  const missing: [string, string][] = [
    ["cpu", "what processors were at (keyword SampledProfile)"],
    ["cswitch", "who waited for whom (keywords CSwitch and ReadyThread)"],
    ["disk", "what disks did (keyword DiskIO)"],
    ["dpc", "what drivers took in deferred procedure calls and interrupts (keywords DPC and Interrupt)"],
  ];
  const told = missing.filter(([table]) => absent(table)).map(([, text]) => text);
  if (told.length === 0) return;
  yield {
    rule: "not-recorded",
    text: `The trace does not tell ${told.join("; ")}: these events were not recorded, and nothing here speaks of them.`,
    numbers: { tables: told.length },
    evidence: [],
    unsafe: [],
  };
}
