import { formatDuration, formatNumber } from "@adk/report";
import { dpcModuleTable } from "../../tables/dpc.ts";
import type { Row } from "../../tables/table.ts";
import type { ReportFacts } from "../report-facts.ts";
import { doubtsOf, type Sentence } from "./sentence.ts";

/** Drivers whose deferred procedure calls or interrupts took too long: nothing else runs on the processor then. */
export function* slowInterrupts(facts: ReportFacts): Generator<Sentence> {
  const number = (row: Row, key: string) => Number(row[key] ?? 0);
  const slow = [...dpcModuleTable.rows(facts.analysis)].filter((row) => number(row, "tooLong") > 0);
  slow.sort((a, b) => number(b, "longest") - number(a, "longest"));
  for (const row of slow.slice(0, 3)) {
    const module = String(row["module"] || "a driver that the trace does not name");
    const [longest, at, tooLong] = [number(row, "longest") / 1000, number(row, "longestAt"), number(row, "tooLong")];
    yield {
      rule: "slow-interrupts",
      text: `${row["type"]} of ${module} took up to ${formatDuration(longest)} at a time; ${formatNumber(tooLong)} of ${formatNumber(number(row, "count"))} were longer than drivers should be.`,
      numbers: { longestMs: longest, tooLong, count: number(row, "count"), sumMs: number(row, "exclusive") },
      evidence: [
        { label: "DPC/ISR Duration by Module", table: "dpcmodule", filter: module },
        { label: `around ${formatDuration(at)}`, from: at - 1, to: at + longest + 1 },
      ],
      unsafe: doubtsOf(facts, "dpcmodule"),
    };
  }
}
