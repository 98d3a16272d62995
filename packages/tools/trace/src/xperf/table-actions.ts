import { decodeEvents, fieldTexts } from "../event-lines.ts";
import { HardFaults } from "../model/hard-faults.ts";
import { processLabel } from "../model/processes.ts";
import { Symbolizer } from "../symbols/symbolizer.ts";
import { hardFaultTable } from "../tables/hardfault.ts";
import type { Row, TableDefinition } from "../tables/table.ts";
import { TABLES } from "../tables/tables.ts";
import { type ActionContext, FLAG, MAYBE_NUMBER, RANGE, type XperfAction } from "./action.ts";
import { micro, numbersOf } from "./options.ts";
import { type ReportCell, reportLines, tableLines } from "./report.ts";

type Extra = Partial<Pick<XperfAction, "options" | "refused" | "needs">> & {
  /** Which rows are shown. */
  readonly filter?: (row: Row, options: ActionContext["options"]) => boolean;
};

/** An action that is one of our tables: where symbols are asked for, with the names of functions. */
export function tableAction(name: string, table: string, summary: string, extra: Extra = {}): XperfAction {
  const definition = TABLES.find((each) => each.name === table) as TableDefinition;
  const { functions } = definition;
  const { options, refused = {}, needs = definition.needs, filter = () => true } = extra;
  return {
    name,
    summary,
    options: { ...RANGE, ...options },
    refused,
    needs,
    collectors: definition.collectors,
    functionCollectors: functions?.collectors ?? [],
    async run({ analysis, options: given, symbols, operation, target, write }) {
      const named = symbols && functions;
      const loaded = { ...symbols, ...operation };
      const symbolizer = named && (await Symbolizer.load(analysis.model, functions.images(analysis), loaded));
      const rows = where(definition.rows(analysis, symbolizer), (row) => filter(row, given));
      for (const line of tableLines(named ? functions : definition, rows, target)) await write(line);
    },
  };
}

function* where(rows: Iterable<Row>, isWanted: (row: Row) => boolean): Generator<Row> {
  for (const row of rows) if (isWanted(row)) yield row;
}

/** An action that lists some events with their fields. */
export function eventAction(name: string, names: readonly string[], summary: string): XperfAction {
  return {
    name,
    summary,
    options: { ...RANGE },
    collectors: [],
    async run({ opened, range, target, operation, write }) {
      const rows: string[][] = [];
      await decodeEvents(
        opened.trace,
        { names, range, ...operation },
        ({ time, provider, event, pid, process, data, ...values }) => {
          const fields = fieldTexts(values).map(([key, value]) => `${key}=${value}`);
          if (data !== undefined) fields.push(`data=${data}`);
          rows.push([
            String(micro(time)),
            `${process || "?"} (${pid ?? "-"})`,
            `${provider}/${event}`,
            fields.join("; ").replaceAll(/\p{Cc}/gu, " "),
          ]);
        },
        async () => {},
      );
      for (const line of reportLines(["TimeStamp (us)", "Process", "Event", "Fields"], rows, target)) await write(line);
    },
  };
}

interface FaultSums {
  readonly process: string;
  readonly file: string;
  count: number;
  bytes: number;
}

export const hardFaultAction: XperfAction = {
  name: "hardfault",
  summary:
    "pages that had to be read from files: by process and file, or by file (-file); -bytes: those with the most bytes first",
  options: { ...RANGE, file: FLAG, bytes: FLAG },
  needs: hardFaultTable.needs,
  collectors: [HardFaults],
  async run({ analysis, options, target, write }) {
    const { threads, processes, files } = analysis.model;
    const sums = new Map<string, FaultSums>();
    for (const rows = analysis.get(HardFaults).faults.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const time = columns.end[row] as number;
      if (!analysis.includes(time)) continue;
      const process = threads.processOf(columns.thread[row] as number, time) ?? processes.unknown;
      const file = files.nameOf(columns.fileObject[row] as number, time) || "Unknown";
      const key = `${process.index} ${file}`;
      const sum = sums.get(key) ?? { process: processLabel(process), file, count: 0, bytes: 0 };
      sums.set(key, sum);
      sum.count++;
      sum.bytes += columns.bytes[row] as number;
    }
    const size = ({ count, bytes }: Pick<FaultSums, "count" | "bytes">) => (options.has("bytes") ? bytes : count);
    const groupOf = ({ process, file }: FaultSums) => (options.has("file") ? file : process);
    // Groups by their sums, and what is in them by its own.
    const groups = [...Map.groupBy(sums.values(), groupOf).values()].map((all) => ({
      all: all.sort((a, b) => size(b) - size(a)),
      sum: all.reduce((sum, each) => sum + size(each), 0),
    }));
    groups.sort((a, b) => b.sum - a.sum);
    const rows = groups.flatMap(({ all }) =>
      all.map(({ process, file, count, bytes }): ReportCell[] => {
        const name = file.replaceAll(/\p{Cc}/gu, " ");
        return [...(options.has("file") ? [name, process] : [process, name]), count, bytes];
      }),
    );
    const names = ["Process Name ( PID)", "FileName"];
    const titles = [...(options.has("file") ? names.toReversed() : names), "Count", "Bytes"];
    for (const line of reportLines(titles, rows, target)) await write(line);
  },
};

