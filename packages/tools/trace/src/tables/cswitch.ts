import { THREAD_STATE, valueName, WAIT_MODE, WAIT_REASON } from "@adk/event-schema";
import type { Analysis } from "../analysis.ts";
import { ContextSwitches, NO_THREAD } from "../model/context-switches.ts";
import type { TraceImage } from "../model/images.ts";
import { EMPTY_STACK } from "../model/stack-trie.ts";
import { codeLabel } from "../symbols/symbolizer.ts";
import { columnsWith, ImageCounts, StackTexts } from "./code-columns.ts";
import type { Row, TableColumn, TableDefinition } from "./table.ts";

const NEEDS = [
  { event: "Windows Kernel/Thread/CSwitch", keyword: "CSwitch" },
  { event: "Windows Kernel/Thread/ReadyThread", keyword: "ReadyThread" },
] as const;

const NEW_STACK: TableColumn = { key: "newStack", label: "New Thread Stack", type: "text" };
const READYING_STACK: TableColumn = { key: "readyingStack", label: "Readying Thread Stack", type: "text" };
const START_FUNCTION: TableColumn = { key: "startFunction", label: "Thread Start Function", type: "text" };

const SWITCH_COLUMNS: readonly TableColumn[] = [
  { key: "newProcess", label: "New Process", type: "text" },
  { key: "newPid", label: "New Process ID", type: "number" },
  { key: "newThread", label: "New Thread Id", type: "number" },
  { key: "switchIn", label: "Switch-In Time (ms)", type: "milliseconds" },
  { key: "cpuUsage", label: "CPU Usage (ms)", type: "milliseconds" },
  { key: "waits", label: "Waits (µs)", type: "microseconds" },
  { key: "ready", label: "Ready (µs)", type: "microseconds" },
  { key: "lastSwitchOut", label: "Last Switch-Out Time (ms)", type: "milliseconds" },
  { key: "readyTime", label: "Ready Time (ms)", type: "milliseconds" },
  { key: "readyingProcess", label: "Readying Process", type: "text" },
  { key: "readyingThread", label: "Readying Thread Id", type: "number" },
  { key: "readiedInDpc", label: "Readied in DPC", type: "text" },
  { key: "newPreviousState", label: "New Prev State", type: "text" },
  { key: "newPreviousWaitReason", label: "New Prev Wait Reason", type: "text" },
  { key: "newPreviousWaitMode", label: "New Prev Wait Mode", type: "text" },
  { key: "cpu", label: "Cpu", type: "number" },
  { key: "idealCpu", label: "Ideal Cpu", type: "number" },
  { key: "newPriority", label: "New In Pri", type: "number" },
  { key: "oldProcess", label: "Old Process", type: "text" },
  { key: "oldThread", label: "Old Thread Id", type: "number" },
  { key: "oldPriority", label: "Old Out Pri", type: "number" },
  { key: "oldState", label: "Old State", type: "text" },
  { key: "oldWaitReason", label: "Old Wait Reason", type: "text" },
];

