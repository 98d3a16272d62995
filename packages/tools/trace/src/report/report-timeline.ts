import { type Html, type MarkLane, type SpanLane, type TimelineLane, type TimelineSeries, timeline } from "@adk/report";
import { Marks } from "../model/marks.ts";
import { cpuUserName } from "./cpu-use.ts";
import type { ReportFacts } from "./report-facts.ts";
import { BINS } from "./time-bins.ts";

export const TIMELINE_ID = "timeline";

/** Names of the series, as `DiskOperation` numbers them. */
const DISK_SERIES = ["Reads", "Writes", "Flushes"];
/** Processes that have an area of their own. */
const MOST_PROCESSES = 7;

/** What happened when: use of processors, disks, marks and regions, processes. */
export function reportTimeline(facts: ReportFacts): Html {
  const { time } = facts;
  const all = [cpuLane(facts), diskLane(facts), markLane(facts), ...regionLanes(facts), ...processLanes(facts)];
  const lanes = all.filter((lane) => lane !== undefined);
  return timeline({ title: "Timeline", id: TIMELINE_ID, from: time.from, to: time.to, lanes });
}

function cpuLane({ cpu, analysis, time }: ReportFacts): TimelineLane | undefined {
  if (!cpu) return undefined;
  const processors = analysis.model.trace.header?.processors ?? 1;
  // Of all processors.
  const percent = (bins: Float64Array) => Array.from(bins, (weight) => (100 * weight) / (time.width * processors));
  const shown = cpu.processes.slice(0, MOST_PROCESSES);
  const series: TimelineSeries[] = shown.map(({ process, bins }) => {
    return { name: cpuUserName(process), values: percent(bins) };
  });
  const others = cpu.processes.slice(MOST_PROCESSES);
  if (others.length > 0) {
    const rest = new Float64Array(BINS);
    for (const { bins } of others) for (const [bin, weight] of bins.entries()) rest[bin]! += weight;
    series.push({ name: `${others.length} others`, values: percent(rest), rest: true });
  }
  return { kind: "areas", name: "Use of all processors", unit: "%", series };
}

function diskLane({ disk, time }: ReportFacts): TimelineLane | undefined {
  if (!disk) return undefined;
  const series = disk.bins.flatMap((bins, operation) => {
    if (bins.every((value) => value === 0)) return [];
    return [{ name: DISK_SERIES[operation] ?? "", values: Array.from(bins, (value) => (100 * value) / time.width) }];
  });
  const name = disk.disks.length === 1 ? "Disk busy" : "Disks busy, added";
  return { kind: "areas", name, unit: "%", series };
}

/** Marks that someone put into the trace. */
function markLane({ analysis }: ReportFacts): TimelineLane | undefined {
  const marks = analysis
    .get(Marks)
    .all.filter(({ time }) => analysis.includes(time))
    .map(({ time, text }) => ({ name: text || "a mark", at: analysis.milliseconds(time) }));
  return marks.length > 0 ? { kind: "marks", name: "Marks", marks } : undefined;
}

/** Regions of interest: for each file those in its root, and what of them is only a moment. */
function regionLanes({ analysis, time, regions }: ReportFacts): TimelineLane[] {
  const lanes = new Map<string, { spans: SpanLane["spans"][number][]; marks: MarkLane["marks"][number][] }>();
  for (const { definition, name: own, start, stop, parent } of regions?.in(analysis).instances ?? []) {
    const [from, to] = [analysis.milliseconds(start), analysis.milliseconds(stop)];
    let root = parent;
    while (root?.parent) root = root.parent;
    if (!root || to < time.from || from > time.to) continue;
    const lane = lanes.get(root.definition.friendlyName) ?? { spans: [], marks: [] };
    lanes.set(root.definition.friendlyName, lane);
    const name = own === "" ? definition.friendlyName : `${definition.friendlyName}: ${own}`;
    if (from === to) lane.marks.push({ name, at: from });
    else lane.spans.push({ name, from: Math.max(time.from, from), to: Math.min(time.to, to) });
  }
  return [...lanes].flatMap(([root, { spans, marks }]): TimelineLane[] => [
    ...(spans.length > 0 ? [{ kind: "spans", name: `Regions: ${root}`, spans } as const] : []),
    ...(marks.length > 0 ? [{ kind: "marks", name: `Moments: ${root}`, marks } as const] : []),
  ]);
}

/** Lifetimes of processes that started or ended, and the moments at which they did. */
function processLanes({ analysis, time, cpu }: ReportFacts): TimelineLane[] {
  const within = (ticks: number) => Number.isFinite(ticks) && analysis.includes(ticks);
  const at = (ticks: number) => Math.max(time.from, Math.min(time.to, analysis.milliseconds(ticks)));
  const used = new Set(cpu?.processes.slice(0, MOST_PROCESSES).map(({ process }) => process));
  const { all } = analysis.model.processes;
  const spans = all
    .filter((process) => process.name !== "" && process.name !== "Idle")
    .filter((process) => within(process.start) || within(process.end) || used.has(process))
    .map((process) => ({
      name: `${process.name} (${process.id})`,
      from: Number.isFinite(process.start) ? at(process.start) : time.from,
      to: Number.isFinite(process.end) ? at(process.end) : time.to,
    }));
  const marks = all.flatMap(({ name, id, start, end }) => [
    ...(within(start) ? [{ name: `${name || "?"} (${id}) starts`, at: at(start) }] : []),
    ...(within(end) ? [{ name: `${name || "?"} (${id}) ends`, at: at(end) }] : []),
  ]);
  const lanes: TimelineLane[] = [];
  if (marks.length > 0) lanes.push({ kind: "marks", name: "Starts and ends of processes", marks });
  if (spans.length > 0) lanes.push({ kind: "spans", name: "Processes", spans });
  return lanes;
}
