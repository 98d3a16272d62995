import type { Analysis } from "../analysis.ts";
import { DiskTransfers } from "../model/disk-transfers.ts";
import { processLabel } from "../model/processes.ts";
import { DISK_OPERATIONS, diskTable } from "../tables/disk.ts";
import { type ActionContext, FLAG, MAYBE_NUMBER, RANGE, type XperfAction } from "./action.ts";
import { inParts } from "./cpu-actions.ts";
import { addToIntervals, intervalsOf, micro, percent } from "./options.ts";
import { type ReportCell, reportLines, tableLines } from "./report.ts";

export const diskAction: XperfAction = {
  name: "diskio",
  summary:
    "disks: -util SECONDS over time (the default); -summary by file; -counts by process; -detail every request; -overlap how many at once",
  options: { ...RANGE, summary: FLAG, counts: FLAG, detail: FLAG, overlap: FLAG, util: MAYBE_NUMBER },
  needs: diskTable.needs,
  collectors: [DiskTransfers],
  async run(context) {
    const { options, analysis, target, write } = context;
    const parts: (() => Promise<void>)[] = [];
    if (options.has("detail")) {
      parts.push(async () => {
        for (const line of tableLines(diskTable, diskTable.rows(analysis), target)) await write(line);
      });
    }
    if (options.has("summary")) parts.push(() => writeSums(context, "file"));
    if (options.has("counts")) parts.push(() => writeSums(context, "process"));
    if (options.has("overlap")) parts.push(() => writeOverlap(context));
    if (options.has("util") || parts.length === 0) parts.push(() => writeUse(context));
    await inParts(parts, write);
  },
};

/** A transfer. Times in milliseconds. */
interface Transfer {
  readonly disk: number;
  readonly start: number;
  readonly serviceStart: number;
  readonly end: number;
  readonly size: number;
  readonly operation: string;
  readonly thread: number;
  readonly fileObject: number;
  /** Others that were under way when it was asked for. */
  readonly others: number;
  /** Ticks of its end. */
  readonly at: number;
}

function* transfersOf(analysis: Analysis): Generator<Transfer> {
  for (const rows = analysis.get(DiskTransfers).transfers.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const at = columns.end[row] as number;
    if (!analysis.includes(at)) continue;
    yield {
      disk: columns.disk[row] as number,
      start: analysis.milliseconds(columns.start[row] as number),
      serviceStart: analysis.milliseconds(columns.serviceStart[row] as number),
      end: analysis.milliseconds(at),
      size: columns.size[row] as number,
      operation: DISK_OPERATIONS[columns.operation[row] as number] ?? "",
      thread: columns.thread[row] as number,
      fileObject: columns.fileObject[row] as number,
      others: columns.depthAtStart[row] as number,
      at,
    };
  }
}

/** Number and bytes of the transfers of one kind. Times in milliseconds. */
interface OperationSums {
  count: number;
  bytes: number;
}

interface TransferSums {
  readonly disk: number;
  readonly name: string;
  readonly operations: Record<string, OperationSums>;
  service: number;
  elapsed: number;
}

async function writeSums({ analysis, target, write }: ActionContext, by: "file" | "process"): Promise<void> {
  const { threads, processes, files } = analysis.model;
  const sums = new Map<string, TransferSums>();
  for (const { disk, operation, size, serviceStart, start, end, thread, fileObject, at } of transfersOf(analysis)) {
    const process = () => processLabel(threads.processOf(thread, at) ?? processes.unknown);
    const name = by === "file" ? files.nameOf(fileObject, at) || "Unknown" : process();
    const key = `${disk} ${name}`;
    const sum: TransferSums = sums.get(key) ?? { disk, name, operations: {}, service: 0, elapsed: 0 };
    sums.set(key, sum);
    const own = sum.operations[operation] ?? { count: 0, bytes: 0 };
    sum.operations[operation] = own;
    own.count++;
    own.bytes += size;
    sum.service += end - serviceStart;
    sum.elapsed += end - start;
  }
  const rows = [...sums.values()]
    .sort((a, b) => a.disk - b.disk || b.service - a.service)
    .map(({ disk, name, operations, service, elapsed }): ReportCell[] => [
      disk,
      ...DISK_OPERATIONS.flatMap((operation) => {
        const { count = 0, bytes = 0 } = operations[operation] ?? {};
        return operation === "Flush" ? [count] : [count, bytes];
      }),
      micro(service),
      micro(elapsed),
      name.replaceAll(/\p{Cc}/gu, " "),
    ]);
  const what = by === "file" ? "FileName" : "Process Name ( PID)";
  const counts = ["Reads", "Read Bytes", "Writes", "Write Bytes", "Flushes"];
  const titles = ["Disk", ...counts, "Service Time (us)", "I/O Time (us)", what];
  for (const line of reportLines(titles, rows, target)) await write(line);
}

/** How many transfers found how many others under way. */
async function writeOverlap({ analysis, target, write }: ActionContext): Promise<void> {
  const counts = new Map<number, Map<number, number>>();
  for (const { disk, others } of transfersOf(analysis)) {
    const own = counts.get(disk) ?? new Map<number, number>();
    counts.set(disk, own);
    own.set(others, (own.get(others) ?? 0) + 1);
  }
  const rows = [...counts]
    .sort(([a], [b]) => a - b)
    .flatMap(([disk, own]) => {
      const whole = [...own.values()].reduce((sum, count) => sum + count, 0);
      const sorted = [...own].sort(([a], [b]) => a - b);
      return sorted.map(([others, count]): ReportCell[] => [disk, others, count, percent(count, whole)]);
    });
  for (const line of reportLines(["Disk", "Others Under Way", "I/O Count", "%"], rows, target)) await write(line);
}

/** Share of each interval that each disk worked. */
async function writeUse({ analysis, options, target, write }: ActionContext): Promise<void> {
  const intervals = intervalsOf(analysis, options, "util");
  const busy = new Map<number, Float64Array>();
  for (const { disk, serviceStart, end } of transfersOf(analysis)) {
    const own = busy.get(disk) ?? new Float64Array(intervals.length);
    busy.set(disk, own);
    addToIntervals(intervals, serviceStart, end, (i, time) => {
      own[i]! += time;
    });
  }
  const disks = [...busy.keys()].sort((a, b) => a - b);
  const rows = intervals.map(({ from, to }, i): ReportCell[] => [
    micro(from),
    micro(to),
    ...disks.map((disk) => percent(busy.get(disk)?.[i] ?? 0, to - from)),
  ]);
  for (const line of reportLines(["StartTime", "EndTime", ...disks.map((disk) => `Disk ${disk}`)], rows, target)) {
    await write(line);
  }
}
