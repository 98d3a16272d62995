import { formatBytes, formatDuration, formatNumber } from "@adk/report";
import type { ReportFacts } from "../report-facts.ts";
import { doubtsOf, type Sentence } from "./sentence.ts";

/** Threads that had to wait until pages of files were read. */
export function* hardFaults(facts: ReportFacts): Generator<Sentence> {
  const { faults } = facts;
  if (!faults) return;
  const sum = (key: "count" | "bytes" | "elapsed") => faults.processes.reduce((total, each) => total + each[key], 0);
  const [count, bytes, elapsed] = [sum("count"), sum("bytes"), sum("elapsed")];
  const [process] = faults.processes;
  const file = faults.files.find(({ name }) => name !== "?");
  if (!process) return;
  yield {
    rule: "hard-faults",
    text: `Threads waited ${formatDuration(elapsed)} for ${formatNumber(count)} hard faults (${formatBytes(bytes)}): ${process.name} the longest, ${formatDuration(process.elapsed)}${file ? `, and the most for ${file.name}, ${formatDuration(file.elapsed)}` : ""}.`,
    numbers: { count, bytes, elapsedMs: elapsed, firstMs: process.elapsed },
    evidence: [{ label: "Hard Faults", table: "hardfault", filter: process.name === "?" ? "" : process.name }],
    unsafe: doubtsOf(facts, "hardfault"),
  };
}
