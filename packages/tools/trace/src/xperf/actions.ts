import { AdkError } from "@adk/core";
import { decodeEvents } from "../event-lines.ts";
import { Symbolizer } from "../symbols/symbolizer.ts";
import { TABLES } from "../tables/tables.ts";
import { FLAG, MAYBE_NUMBER, RANGE, type XperfAction } from "./action.ts";
import { bootAction } from "./boot.ts";
import { cpuDiskAction, cswitchAction, profileAction } from "./cpu-actions.ts";
import { diskAction } from "./disk-actions.ts";
import { DumpKinds, dumpTrace } from "./dumper.ts";
import { filenameAction } from "./file-names.ts";
import { bootPrefetchAction, driverDelayAction } from "./refused-actions.ts";
import { reportLines, tableLines } from "./report.ts";
import { shutdownAction } from "./shutdown.ts";
import { stackAction } from "./stack-action.ts";
import { suspendAction } from "./suspend.ts";

const dumper: XperfAction = {
  name: "dumper",
  summary: "every event as a line of text (the default)",
  options: {
    ...RANGE,
    provider: { least: 1, most: 64 },
    add_rawdata: FLAG,
    stacktimeshifting: FLAG,
  },
  collectors: [DumpKinds],
  async run({ opened, analysis, options, range, symbols, fileName, operation, write }) {
    const { model } = analysis;
    const symbolizer = await Symbolizer.load(model, model.images.all, { ...symbols, ...operation });
    const providers = options.get("provider")?.map((text) => text.replaceAll(/[{}]/g, "").toLowerCase());
    const rawData = options.has("add_rawdata");
    await dumpTrace(opened.trace, analysis, symbolizer, { range, providers, rawData, fileName, ...operation }, write);
  },
};

const tracestats: XperfAction = {
  name: "tracestats",
  summary: "what the trace is, lost events; -detail: how many events of each kind",
  options: { detail: FLAG },
  collectors: [],
  async run({ analysis, options, target, write }) {
    const { model, counts } = analysis;
    const { header, health } = model.trace;
    const facts = {
      "Session Name": header?.sessionName ?? "",
      "OS Build": header?.osBuild ?? 0,
      Processors: header?.processors ?? 0,
      "Pointer Size": header?.pointerSize ?? 0,
      "Trace Start (FILETIME)": String(model.clock.startTime),
      "Trace Length (us)": Math.round(model.duration * 1000),
      Buffers: health.buffers,
      Events: health.records,
      "Events Lost": health.eventsLost,
      "Buffers Lost": health.buffersLost,
    };
    for (const [name, value] of Object.entries(facts)) await write(`${name}: ${value}\n`);
    if (!options.has("detail")) return;
    await write("\n");
    const rows = counts.list
      .filter(({ count }) => count > 0)
      .map(({ provider, event, count }) => [provider, event, count]);
    for (const line of reportLines(["Provider", "Event", "Count"], rows, target)) await write(line);
  },
};

/** An action that is one of our tables. Two are made by others: they are there when they are in the list. */
function tableAction(name: string, table: string, summary: string): XperfAction {
  const definition = TABLES.find((each) => each.name === table);
  return {
    name,
    summary,
    options: { ...RANGE },
    collectors: definition?.collectors ?? [],
    async run({ analysis, target, write }) {
      if (!definition) throw unsupported(name);
      for (const line of tableLines(definition, definition.rows(analysis), target)) await write(line);
    },
  };
}

/** An action that lists some events with their fields. */
function eventAction(name: string, names: readonly string[], summary: string): XperfAction {
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
        ({ time, provider, event, pid, process, text, data }) => {
          const fields = Object.entries(text).map(([key, value]) => `${key}=${value}`);
          if (data !== undefined) fields.push(`data=${data}`);
          rows.push([
            String(Math.round(time * 1000)),
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

const dpcisr: XperfAction = {
  name: "dpcisr",
  summary: "deferred procedure calls and interrupts by module; -bucket: how many took how long",
  options: { ...RANGE, dpc: FLAG, isr: FLAG, summary: FLAG, bucket: MAYBE_NUMBER },
  collectors: TABLES.find(({ name }) => name === "dpc")?.collectors ?? [],
  async run({ analysis, options, target, write }) {
    const shown = options.has("bucket") ? ["dpchistogram"] : ["dpcmodule"];
    if (options.has("summary") && options.has("bucket")) shown.unshift("dpcmodule");
    const [dpc, isr] = [options.has("dpc"), options.has("isr")];
    for (const name of shown) {
      const table = TABLES.find((each) => each.name === name);
      if (!table) throw unsupported("dpcisr");
      const rows = [...table.rows(analysis)].filter(
        ({ type }) => dpc === isr || String(type).startsWith("ISR") === isr,
      );
      for (const line of tableLines(table, rows, target)) await write(line);
    }
  },
};

function unsupported(action: string): AdkError {
  return new AdkError("XPERF_UNSUPPORTED", "This action is not supported.", { kind: "unsupported", found: action });
}

/** By name, in the order of the help. */
export const ACTIONS: ReadonlyMap<string, XperfAction> = new Map(
  [
    dumper,
    tracestats,
    tableAction("process", "process", "processes: lifetime, parent, exit code, command line"),
    profileAction,
    cswitchAction,
    diskAction,
    tableAction("hardfault", "hardfault", "pages that had to be read from files"),
    filenameAction,
    dpcisr,
    cpuDiskAction,
    tableAction("registry", "registry", "operations on the registry"),
    eventAction("focuschange", ["*/*Focus*"], "changes of the window in focus"),
    eventAction("marks", ["Windows Kernel/PerfInfo/Mark"], "marks"),
    tableAction("sysconfig", "sysconfig", "the machine: processors, disks, network, devices"),
    tableAction("services", "services", "services"),
    stackAction,
    bootAction,
    shutdownAction,
    suspendAction,
    bootPrefetchAction,
    driverDelayAction,
  ].map((action) => [action.name, action]),
);
