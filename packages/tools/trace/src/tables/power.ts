import { IdlePeriods, NO_IDLE_STATE } from "../model/idle-periods.ts";
import type { Row, TableDefinition } from "./table.ts";

/**
 * How long each processor was idle, and how deep, as the power manager tells it. Where its events were not recorded, a period of idle
 * counts whole for the state that the context switch at its end tells, the last one that was used.
 */
export const powerTable: TableDefinition = {
  name: "power",
  title: "CPU Idle States",
  summary: "how long each processor was idle, and in which idle state",
  needs: [
    { event: "Windows Kernel/Power/IdleStateExit", keyword: "IdleStates" },
    { event: "Windows Kernel/Thread/CSwitch", keyword: "CSwitch" },
  ],
  collectors: [IdlePeriods],
  columns: [
    { key: "cpu", label: "CPU", type: "number" },
    { key: "state", label: "Idle State", type: "number" },
    { key: "duration", label: "Duration (ms)", type: "milliseconds" },
    { key: "percent", label: "% Duration", type: "percent" },
    { key: "count", label: "Count", type: "number" },
    { key: "average", label: "Duration Avg (ms)", type: "milliseconds" },
    { key: "longest", label: "Duration Max (ms)", type: "milliseconds" },
  ],
  *rows(analysis): Iterable<Row> {
    const byState = new Map<number, { count: number; duration: number; longest: number }>();
    for (const rows = analysis.get(IdlePeriods).periods.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const [start, end] = [columns.start[row] as number, columns.end[row] as number];
      if (!analysis.includes(end)) continue;
      const key = (columns.processor[row] as number) * 256 + (columns.state[row] as number);
      const sums = byState.get(key) ?? { count: 0, duration: 0, longest: 0 };
      byState.set(key, sums);
      const duration = analysis.milliseconds(end - start);
      sums.count++;
      sums.duration += duration;
      sums.longest = Math.max(sums.longest, duration);
    }
    for (const [key, { count, duration, longest }] of [...byState].sort((a, b) => a[0] - b[0])) {
      const state = key % 256;
      yield {
        cpu: Math.floor(key / 256),
        state: state === NO_IDLE_STATE ? null : state,
        duration,
        percent: analysis.duration > 0 ? (100 * duration) / analysis.duration : 0,
        count,
        average: duration / count,
        longest,
      };
    }
  },
};
