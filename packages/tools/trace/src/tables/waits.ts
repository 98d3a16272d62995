import { valueName, WAIT_REASON } from "@adk/event-schema";
import type { Analysis } from "../analysis.ts";
import { NO_THREAD } from "../model/context-switches.ts";
import { DiskOperation, DiskTransfers } from "../model/disk-transfers.ts";
import type { TraceImage } from "../model/images.ts";
import { INTERRUPT_TYPES, Interrupts } from "../model/interrupts.ts";
import { codeLabel, type Symbolizer } from "../symbols/symbolizer.ts";
import { WAIT_COLLECTORS, type Wait, WaitChains, type WaitLink } from "../waits/wait-chain.ts";
import { columnsWith, ImageCounts, StackTexts } from "./code-columns.ts";
import type { Row, TableColumn, TableDefinition } from "./table.ts";

/** Of each thread so many waits are told, the longest. */
const WAITS_OF_THREAD = 10;

const ENDS: Readonly<Record<WaitLink["end"], string>> = {
  thread: "Thread",
  dpc: "DPC",
  disk: "Disk",
  idle: "Idle processor",
  unknown: "",
  running: "(was running)",
};

const COLUMNS: readonly TableColumn[] = [
  { key: "wait", label: "Wait", type: "number" },
  { key: "depth", label: "Depth", type: "number" },
  { key: "process", label: "Process", type: "text" },
  { key: "pid", label: "Process ID", type: "number" },
  { key: "thread", label: "Thread ID", type: "number" },
  { key: "start", label: "Wait Start (ms)", type: "milliseconds" },
  { key: "duration", label: "Wait (ms)", type: "milliseconds" },
  { key: "reason", label: "Wait Reason", type: "text" },
  { key: "ready", label: "Ready (µs)", type: "microseconds" },
  { key: "running", label: "Running (µs)", type: "microseconds" },
  { key: "endedBy", label: "Ended By", type: "text" },
  { key: "cause", label: "Cause", type: "text" },
];

const WAIT_STACK: TableColumn = { key: "stack", label: "Stack", type: "text" };
const READYING_STACK: TableColumn = { key: "readyingStack", label: "Readying Stack", type: "text" };

/**
 * The longest waits of threads, each with those that it waited for. That a disk ended a wait is concluded: what the thread had asked
 * for was done at most 0.5 ms before it became ready, and no thread made it ready. The driver of a deferred procedure call is told where
 * only one ran at the instant.
 */
export const waitsTable: TableDefinition = {
  name: "waits",
  title: "Wait Analysis",
  summary: "the longest waits of threads, each with the threads, drivers and disks that it waited for",
  needs: [
    { event: "Windows Kernel/Thread/CSwitch", keyword: "CSwitch" },
    { event: "Windows Kernel/Thread/ReadyThread", keyword: "ReadyThread" },
  ],
  collectors: WAIT_COLLECTORS,
  columns: COLUMNS,
  functions: { columns: columnsWith(COLUMNS, "cause", WAIT_STACK, READYING_STACK), images: waitImages },
  *rows(analysis, symbolizer): Iterable<Row> {
    const texts = symbolizer && new StackTexts(analysis.model, symbolizer);
    for (const { wait, depth, link } of longestWaits(analysis)) {
      const row = linkRow(analysis, link, symbolizer);
      yield { wait, depth, ...row, ...(texts && linkStacks(analysis, link, texts)) };
    }
  },
};

function* longestWaits(analysis: Analysis) {
  const chains = new WaitChains(analysis);
  const byThread = new Map<number, Wait[]>();
  for (const wait of chains.waits()) {
    if (!analysis.includes(wait.ready)) continue;
    const own = byThread.get(wait.thread) ?? [];
    byThread.set(wait.thread, own);
    // The longest first; of equal ones the first.
    const shorter = own.findIndex(({ duration }) => duration < wait.duration);
    own.splice(shorter < 0 ? own.length : shorter, 0, wait);
    if (own.length > WAITS_OF_THREAD) own.pop();
  }
  const longest = [...byThread.values()].flat().sort((a, b) => b.duration - a.duration || a.row - b.row);
  for (const [index, { row }] of longest.entries()) {
    for (const [depth, link] of chains.chain(row).entries()) yield { wait: index + 1, depth, link };
  }
}

