import { ContextSwitches, NO_THREAD } from "../model/context-switches.ts";
import type { TraceProcess } from "../model/processes.ts";
import type { Row, TableDefinition } from "./table.ts";

interface ReadyTimes {
  /** Undefined: a deferred procedure call, or nobody that is known. */
  readonly readying: TraceProcess | undefined;
  readonly inDpc: boolean;
  readonly readied: TraceProcess | undefined;
  count: number;
  /** Milliseconds, as all of these. */
  ready: number;
  longestReady: number;
  waits: number;
}

/** Who readied whom: how often threads of one process ended waits of another's, and how long these then waited for a processor. */
export const readyingTable: TableDefinition = {
  name: "readying",
  title: "CPU Usage (Precise) by Readying Process",
  summary: "who readied whom: how often each process ended waits of each other, and how long the woken were ready",
  needs: [
    { event: "Windows Kernel/Thread/ReadyThread", keyword: "ReadyThread" },
    { event: "Windows Kernel/Thread/CSwitch", keyword: "CSwitch" },
  ],
  collectors: [ContextSwitches],
  columns: [
    { key: "readyingProcess", label: "Readying Process", type: "text" },
    { key: "readyingPid", label: "Readying Process ID", type: "number" },
    { key: "inDpc", label: "Readied in DPC", type: "text" },
    { key: "newProcess", label: "New Process", type: "text" },
    { key: "newPid", label: "New Process ID", type: "number" },
    { key: "count", label: "Count", type: "number" },
    { key: "ready", label: "Ready (ms)", type: "milliseconds" },
    { key: "longestReady", label: "Ready Max (ms)", type: "milliseconds" },
    { key: "waits", label: "Waits (ms)", type: "milliseconds" },
  ],
  *rows(analysis): Iterable<Row> {
    const { threads } = analysis.model;
    const pairs = new Map<string, ReadyTimes>();
    for (const rows = analysis.get(ContextSwitches).switches.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const [time, ready] = [columns.time[row] as number, columns.ready[row] as number];
      const [thread, readyingThread] = [columns.newThread[row] as number, columns.readyingThread[row] as number];
      const inDpc = columns.readiedInDpc[row] === 1;
      // A thread that lost its processor is ready at once: nobody readied it.
      if (!analysis.includes(time) || Number.isNaN(ready) || (readyingThread === NO_THREAD && !inDpc)) continue;
      // The thread that a deferred procedure call runs on has nothing to do with it.
      const readying = inDpc ? undefined : threads.processOf(readyingThread, ready);
      const readied = threads.processOf(thread, time);
      const key = `${readying?.index} ${inDpc} ${readied?.index}`;
      const pair = pairs.get(key) ?? { readying, inDpc, readied, count: 0, ready: 0, longestReady: 0, waits: 0 };
      pairs.set(key, pair);
      const span = analysis.milliseconds(time - ready);
      const lastOut = columns.lastOut[row] as number;
      pair.count++;
      pair.ready += span;
      pair.longestReady = Math.max(pair.longestReady, span);
      if (!Number.isNaN(lastOut)) pair.waits += analysis.milliseconds(ready - lastOut);
    }
    for (const { readying, inDpc, readied, ...sums } of [...pairs.values()].sort((a, b) => b.ready - a.ready)) {
      yield {
        readyingProcess: readying?.name ?? "",
        readyingPid: readying?.id ?? null,
        inDpc: inDpc ? "yes" : "",
        newProcess: readied?.name ?? "",
        newPid: readied?.id ?? null,
        ...sums,
      };
    }
  },
};
