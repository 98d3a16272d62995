import { resolve } from "node:path";
import type { Analysis } from "../analysis.ts";
import { type DiskActivity, diskActivities } from "../model/disk-activity.ts";
import { DiskTransfers } from "../model/disk-transfers.ts";
import { DISK_OPERATIONS, diskTable } from "../tables/disk.ts";
import { type ActionContext, LIST, MAYBE_NUMBER, NUMBER, RANGE, type XperfAction } from "./action.ts";
import { readNameList } from "./name-list.ts";
import { expressionsOf, micro, numbersOf, percent, timesOf } from "./options.ts";
import { type ReportCell, reportLines } from "./report.ts";

/** Seconds, as xperf's documents have them. */
const BUCKETS = [1, 5, 60, 180, 600, 900, 1200, 1800];
const TIMEOUTS = [5, 60, 180, 600, 1800];

interface IdleOptions {
  /** Milliseconds: ends of all classes but the last. */
  readonly buckets: readonly number[];
  /** Milliseconds after which a disk would be stopped. */
  readonly timeouts: readonly number[];
  /** Idle times below it do not count. */
  readonly threshold: number;
  /** Milliseconds that stopping and starting take. */
  readonly overhead: number;
}

export const diskIdleAction: XperfAction = {
  name: "diskidlehistogram",
  summary: "how long disks did nothing: classes of idle times, what stopping them after a time would save, by file",
  options: {
    ...RANGE,
    disknum: NUMBER,
    buckets: LIST,
    idletimeout: LIST,
    idlethreshold: NUMBER,
    // So the documents spell it in one place.
    idletheshold: NUMBER,
    spindownoverhead: MAYBE_NUMBER,
    spinupoverhead: MAYBE_NUMBER,
    exc_file: NUMBER,
    exc_filestr: LIST,
    exc_filere: LIST,
  },
  needs: diskTable.needs,
  collectors: [DiskTransfers],
  async run(context) {
    const { analysis, options, write } = context;
    const [wanted] = numbersOf(options, "disknum");
    const isExcluded = await exclusion(context);
    const { transfers } = analysis.get(DiskTransfers);
    const isCounted = (row: number) => {
      const name = analysis.model.files.nameOf(transfers.get("fileObject", row), transfers.get("end", row));
      return !isExcluded(name);
    };
    const disks = diskActivities(analysis, isCounted).filter(({ disk }) => wanted === undefined || disk === wanted);
    const seconds = (name: string, otherwise: readonly number[]) => {
      const given = numbersOf(options, name);
      return (given.length > 0 ? given : otherwise).map((each) => each * 1000).sort((a, b) => a - b);
    };
    const time = (name: string) => timesOf(options, name)[0] ?? 0;
    const idle: IdleOptions = {
      buckets: seconds("buckets", BUCKETS),
      timeouts: seconds("idletimeout", TIMEOUTS),
      threshold: Math.max(time("idlethreshold"), time("idletheshold")),
      overhead: time("spindownoverhead") + time("spinupoverhead"),
    };
    for (const [i, disk] of disks.entries()) {
      if (i > 0) await write("\n");
      await writeDisk(context, disk, idle);
    }
  },
};

/** Files that are left out: by name, by a part of it, by an expression. */
async function exclusion({ options, cwd }: ActionContext): Promise<(name: string) => boolean> {
  const parts = (options.get("exc_filestr") ?? []).map((text) => text.toLowerCase());
  const expressions = expressionsOf(options, "exc_filere");
  const [list] = options.get("exc_file") ?? [];
  const names = new Set(list === undefined ? [] : await readNameList(resolve(cwd, list)));
  return (name) => {
    const lower = name.toLowerCase();
    return (
      names.has(lower) || parts.some((part) => lower.includes(part)) || expressions.some((each) => each.test(name))
    );
  };
}

