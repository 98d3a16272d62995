import { NO_ID } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import { formatAddress } from "../model/address.ts";
import type { ColumnMemory } from "../model/column-memory.ts";
import { EventColumns } from "../model/event-columns.ts";
import type { Collector, EventHandler } from "../model/event-pass.ts";
import { addressOf, numberOf } from "../model/fields.ts";
import { Symbolizer } from "../symbols/symbolizer.ts";
import { ImageCounts } from "../tables/code-columns.ts";
import { type ActionContext, FLAG, MAYBE_NUMBER, RANGE, type XperfAction } from "./action.ts";
import { numbersOf } from "./options.ts";
import { type ReportCell, reportLines } from "./report.ts";
import { countRows } from "./table-actions.ts";

const COLUMNS = {
  /** Ticks. */
  time: "f64",
  lock: "f64",
  caller: "f64",
  /** Cycles of a processor. */
  waited: "u32",
  spins: "u32",
  thread: "u32",
} as const;

/** Locks of the kernel that a thread waited for on its processor: a sample of them, as the session says. */
class SpinLocks implements Collector {
  readonly acquired: EventColumns<typeof COLUMNS>;
  readonly handlers = { "Windows Kernel/Thread/SpinLock": (layout: CompiledLayout) => this.#take(layout) };

  constructor({ memory }: { readonly memory: ColumnMemory }) {
    this.acquired = new EventColumns(COLUMNS, memory);
  }

  #take(layout: CompiledLayout): EventHandler {
    const [lock, caller] = [addressOf(layout, "SpinLockAddress"), addressOf(layout, "CallerAddress")];
    const [waited, spins] = [numberOf(layout, "WaitTimeInCycles"), numberOf(layout, "SpinCount")];
    const thread = numberOf(layout, "ThreadId", NO_ID);
    return (event) => {
      const row = this.acquired.add();
      const { tail } = this.acquired;
      tail.time[row] = event.time;
      tail.lock[row] = lock(event);
      tail.caller[row] = caller(event);
      tail.waited[row] = waited(event);
      tail.spins[row] = spins(event);
      tail.thread[row] = thread(event);
    };
  }
}

export const spinLockAction: XperfAction = {
  name: "spinlock",
  summary: "spin locks of the kernel: -summary by caller (the default), -counts MS over time",
  options: { ...RANGE, summary: FLAG, counts: MAYBE_NUMBER },
  needs: [{ event: "Windows Kernel/Thread/SpinLock", keyword: "SpinLock" }],
  collectors: [SpinLocks],
  async run(context) {
    const { analysis, options, target, write } = context;
    if (!options.has("counts") || options.has("summary")) await writeSummary(context);
    if (!options.has("counts")) return;
    const [width = 1] = numbersOf(options, "counts");
    const times: { readonly time: number }[] = [];
    for (const rows = analysis.get(SpinLocks).acquired.rows(); rows.next(); ) {
      const time = rows.columns.time[rows.row] as number;
      if (analysis.includes(time)) times.push({ time: analysis.milliseconds(time) });
    }
    const cells = countRows(times, Math.max(0.001, width));
    for (const line of reportLines(["StartTime", "EndTime", "Count"], cells, target)) await write(line);
  },
};

async function writeSummary({ analysis, symbols, operation, target, write }: ActionContext): Promise<void> {
  const { model } = analysis;
  const sums = new Map<number, { time: number; count: number; spins: number; waited: number; locks: Set<number> }>();
  const images = new ImageCounts(model);
  for (const rows = analysis.get(SpinLocks).acquired.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const [time, caller] = [columns.time[row] as number, columns.caller[row] as number];
    if (!analysis.includes(time)) continue;
    const sum = sums.get(caller) ?? { time, count: 0, spins: 0, waited: 0, locks: new Set<number>() };
    if (!sums.has(caller)) images.address(0, caller, time);
    sums.set(caller, sum);
    sum.count++;
    sum.spins += columns.spins[row] as number;
    sum.waited += columns.waited[row] as number;
    sum.locks.add(columns.lock[row] as number);
  }
  const symbolizer = await Symbolizer.load(model, symbols ? images.images : [], { ...symbols, ...operation });
  const rows = [...sums]
    .sort(([, a], [, b]) => b.waited - a.waited || b.count - a.count)
    .map(([caller, { time, count, spins, waited, locks }]): ReportCell[] => {
      const { module, function: name } = symbolizer.place(0, caller, time);
      return [count, locks.size, spins, waited, `${module || "Unknown"}!${name || formatAddress(caller)}`];
    });
  const titles = ["Count", "Locks", "Spins", "Wait Time (cycles)", "Caller Image!Function"];
  for (const line of reportLines(titles, rows, target)) await write(line);
}
