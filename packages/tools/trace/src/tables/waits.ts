import { valueName, WAIT_REASON } from "@adk/event-schema";
import type { Analysis } from "../analysis.ts";
import { DiskOperation, DiskTransfers } from "../model/disk-transfers.ts";
import { INTERRUPT_TYPES, Interrupts } from "../model/interrupts.ts";
import { WAIT_COLLECTORS, WaitChains, type WaitLink } from "../waits/wait-chain.ts";
import type { Row, TableDefinition } from "./table.ts";

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
  columns: [
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
  ],
  *rows(analysis): Iterable<Row> {
    const chains = new WaitChains(analysis);
    const longest: number[] = [];
    for (const thread of chains.threads) {
      const waits = [...chains.waitsOf(thread)].filter((row) => analysis.includes(chains.readyTimeOf(row)));
      waits.sort((a, b) => chains.durationOf(b) - chains.durationOf(a));
      longest.push(...waits.slice(0, WAITS_OF_THREAD));
    }
    longest.sort((a, b) => chains.durationOf(b) - chains.durationOf(a) || a - b);
    for (const [index, row] of longest.entries()) {
      for (const [depth, link] of chains.chain(row).entries()) {
        yield { wait: index + 1, depth, ...linkRow(analysis, link) };
      }
    }
  },
};

function linkRow(analysis: Analysis, link: WaitLink): Row {
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
    cause: causeOf(analysis, link),
  };
}

function causeOf(analysis: Analysis, { end, cause, ready, readyingThread }: WaitLink): string {
  const { threads, files, images } = analysis.model;
  if (end === "thread") {
    const process = threads.processOf(readyingThread, ready);
    return `${process?.name ?? "?"} (${process?.id ?? "?"}), thread ${readyingThread}`;
  }
  if (cause < 0) return "";
  if (end === "disk") {
    const { columns } = analysis.get(DiskTransfers).transfers;
    const operation = { [DiskOperation.READ]: "read", [DiskOperation.WRITE]: "write", [DiskOperation.FLUSH]: "flush" };
    const path = files.nameOf(columns.fileObject[cause] as number, columns.end[cause] as number);
    return `${operation[columns.operation[cause] as 0 | 1 | 2]} of disk ${columns.disk[cause]} ${path}`.trimEnd();
  }
  const { columns } = analysis.get(Interrupts).interrupts;
  const module = images.at(0, columns.routine[cause] as number, ready)?.name ?? "";
  return `${INTERRUPT_TYPES[columns.type[cause] as number]} ${module}`.trimEnd();
}