async function writeDisk(context: ActionContext, activity: DiskActivity, options: IdleOptions): Promise<void> {
  const { analysis, target, write } = context;
  const lines = async (titles: readonly string[], rows: readonly ReportCell[][]) => {
    for (const line of reportLines(titles, rows, target)) await write(line);
  };
  const idle = activity.idle.map(({ start, end }) => end - start).filter((time) => time >= options.threshold);
  const whole = idle.reduce((sum, time) => sum + time, 0);
  await write(`Disk ${activity.disk}\n`);
  await lines(["I/O Type", "Count", "Size", "Service Time", "Elapsed Time"], operationRows(analysis, activity));
  await write("\n");
  const classes = [0, ...options.buckets].map((from, i): ReportCell[] => {
    const to = options.buckets[i] ?? Number.POSITIVE_INFINITY;
    const own = idle.filter((time) => time >= from && time < to);
    const sum = own.reduce((all, time) => all + time, 0);
    const name = to === Number.POSITIVE_INFINITY ? `>= ${from / 1000} s` : `${from / 1000} - ${to / 1000} s`;
    return [name, micro(sum), percent(sum, whole), own.length, percent(own.length, idle.length)];
  });
  const total: ReportCell[] = ["Total", micro(whole), percent(whole, whole), idle.length, percent(1, idle.length && 1)];
  const titles = ["Interval", "Idle Time", "% of Total Idle Time", "Idle Count", "% of Total Idle Count"];
  await lines(titles, [...classes, total]);
  await write("\n");
  const spindowns = options.timeouts.map((timeout): ReportCell[] => {
    const saved = idle.map((time) => time - timeout - options.overhead).filter((time) => time > 0);
    return [timeout / 1000, micro(saved.reduce((sum, time) => sum + time, 0)), saved.length];
  });
  await lines(["Idle Timeout (s)", "Spindown Opportunity Time", "Spindown Opportunity Count"], spindowns);
  await write("\n");
  const buckets = [0, ...options.buckets].map((from) => `>= ${from / 1000} s`);
  await lines(
    ["I/O Count", "AvgIOInterval", "MaxIOInterval", ...buckets, "FileName"],
    fileRows(analysis, activity, options),
  );
}

function operationRows(analysis: Analysis, { rows }: DiskActivity): ReportCell[][] {
  const { transfers } = analysis.get(DiskTransfers);
  return DISK_OPERATIONS.map((operation, number) => {
    const own = rows.filter((row) => transfers.get("operation", row) === number);
    const sum = (of: (row: number) => number) => own.reduce((all, row) => all + of(row), 0);
    const since = (start: "start" | "serviceStart") =>
      micro(analysis.milliseconds(sum((row) => transfers.get("end", row) - transfers.get(start, row))));
    const size = sum((row) => transfers.get("size", row));
    return [operation, own.length, size, since("serviceStart"), since("start")];
  });
}

/** Files by the longest time between two of their transfers. */
function fileRows(analysis: Analysis, { rows }: DiskActivity, { buckets }: IdleOptions): ReportCell[][] {
  const { transfers } = analysis.get(DiskTransfers);
  const byFile = Map.groupBy(rows, (row) =>
    analysis.model.files.nameOf(transfers.get("fileObject", row), transfers.get("end", row)),
  );
  const files = [...byFile].map(([name, own]) => {
    const gaps = own.slice(1).map((row, i) => {
      const last = transfers.get("end", own[i] as number);
      return Math.max(0, analysis.milliseconds(transfers.get("serviceStart", row) - last));
    });
    const sum = gaps.reduce((all, gap) => all + gap, 0);
    const classes = [0, ...buckets].map((from, i) => {
      const to = buckets[i] ?? Number.POSITIVE_INFINITY;
      return gaps.filter((gap) => gap >= from && gap < to).length;
    });
    const longest = gaps.reduce((most, gap) => Math.max(most, gap), 0);
    return { name, count: own.length, average: gaps.length > 0 ? sum / gaps.length : 0, longest, classes };
  });
  files.sort((a, b) => b.longest - a.longest || b.count - a.count);
  return files.map(({ name, count, average, longest, classes }) => [
    count,
    micro(average),
    micro(longest),
    ...classes,
    (name || "Unknown").replaceAll(/\p{Cc}/gu, " "),
  ]);
}