const REGISTRY = TABLES.find(({ name }) => name === "registry") as TableDefinition;
/** Names of keys that the trace does not tell begin so, or are empty. */
const UNKNOWN_KEY = /^(\?|$)/;

export const registryAction: XperfAction = {
  name: "registry",
  summary:
    "operations on the registry: each, or -counts MS over time, -tree by key; -unknown: of keys without a name only",
  options: { ...RANGE, counts: MAYBE_NUMBER, tree: FLAG, unknown: FLAG },
  needs: REGISTRY.needs,
  collectors: REGISTRY.collectors,
  async run({ analysis, options, target, write }) {
    const isWanted = ({ path }: Row) => !options.has("unknown") || UNKNOWN_KEY.test(String(path));
    const rows = where(REGISTRY.rows(analysis), isWanted);
    const report = async (titles: readonly string[], cells: Iterable<ReportCell[]>) => {
      for (const line of reportLines(titles, cells, target)) await write(line);
    };
    if (options.has("tree")) await report(["Operations", "Elapsed Time (us)", "Key"], keyRows(rows));
    else if (options.has("counts")) {
      const [width = 1] = numbersOf(options, "counts");
      await report(["StartTime", "EndTime", "Count"], countRows(rows, Math.max(0.001, width)));
    } else for (const line of tableLines(REGISTRY, rows, target)) await write(line);
  },
};

/** Intervals with operations in them. @param width milliseconds */
export function countRows(rows: Iterable<Row>, width: number): ReportCell[][] {
  const counts = new Map<number, number>();
  for (const { time } of rows) {
    const interval = Math.floor(Number(time) / width);
    counts.set(interval, (counts.get(interval) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a], [b]) => a - b);
  return sorted.map(([interval, count]) => [micro(interval * width), micro((interval + 1) * width), count]);
}

/** Keys with what was done to them and to those below. */
function* keyRows(rows: Iterable<Row>): Generator<ReportCell[]> {
  // Parts of keys are separated by what sorts before all else: keys come right behind those that they are in.
  const keys = new Map<string, { count: number; time: number }>();
  for (const { path, duration } of rows) {
    const parts = (String(path) || "Unknown").replace(/^\\/, "").split("\\");
    for (let depth = 1; depth <= parts.length; depth++) {
      const key = parts.slice(0, depth).join("\0");
      const sum = keys.get(key) ?? { count: 0, time: 0 };
      keys.set(key, sum);
      sum.count++;
      sum.time += Number(duration ?? 0);
    }
  }
  const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, { count, time }] of sorted) {
    const parts = key.split("\0");
    const name = parts.at(-1) ?? "";
    yield [count, Math.round(time), `${"  ".repeat(parts.length - 1)}${name.replaceAll(/\p{Cc}/gu, " ")}`];
  }
}

/** Options of sysconfig, and the parts of the system that each tells of. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  netidentity: ["Network"],
  cpu: ["CPU", "Processors", "ProcessorNumber", "ProcessorGroup", "NumaNode"],
  memory: ["CPU", "NumaNode"],
  build: ["BuildInfo", "SystemPaths", "FlightIds", "DeviceFamily", "Platform"],
  power: ["Power"],
  disk: ["PhyDisk", "LogDisk", "OpticalDisk", "VolumeMapping"],
  idechannel: ["IDEChannel"],
  video: ["Video", "DPI"],
  nic: ["NIC", "NetworkInterface"],
  irq: ["IRQ"],
  services: ["Services"],
  pnp: ["PnP"],
};

export const sysconfigAction: XperfAction = tableAction(
  "sysconfig",
  "sysconfig",
  "the machine: processors, disks, network, devices; -cpu, -disk, -nic ...: only these",
  {
    options: Object.fromEntries(Object.keys(PARTS).map((name) => [name, FLAG])),
    refused: { etw: "The head of the trace tells of its session. See -a tracestats." },
    filter({ category }, options) {
      const wanted = Object.keys(PARTS).filter((name) => options.has(name));
      return wanted.length === 0 || wanted.some((name) => PARTS[name]?.includes(String(category)));
    },
  },
);
