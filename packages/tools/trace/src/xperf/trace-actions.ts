import type { CompiledLayout } from "@adk/event-schema";
import type { Collector, EventHandler } from "../model/event-pass.ts";
import { addressOf, numberOf, textOf } from "../model/fields.ts";
import { Marks } from "../model/marks.ts";
import { Symbolizer } from "../symbols/symbolizer.ts";
import { type ActionContext, FLAG, MAYBE_NUMBER, NUMBER, RANGE, type XperfAction } from "./action.ts";
import { quotedCell } from "./dump-columns.ts";
import { DumpKinds, dumpTrace } from "./dumper.ts";
import { micro, percent } from "./options.ts";
import { type ReportCell, reportLines } from "./report.ts";

export const dumperAction: XperfAction = {
  name: "dumper",
  summary: "every event as a line of text (the default)",
  options: {
    ...RANGE,
    provider: { least: 1, most: 64 },
    add_rawdata: FLAG,
    stacktimeshifting: FLAG,
  },
  refused: {
    exc_dpcisr: "Times of switches are those of the events. See -a cswitch -exc_dpcisr.",
    add_pgodata: "What it adds is not published.",
    add_inline: "Functions that were inlined are not told apart. See adk trace stack.",
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

export const counterAction: XperfAction = {
  name: "pmc",
  summary: "counters of processors that overflowed, each time",
  options: { ...RANGE },
  needs: [{ event: "Windows Kernel/PerfInfo/PMCSample", keyword: "PmcProfile (hardware counters)" }],
  collectors: [DumpKinds],
  async run({ opened, analysis, range, symbols, fileName, operation, write }) {
    const { model } = analysis;
    const symbolizer = await Symbolizer.load(model, model.images.all, { ...symbols, ...operation });
    const options = { range, records: new Set(["PmcInterrupt"]), withoutStacks: true, fileName, ...operation };
    await dumpTrace(opened.trace, analysis, symbolizer, options, write);
  },
};

/** 100 ns between the epochs of FILETIME and Unix. */
const UNIX_EPOCH = 116_444_736_000_000_000n;

export const traceStatsAction: XperfAction = {
  name: "tracestats",
  summary:
    "what the trace is, lost events; -timespan: when it was recorded (-timezone local|utc); -detail: events of each kind",
  options: { detail: FLAG, timespan: MAYBE_NUMBER, timezone: NUMBER },
  collectors: [],
  async run(context) {
    const { analysis, options, target, write } = context;
    const { model, counts } = analysis;
    const { header, health } = model.trace;
    const facts = {
      "Session Name": header?.sessionName ?? "",
      "OS Build Number": header?.osBuild ?? 0,
      "Number of Processors": header?.processors ?? 0,
      "Pointer Size": header?.pointerSize ?? 0,
      "Trace Start (FILETIME)": String(model.clock.startTime),
      "Trace Length (us)": micro(model.duration),
      Buffers: health.buffers,
      Events: health.records,
      "Total # Lost Buffers": health.buffersLost,
      "Total # Lost Events": health.eventsLost,
      ...(options.has("timespan") ? timeSpan(context) : {}),
    };
    for (const [name, value] of Object.entries(facts)) await write(`${name.padEnd(20)} : ${value}\n`);
    if (!options.has("detail")) return;
    await write("\n");
    const rows = counts.list
      .filter(({ count }) => count > 0)
      .map(({ provider, event, count }) => [provider, event, count]);
    for (const line of reportLines(["Provider", "Event", "Count"], rows, target)) await write(line);
  },
};

/** Dates of the start and the end; of the machine that the trace is of, if it is local time that is asked for. */
function timeSpan({ analysis, options }: ActionContext): Record<string, string> {
  const { clock, duration, trace } = analysis.model;
  const isLocal = options.get("timezone")?.[0]?.toLowerCase() === "local";
  // Minutes that are added to local time for UTC.
  const bias = isLocal ? (trace.header?.timeZone.bias ?? 0) : 0;
  const start = Number((clock.startTime - UNIX_EPOCH) / 10_000n) - bias * 60_000;
  const text = (time: number) => new Date(time).toISOString().replace("Z", isLocal ? "" : "Z");
  return { "Start Time": text(start), "End Time": text(start + duration) };
}

interface ImageIdentity {
  readonly timeDateStamp: number;
  readonly size: number;
  readonly name: string;
}

/** What symbol servers know images by, as the trace tells it. */
class ImageIdentities implements Collector {
  /** By process and base. */
  readonly #images = new Map<string, ImageIdentity>();
  readonly #symbols = new Map<string, string>();

  readonly handlers = {
    "KernelTraceControl/ImageID": (layout: CompiledLayout) => this.#image(layout),
    "KernelTraceControl/ImageID/DbgID_RSDS": (layout: CompiledLayout) => this.#code(layout),
  };

  get all(): { readonly image: ImageIdentity; readonly symbols: string }[] {
    return [...this.#images].map(([key, image]) => ({ image, symbols: this.#symbols.get(key) ?? "" }));
  }

  #image(layout: CompiledLayout): EventHandler {
    const [base, size] = [addressOf(layout, "ImageBase"), addressOf(layout, "ImageSize")];
    const [pid, stamp] = [numberOf(layout, "ProcessId"), numberOf(layout, "TimeDateStamp")];
    const name = textOf(layout, "OriginalFileName");
    return (event) => {
      const image = { timeDateStamp: stamp(event), size: size(event), name: name(event) };
      this.#images.set(`${pid(event)} ${base(event)}`, image);
    };
  }

  #code(layout: CompiledLayout): EventHandler {
    const [base, pid, age] = [addressOf(layout, "ImageBase"), numberOf(layout, "ProcessId"), numberOf(layout, "Age")];
    const [guid, path] = [textOf(layout, "GuidSig"), textOf(layout, "PdbFileName")];
    return (event) => {
      const id = guid(event).replaceAll(/[{}]/g, "").toLowerCase();
      const text = `[RSDS] PdbSig: {${id}}; Age: ${age(event)}; Pdb: ${path(event)}`;
      this.#symbols.set(`${pid(event)} ${base(event)}`, text);
    };
  }
}

export const symbolCacheAction: XperfAction = {
  name: "symcache",
  summary: "what symbol servers know the images by (-dbgid and -imageid are one list here)",
  options: { dbgid: FLAG, imageid: FLAG, quiet: FLAG },
  refused: { build: "Symbols are read from program databases; no cache is made of them. See adk trace symbols." },
  collectors: [ImageIdentities],
  async run({ analysis, target, write }) {
    const hex = (value: number) => `0x${value.toString(16).padStart(8, "0")}`;
    const lines = analysis.get(ImageIdentities).all.map(({ image, symbols }) => {
      const { timeDateStamp, size, name } = image;
      const cells = [hex(timeDateStamp), hex(size), quotedCell(name), quotedCell(symbols)];
      return target === "machine"
        ? cells.join(",")
        : `${(cells[0] as string).padStart(13)}, ${cells.slice(1).join(", ")}`;
    });
    const titles = ["TimeDateStamp", "ImageSize".padStart(10), "OrigFileName", "CodeView Record"];
    await write(`${target === "machine" ? titles.map((title) => title.trim()).join(",") : titles.join(", ")}\n`);
    for (const line of [...new Set(lines)].sort()) await write(`${line}\n`);
  },
};

export const marksAction: XperfAction = {
  name: "marks",
  summary: "marks; -summary: how often each, and how long until the next one",
  options: { ...RANGE, summary: FLAG },
  collectors: [Marks],
  async run({ analysis, options, target, write }) {
    const marks = analysis.get(Marks).all.filter(({ time }) => analysis.includes(time));
    const plain = (text: string) => text.replaceAll(/\p{Cc}/gu, " ");
    const until = Math.min(analysis.range.to, analysis.model.duration);
    const spans = marks.map(({ time, text }, i) => {
      const next = marks[i + 1];
      const start = analysis.milliseconds(time);
      return { text: plain(text), start, span: (next ? analysis.milliseconds(next.time) : until) - start };
    });
    const byText = [...Map.groupBy(spans, ({ text }) => text)];
    const summary = byText.map(([text, all]): ReportCell[] => {
      const sum = all.reduce((time, { span }) => time + span, 0);
      return [all.length, micro(sum), percent(sum, analysis.duration), text];
    });
    const list = spans.map(({ text, start, span }): ReportCell[] => [micro(start), micro(span), text]);
    const lines = options.has("summary")
      ? reportLines(["Count", "Time to Next (us)", "%", "Mark"], summary, target)
      : reportLines(["TimeStamp", "Time to Next (us)", "Mark"], list, target);
    for (const line of lines) await write(line);
  },
};
