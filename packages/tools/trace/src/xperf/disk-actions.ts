import { DiskTransfers } from "../model/disk-transfers.ts";
import { diskTable } from "../tables/disk.ts";
import type { Row } from "../tables/table.ts";
import { type ActionContext, FLAG, MAYBE_NUMBER, RANGE, type XperfAction } from "./action.ts";
import { type ReportCell, reportLines, tableLines } from "./report.ts";

/** Reads and writes by disk and process: the summary, which is what is told where nothing is asked for. */
export const diskAction: XperfAction = {
  name: "diskio",
  summary: "disks by process; -detail: every request; -counts: how many; -util N: over time",
  options: { ...RANGE, summary: FLAG, counts: FLAG, detail: FLAG, util: MAYBE_NUMBER },
  collectors: [DiskTransfers],
  async run(context) {
    const { options, analysis, target, write } = context;
    if (options.has("detail")) {
      for (const line of tableLines(diskTable, diskTable.rows(analysis), target)) await write(line);
    }
    if (options.has("util")) await writeUse(context);
    if (options.has("counts")) await writeSummary(context, ["Reads", "Writes", "Flushes"]);
    if (options.has("summary") || options.size === 0 || (options.size === 1 && options.has("range"))) {
      await writeSummary(context, SUMMARY);
    }
  },
};

interface Sums {
  readonly cells: readonly [number, string];
  readonly counts: Record<string, number>;
}

const SUMMARY = ["Reads", "Read Bytes", "Writes", "Write Bytes", "Flushes", "Service Time (us)", "I/O Time (us)"];
const COUNTED: Readonly<Record<string, readonly [string, string]>> = {
  Read: ["Reads", "Read Bytes"],
  Write: ["Writes", "Write Bytes"],
  Flush: ["Flushes", "Flush Bytes"],
};

async function writeSummary({ analysis, target, write }: ActionContext, titles: readonly string[]): Promise<void> {
  const sums = new Map<string, Sums>();
  for (const row of diskTable.rows(analysis)) {
    const { disk, process, pid, operation, size, serviceTime, ioTime } = row as Record<string, number | string>;
    const label = `${process || "Unknown"} (${pid ?? "-"})`;
    const key = `${disk} ${label}`;
    const sum: Sums = sums.get(key) ?? { cells: [Number(disk), label], counts: {} };
    sums.set(key, sum);
    const add = (name: string, value: number) => {
      sum.counts[name] = (sum.counts[name] ?? 0) + value;
    };
    const [count, bytes] = COUNTED[String(operation)] ?? ["", ""];
    add(count, 1);
    add(bytes, Number(size));
    add("Service Time (us)", Number(serviceTime));
    add("I/O Time (us)", Number(ioTime));
  }
  const rows = [...sums.values()]
    .sort(
      (a, b) => a.cells[0] - b.cells[0] || (b.counts["Service Time (us)"] ?? 0) - (a.counts["Service Time (us)"] ?? 0),
    )
    .map(({ cells, counts }): ReportCell[] => [...cells, ...titles.map((title) => Math.round(counts[title] ?? 0))]);
  for (const line of reportLines(["Disk", "Process Name ( PID)", ...titles], rows, target)) await write(line);
}

const MOST_INTERVALS = 100_000;

/** Share of each part of the range that each disk worked. */
async function writeUse({ analysis, options, target, write }: ActionContext): Promise<void> {
  const count = Math.min(MOST_INTERVALS, Math.max(1, Number.parseInt(options.get("util")?.[0] ?? "", 10) || 1));
  const from = Math.max(0, analysis.range.from);
  const width = analysis.duration / count;
  const busy = new Map<number, Float64Array>();
  for (const row of diskTable.rows(analysis)) addUse(busy, row, from, width, count);
  const disks = [...busy.keys()].sort((a, b) => a - b);
  const rows = Array.from({ length: count }, (_, i): ReportCell[] => [
    Math.round((from + i * width) * 1000),
    Math.round((from + (i + 1) * width) * 1000),
    ...disks.map((disk) => (width > 0 ? (100 * (busy.get(disk)?.[i] ?? 0)) / width : 0).toFixed(2)),
  ]);
  const titles = ["Start Time (us)", "End Time (us)", ...disks.map((disk) => `Disk ${disk} Usage %`)];
  for (const line of reportLines(titles, rows, target)) await write(line);
}

function addUse(busy: Map<number, Float64Array>, row: Row, from: number, width: number, count: number): void {
  const [disk, end] = [Number(row["disk"]), Number(row["completeTime"])];
  const begin = Math.max(from, end - Number(row["serviceTime"]) / 1000);
  const own = busy.get(disk) ?? new Float64Array(count);
  busy.set(disk, own);
  const last = Math.min(count - 1, Math.floor((end - from) / width));
  for (let i = Math.max(0, Math.floor((begin - from) / width)); i <= last; i++) {
    own[i]! += Math.max(0, Math.min(end, from + (i + 1) * width) - Math.max(begin, from + i * width));
  }
}