/** Every switch of a processor from one thread to another. */
export const cswitchTable: TableDefinition = {
  name: "cswitch",
  title: "CPU Usage (Precise)",
  summary: "context switches: who ran where, how long it had waited, and who woke it",
  needs: NEEDS,
  collectors: [ContextSwitches],
  columns: SWITCH_COLUMNS,
  functions: {
    columns: columnsWith(columnsWith(SWITCH_COLUMNS, "newThread", NEW_STACK), "readyingThread", READYING_STACK),
    images: switchedImages,
  },
  *rows(analysis, symbolizer): Iterable<Row> {
    const { threads, stacks } = analysis.model;
    const texts = symbolizer && new StackTexts(analysis.model, symbolizer);
    const number = (column: { readonly [row: number]: number }, row: number) => column[row] as number;
    for (const rows = analysis.get(ContextSwitches).switches.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const time = number(columns.time, row);
      if (!analysis.includes(time)) continue;
      const [newThread, oldThread] = [number(columns.newThread, row), number(columns.oldThread, row)];
      const readying = number(columns.readyingThread, row);
      const [newProcess, oldProcess] = [threads.processOf(newThread, time), threads.processOf(oldThread, time)];
      const [lastOut, ready] = [number(columns.lastOut, row), number(columns.ready, row)];
      const known = !Number.isNaN(lastOut);
      const readyingProcess = readying === NO_THREAD ? undefined : threads.processOf(readying, ready);
      const named = texts && {
        newStack: texts.of(newProcess, stacks.at(time, newThread), time),
        readyingStack: readying === NO_THREAD ? "" : texts.of(readyingProcess, stacks.at(ready, readying), ready),
      };
      yield {
        newProcess: newProcess?.name ?? "",
        newPid: newProcess?.id ?? null,
        newThread,
        switchIn: analysis.milliseconds(time),
        cpuUsage: span(analysis, time, number(columns.end, row)),
        waits: micro(span(analysis, lastOut, Number.isNaN(ready) ? time : ready)),
        ready: micro(span(analysis, ready, time)),
        lastSwitchOut: timeOrNothing(analysis, lastOut),
        readyTime: timeOrNothing(analysis, ready),
        readyingProcess: readyingProcess?.name ?? "",
        readyingThread: readying === NO_THREAD ? null : readying,
        readiedInDpc: columns.readiedInDpc[row] === 1 ? "yes" : "",
        newPreviousState: known ? valueName(THREAD_STATE, number(columns.newPreviousState, row)) : "",
        newPreviousWaitReason: known ? valueName(WAIT_REASON, number(columns.newPreviousWaitReason, row)) : "",
        newPreviousWaitMode: known ? valueName(WAIT_MODE, number(columns.newPreviousWaitMode, row)) : "",
        cpu: number(columns.processor, row),
        idealCpu: number(columns.idealProcessor, row),
        newPriority: number(columns.newPriority, row),
        oldProcess: oldProcess?.name ?? "",
        oldThread,
        oldPriority: number(columns.oldPriority, row),
        oldState: valueName(THREAD_STATE, number(columns.oldState, row)),
        oldWaitReason: valueName(WAIT_REASON, number(columns.oldWaitReason, row)),
        ...named,
      };
    }
  },
};

const THREAD_COLUMNS: readonly TableColumn[] = [
  { key: "process", label: "Process", type: "text" },
  { key: "pid", label: "Process ID", type: "number" },
  { key: "thread", label: "Thread ID", type: "number" },
  { key: "threadName", label: "Thread Name", type: "text" },
  { key: "service", label: "Service", type: "text" },
  { key: "cpuUsage", label: "CPU Usage (ms)", type: "milliseconds" },
  { key: "percent", label: "% CPU Usage", type: "percent" },
  { key: "ready", label: "Ready (ms)", type: "milliseconds" },
  { key: "waits", label: "Waits (ms)", type: "milliseconds" },
  { key: "longestWait", label: "Waits Max (ms)", type: "milliseconds" },
  { key: "longestReady", label: "Ready Max (ms)", type: "milliseconds" },
  { key: "interrupted", label: "DPC and ISR (ms)", type: "milliseconds" },
  { key: "switches", label: "Count", type: "number" },
];

/** Of the stacks that switches and what readied their threads have. */
function switchedImages(analysis: Analysis): readonly TraceImage[] {
  const { threads, stacks } = analysis.model;
  const counts = new ImageCounts(analysis.model);
  const add = (thread: number, time: number) => {
    const stack = stacks.at(time, thread);
    if (stack !== EMPTY_STACK) counts.stack(threads.processOf(thread, time), stack, time);
  };
  for (const rows = analysis.get(ContextSwitches).switches.rows(); rows.next(); ) {
    const { columns, row } = rows;
    if (!analysis.includes(columns.time[row] as number)) continue;
    add(columns.newThread[row] as number, columns.time[row] as number);
    if (columns.readyingThread[row] !== NO_THREAD)
      add(columns.readyingThread[row] as number, columns.ready[row] as number);
  }
  return counts.images;
}