/** Where a link waited, and where the thread that ended it was: the stacks of the switch and of the ready event. */
function* codeOf({ model: { threads, stacks } }: Analysis, { end, thread, switchIn, readyingThread, ready }: WaitLink) {
  const at = (id: number, time: number) => ({ process: threads.processOf(id, time), stack: stacks.at(time, id), time });
  if (end === "running") return;
  yield { key: "stack", ...at(thread, switchIn) } as const;
  if (readyingThread !== NO_THREAD) yield { key: "readyingStack", ...at(readyingThread, ready) } as const;
}

function linkStacks(analysis: Analysis, link: WaitLink, texts: StackTexts): Row {
  const row = { stack: "", readyingStack: "" };
  for (const { key, process, stack, time } of codeOf(analysis, link)) row[key] = texts.of(process, stack, time);
  return row;
}

function waitImages(analysis: Analysis): readonly TraceImage[] {
  const counts = new ImageCounts(analysis.model);
  const { interrupts } = analysis.get(Interrupts);
  for (const { link } of longestWaits(analysis)) {
    for (const { process, stack, time } of codeOf(analysis, link)) counts.stack(process, stack, time);
    if (link.end === "dpc" && link.cause >= 0) counts.address(0, interrupts.get("routine", link.cause), link.ready);
  }
  return counts.images;
}

function linkRow(analysis: Analysis, link: WaitLink, symbolizer: Symbolizer | undefined): Row {
  const { thread, start, ready, switchIn, until } = link;
  const process = analysis.model.threads.processOf(thread, Number.isNaN(ready) ? until : ready);
  const span = (from: number, to: number) =>
    Number.isNaN(from) || Number.isNaN(to) ? null : analysis.milliseconds(to - from);
  const micro = (milliseconds: number | null) => (milliseconds === null ? null : milliseconds * 1000);
  const waited = link.end !== "running";
  return {
    process: process?.name ?? "",
    pid: process?.id ?? null,
    thread,
    start: waited ? analysis.milliseconds(start) : null,
    duration: span(start, ready),
    reason: waited ? valueName(WAIT_REASON, link.reason) : "",
    ready: micro(span(ready, switchIn)),
    running: micro(span(switchIn, until)),
    endedBy: ENDS[link.end],
    cause: causeOf(analysis, link, symbolizer),
  };
}

function causeOf(
  analysis: Analysis,
  { end, cause, ready, readyingThread }: WaitLink,
  symbolizer: Symbolizer | undefined,
): string {
  const { threads, files, images } = analysis.model;
  if (end === "thread") {
    const process = threads.processOf(readyingThread, ready);
    return `${process?.name ?? "?"} (${process?.id ?? "?"}), thread ${readyingThread}`;
  }
  if (cause < 0) return "";
  if (end === "disk") {
    const { columns, row } = analysis.get(DiskTransfers).transfers.at(cause);
    const operation = { [DiskOperation.READ]: "read", [DiskOperation.WRITE]: "write", [DiskOperation.FLUSH]: "flush" };
    const path = files.nameOf(columns.fileObject[row] as number, columns.end[row] as number);
    return `${operation[columns.operation[row] as 0 | 1 | 2]} of disk ${columns.disk[row]} ${path}`.trimEnd();
  }
  const { columns, row } = analysis.get(Interrupts).interrupts.at(cause);
  const routine = columns.routine[row] as number;
  const code = symbolizer ? codeLabel(symbolizer.place(0, routine, ready)) : (images.at(0, routine, ready)?.name ?? "");
  return `${INTERRUPT_TYPES[columns.type[row] as number]} ${code}`.trimEnd();
}
