import { formatDuration, formatShare } from "@adk/report";
import { cpuUserName } from "../cpu-use.ts";
import type { ReportFacts } from "../report-facts.ts";
import { doubtsOf, type Sentence } from "./sentence.ts";

/** Above this part of all processors' time, work waits for processors. */
const SATURATED = 0.85;

/** How busy the processors were, and with which processes. */
export function* processorLoad(facts: ReportFacts): Generator<Sentence> {
  const { cpu, time, analysis } = facts;
  if (!cpu || cpu.whole === 0) return;
  const unsafe = doubtsOf(facts, cpu.table);
  if (cpu.busy > cpu.whole * 1.02) {
    unsafe.push(
      "There are more samples than the interval between them allows: shares of each other are right, times are not.",
    );
  }
  const processors = analysis.model.trace.header?.processors ?? 1;
  const [first, second] = cpu.processes;
  const of = (weight: number) => formatShare(weight, cpu.busy);
  let text = `In these ${formatDuration(time.to - time.from)} the ${processors === 1 ? "processor was" : `${processors} processors were`} ${formatShare(cpu.busy, cpu.whole)} busy`;
  if (first) text += `; ${cpuUserName(first.process)} used ${of(first.weight)} of that`;
  if (second && second.weight >= cpu.busy * 0.05) text += `, ${cpuUserName(second.process)} ${of(second.weight)}`;
  text += ".";
  if (processors > 1 && first && first.weight > 0) {
    const busiest = longestSpell(first.bins, time.width, time.from);
    if (busiest.to - busiest.from > time.width * 10 && busiest.share > 0.8 && busiest.share < 1.3) {
      text += ` From ${formatDuration(busiest.from)} to ${formatDuration(busiest.to)} it kept about one processor busy, so a faster processor would help it and more of them would not.`;
    }
  }
  const numbers = {
    durationMs: time.to - time.from,
    processors,
    busyMs: cpu.busy,
    busyPercent: (100 * cpu.busy) / cpu.whole,
    ...(first ? { firstProcessId: first.process.id, firstMs: first.weight } : {}),
  };
  const label = cpu.table === "cpu" ? "CPU Usage (Sampled)" : "CPU Usage (Precise) by Thread";
  const evidence = [{ label, table: cpu.table, ...(first ? { filter: first.process.name } : {}) }];
  yield { rule: "processor-load", text, numbers, evidence: [...evidence, ...busiestTime(facts)], unsafe };
  if (cpu.busy > cpu.whole * SATURATED) {
    yield {
      rule: "processor-load",
      text: `All processors together were nearly always busy (${formatShare(cpu.busy, cpu.whole)}): what was slow may have waited for a processor.`,
      numbers: { busyPercent: (100 * cpu.busy) / cpu.whole },
      evidence: [{ label, table: cpu.table }],
      unsafe,
    };
  }
}

/** When the process that used most did most of it. */
function busiestTime({ cpu, time }: ReportFacts): { label: string; from: number; to: number }[] {
  const first = cpu?.processes[0];
  if (!first) return [];
  const { from, to } = longestSpell(first.bins, time.width, time.from);
  return to > from ? [{ label: `${formatDuration(from)} to ${formatDuration(to)}`, from, to }] : [];
}

/** From when to when the middle nine tenths of a use lie, and what part of one processor it was then. */
function longestSpell(bins: Float64Array, width: number, start: number): { from: number; to: number; share: number } {
  const whole = bins.reduce((sum, value) => sum + value, 0);
  let [sum, first, last] = [0, -1, -1];
  for (const [index, value] of bins.entries()) {
    sum += value;
    if (first < 0 && sum >= whole * 0.05) first = index;
    if (last < 0 && sum >= whole * 0.95) last = index;
  }
  const span = (last - first + 1) * width;
  return { from: start + first * width, to: start + (last + 1) * width, share: span > 0 ? (whole * 0.9) / span : 0 };
}