/** What each thread did with its time. */
export const threadTable: TableDefinition = {
  name: "threads",
  title: "CPU Usage (Precise) by Thread",
  summary: "what each thread did with its time: running, ready, waiting",
  needs: NEEDS,
  collectors: [ContextSwitches],
  columns: THREAD_COLUMNS,
  functions: { columns: columnsWith(THREAD_COLUMNS, "threadName", START_FUNCTION), images: startImages },
  *rows(analysis, symbolizer): Iterable<Row> {
    const whole = analysis.duration * (analysis.model.trace.header?.processors ?? 1);
    const times = [...threadTimes(analysis).values()].sort((a, b) => b.cpuUsage - a.cpuUsage);
    for (const { thread, lastTime, ...figures } of times) {
      const { threads, services } = analysis.model;
      const process = threads.processOf(thread, lastTime);
      const known = threads.at(thread, lastTime);
      const start = known?.startAddress ?? 0;
      const place = start === 0 ? undefined : symbolizer?.place(process?.id ?? 0, start, lastTime);
      yield {
        process: process?.name ?? "",
        pid: process?.id ?? null,
        thread,
        threadName: known?.name ?? "",
        ...(symbolizer ? { startFunction: place ? codeLabel(place) : "" } : {}),
        service: services.ofThread(process?.id ?? 0, known?.subProcessTag ?? 0)?.name ?? "",
        percent: whole > 0 ? (100 * figures.cpuUsage) / whole : 0,
        ...figures,
      };
    }
  },
};

function startImages(analysis: Analysis): readonly TraceImage[] {
  const { threads } = analysis.model;
  const counts = new ImageCounts(analysis.model);
  for (const { thread, lastTime } of threadTimes(analysis).values()) {
    const known = threads.at(thread, lastTime);
    if (known) counts.address(known.processId, known.startAddress, lastTime);
  }
  return counts.images;
}

export interface ThreadTimes {
  readonly thread: number;
  lastTime: number;
  cpuUsage: number;
  ready: number;
  waits: number;
  longestWait: number;
  longestReady: number;
  interrupted: number;
  switches: number;
}

/** Idle threads are no use of a processor. */
export function threadTimes(analysis: Analysis): Map<number, ThreadTimes> {
  const byThread = new Map<number, ThreadTimes>();
  for (const rows = analysis.get(ContextSwitches).switches.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const time = columns.time[row] as number;
    const thread = columns.newThread[row] as number;
    if (thread === 0 || !analysis.includes(time)) continue;
    let times = byThread.get(thread);
    if (!times) {
      const none = { cpuUsage: 0, ready: 0, waits: 0, longestWait: 0, longestReady: 0, interrupted: 0, switches: 0 };
      times = { thread, lastTime: time, ...none };
      byThread.set(thread, times);
    }
    const [lastOut, readyAt] = [columns.lastOut[row] as number, columns.ready[row] as number];
    const wait = span(analysis, lastOut, Number.isNaN(readyAt) ? time : readyAt) ?? 0;
    const ready = span(analysis, readyAt, time) ?? 0;
    times.lastTime = time;
    times.switches++;
    times.cpuUsage += span(analysis, time, columns.end[row] as number) ?? 0;
    times.interrupted += analysis.milliseconds(columns.interrupted[row] as number);
    times.waits += wait;
    times.ready += ready;
    times.longestWait = Math.max(times.longestWait, wait);
    times.longestReady = Math.max(times.longestReady, ready);
  }
  return byThread;
}

/** Milliseconds between two times of the clock; nothing where one of them is not known. */
function span(analysis: Analysis, from: number, to: number): number | null {
  return Number.isNaN(from) || Number.isNaN(to) ? null : analysis.milliseconds(to - from);
}

function micro(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds * 1000;
}

function timeOrNothing(analysis: Analysis, ticks: number): number | null {
  return Number.isNaN(ticks) ? null : analysis.milliseconds(ticks);
}
