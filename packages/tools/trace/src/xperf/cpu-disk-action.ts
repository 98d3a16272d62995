import type { Analysis } from "../analysis.ts";
import { ContextSwitches } from "../model/context-switches.ts";
import { DiskTransfers } from "../model/disk-transfers.ts";
import { Marks } from "../model/marks.ts";
import { processLabel, type TraceProcess } from "../model/processes.ts";
import { cswitchTable } from "../tables/cswitch.ts";
import { diskTable } from "../tables/disk.ts";
import { type ActionContext, FLAG, LIST, MAYBE_LIST, RANGE, type XperfAction } from "./action.ts";
import { type Interval, micro, numbersOf, timesOf } from "./options.ts";
import { type ReportCell, reportLines } from "./report.ts";
import { threadUseKey, threadUses } from "./thread-use.ts";

/** A time that an interval begins or ends at. */
interface Border {
  readonly time: number;
  readonly name: string;
}

export const cpuDiskAction: XperfAction = {
  name: "cpudisk",
  summary:
    "processor and disk use by process, or by thread (-thread), between marks (-marks NAME...) or times (-times T...); -pids, -exes: of these",
  options: { ...RANGE, thread: FLAG, exc_dpcisr: FLAG, pids: LIST, exes: LIST, marks: MAYBE_LIST, times: LIST },
  needs: [...cswitchTable.needs, ...diskTable.needs],
  collectors: [ContextSwitches, DiskTransfers, Marks],
  async run(context) {
    for (const [i, interval] of intervalsOf(context).entries()) {
      if (i > 0) await context.write("\n");
      await writeInterval(context, interval);
    }
  },
};

/** From each mark or time to the next one. Without either in options it is by all marks; of a trace with less than two, all of it. */
function intervalsOf({ analysis, options }: ActionContext): (Interval & { readonly name: string })[] {
  const from = Math.max(0, analysis.range.from);
  const whole = { from, to: from + analysis.duration, name: "" };
  const borders = bordersOf(analysis, options).filter(({ time }) => time >= whole.from && time <= whole.to);
  borders.sort((a, b) => a.time - b.time);
  const intervals = borders.slice(1).map((end, i) => {
    const start = borders[i] as Border;
    return { from: start.time, to: end.time, name: `${start.name} - ${end.name}` };
  });
  return intervals.length > 0 ? intervals : [whole];
}

function bordersOf(analysis: Analysis, options: ActionContext["options"]): Border[] {
  const times = timesOf(options, "times").map((time) => ({ time, name: String(micro(time)) }));
  const names = options.get("marks");
  if (times.length > 0 && names === undefined) return times;
  const marks = analysis.get(Marks).all.filter(({ text }) => names === undefined || names.includes(text));
  return [...times, ...marks.map(({ time, text }) => ({ time: analysis.milliseconds(time), name: text }))];
}

async function writeInterval(
  { analysis, options, target, write }: ActionContext,
  interval: Interval & { readonly name: string },
): Promise<void> {
  const byThread = options.has("thread");
  const uses = threadUses(analysis, { byThread, withoutInterrupts: options.has("exc_dpcisr"), within: interval });
  const disks = diskUses(analysis, byThread, interval);
  const pids = new Set(numbersOf(options, "pids"));
  const names = new Set(options.get("exes")?.map((name) => name.toLowerCase()));
  const all = pids.size === 0 && names.size === 0;
  const rows = [...new Set([...uses.keys(), ...disks.keys()])].flatMap((key) => {
    const [cpu, disk] = [uses.get(key), disks.get(key)];
    const { process, thread } = (cpu ?? disk) as { readonly process: TraceProcess; readonly thread: number };
    if (!all && !pids.has(process.id) && !names.has(process.name.toLowerCase())) return [];
    return [
      {
        cpu: cpu?.busy ?? 0,
        disk: disk?.service ?? 0,
        bytes: disk?.bytes ?? 0,
        process: processLabel(process),
        thread,
      },
    ];
  });
  rows.sort((a, b) => b.cpu - a.cpu || b.disk - a.disk);
  const cells = rows.map(({ process, thread, cpu, disk, bytes }): ReportCell[] => [
    process,
    ...(byThread ? [thread] : []),
    micro(cpu),
    micro(disk),
    bytes,
  ]);
  const thread = byThread ? ["ThreadID"] : [];
  const titles = ["Process Name ( PID)", ...thread, "CPU Usage (us)", "Disk Service Time (us)", "Bytes"];
  const name = interval.name.replaceAll(/\p{Cc}/gu, " ");
  await write(`Interval: ${micro(interval.from)} us to ${micro(interval.to)} us${name && `: ${name}`}\n`);
  for (const line of reportLines(titles, cells, target)) await write(line);
}

/** Transfers by when they ended. */
function diskUses(analysis: Analysis, byThread: boolean, { from, to }: Interval) {
  const { threads, processes } = analysis.model;
  const uses = new Map<string, { process: TraceProcess; thread: number; service: number; bytes: number }>();
  for (const rows = analysis.get(DiskTransfers).transfers.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const end = columns.end[row] as number;
    const at = analysis.milliseconds(end);
    if (at < from || at > to) continue;
    const thread = columns.thread[row] as number;
    const process = threads.processOf(thread, end) ?? processes.unknown;
    const key = threadUseKey(process, thread, byThread);
    const use = uses.get(key) ?? { process, thread, service: 0, bytes: 0 };
    uses.set(key, use);
    use.service += analysis.milliseconds(end - (columns.serviceStart[row] as number));
    use.bytes += columns.size[row] as number;
  }
  return uses;
}
