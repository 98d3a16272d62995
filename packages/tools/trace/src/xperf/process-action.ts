import type { CompiledLayout } from "@adk/event-schema";
import type { Analysis } from "../analysis.ts";
import type { Collector, EventHandler } from "../model/event-pass.ts";
import { addressOf, numberOf } from "../model/fields.ts";
import type { TraceProcess } from "../model/processes.ts";
import type { TraceModel } from "../model/trace-model.ts";
import { type ActionContext, FLAG, RANGE, type XperfAction } from "./action.ts";
import { hexCell, plainCell, processCell, quotedCell } from "./dump-columns.ts";
import { micro } from "./options.ts";

interface ProcessKey {
  readonly key: number;
  readonly directory: number;
}

/** What the kernel knows processes by. */
class ProcessKeys implements Collector {
  readonly #found: (ProcessKey & { readonly id: number; readonly time: number })[] = [];
  readonly #model: TraceModel;
  #all: Map<TraceProcess, ProcessKey> | undefined;

  readonly handlers = Object.fromEntries(
    ["Start", "DCStart", "DCStop", "Stop"].map((name) => [
      `Windows Kernel/Process/${name}`,
      (layout: CompiledLayout) => this.#take(layout),
    ]),
  );

  constructor(model: TraceModel) {
    this.#model = model;
  }

  of(process: TraceProcess): ProcessKey | undefined {
    this.#all ??= new Map(this.#found.map(({ id, time, ...keys }) => [this.#model.processes.at(id, time), keys]));
    return this.#all.get(process);
  }

  #take(layout: CompiledLayout): EventHandler {
    const id = numberOf(layout, "ProcessId");
    const [key, directory] = [addressOf(layout, "UniqueProcessKey"), addressOf(layout, "DirectoryTableBase")];
    return (event) => {
      this.#found.push({ id: id(event), time: event.time, key: key(event), directory: directory(event) });
    };
  }
}

export const processAction: XperfAction = {
  name: "process",
  summary:
    "processes with their threads (-thread) and images (-image), or as a tree (-tree); -withsids, -withcmdline: users, command lines",
  options: { ...RANGE, thread: FLAG, image: FLAG, tree: FLAG, withsids: FLAG, withcmdline: FLAG },
  refused: {
    vm: "What it lists of virtual memory is not published. See -a dumper (VirtualAlloc, VirtualFree), adk trace memory.",
  },
  collectors: [ProcessKeys],
  async run(context) {
    const { analysis, options, write } = context;
    const processes = analysis.model.processes.all.filter((process) => livedIn(analysis, process));
    if (options.has("tree")) {
      for (const line of treeLines(context, processes)) await write(line);
      return;
    }
    await write(lineOf(context, headOf(options)));
    for (const process of processes) {
      await write(processLine(context, process));
      if (options.has("thread")) for (const line of threadLines(context, process)) await write(line);
      if (options.has("image")) for (const line of imageLines(context, process)) await write(line);
    }
  },
};

interface Lived {
  /** Ticks. */
  readonly start: number;
  readonly end: number;
}

function livedIn(analysis: Analysis, { start, end }: Lived): boolean {
  const { from, to } = analysis.range;
  return analysis.milliseconds(start) <= to && analysis.milliseconds(end) >= from;
}

/** `MIN` and `MAX` of what was there before the trace and after it. */
function lifetime(analysis: Analysis, { start, end }: Lived): readonly [string, string] {
  const text = (ticks: number, otherwise: string) =>
    (Number.isFinite(ticks) ? String(micro(analysis.milliseconds(ticks))) : otherwise).padStart(10);
  return [text(start, "MIN"), text(end, "MAX")];
}

/** Padded for people. */
function lineOf({ target }: ActionContext, cells: readonly string[]): string {
  return target === "machine" ? `${cells.map((cell) => cell.trim()).join(",")}\n` : `${cells.join(", ")}\n`;
}

function headOf(options: ActionContext["options"]): string[] {
  const titles = ["Process", "UniqueKey", "Process Name ( PID)", "ParentPID", "SessionID", "DirectoryTableBase"];
  const more = [options.has("withsids") ? ["UserSid"] : [], options.has("withcmdline") ? ["Command Line"] : []];
  return ["Start".padStart(10), "End".padStart(10), ...titles, ...more.flat()];
}

/** `0XA1141C60`, as real lines have it. */
function keyCell(key: number, digits: number): string {
  return hexCell(key, digits).toUpperCase();
}

function processLine(context: ActionContext, process: TraceProcess): string {
  const { analysis, options } = context;
  const { key = 0, directory = 0 } = analysis.get(ProcessKeys).of(process) ?? {};
  const cells = [
    ...lifetime(analysis, process),
    "Process",
    keyCell(key, (analysis.model.trace.header?.pointerSize ?? 8) * 2),
    processCell(process.name, process.id),
    String(process.parentId ?? -1).padStart(10),
    String(process.sessionId ?? -1).padStart(10),
    hexCell(directory, 8),
  ];
  if (options.has("withsids")) cells.push(plainCell(process.user));
  if (options.has("withcmdline")) cells.push(plainCell(process.commandLine));
  return lineOf(context, cells);
}

function* threadLines(context: ActionContext, process: TraceProcess): Generator<string> {
  const { analysis } = context;
  const { threads, processes, images } = analysis.model;
  for (const thread of threads.all) {
    if (thread.processId !== process.id || !livedIn(analysis, thread)) continue;
    const time = Number.isFinite(thread.start) ? thread.start : 0;
    if (processes.at(process.id, Math.max(time, 0)) !== process && Number.isFinite(thread.start)) continue;
    const image = images.at(process.id, thread.startAddress, Math.max(time, 0));
    const code = `${image?.name || "Unknown"}!${hexCell(thread.startAddress, 16)}`;
    const cells = [...lifetime(analysis, thread), "Thread", String(thread.id).padStart(10), code];
    if (thread.name !== "") cells.push(quotedCell(thread.name));
    yield lineOf(context, cells);
  }
}

function* imageLines(context: ActionContext, process: TraceProcess): Generator<string> {
  const { analysis } = context;
  const { images, processes } = analysis.model;
  for (const image of images.all) {
    if (image.processId !== process.id || !livedIn(analysis, image)) continue;
    if (Number.isFinite(image.start) && processes.at(process.id, image.start) !== process) continue;
    const range = [hexCell(image.base, 16), hexCell(image.base + image.size, 16)];
    yield lineOf(context, [...lifetime(analysis, image), "Image", ...range, quotedCell(images.pathOf(image))]);
  }
}

/** Processes below those that started them. */
function* treeLines(context: ActionContext, processes: readonly TraceProcess[]): Generator<string> {
  const { analysis } = context;
  const children = new Map<TraceProcess | undefined, TraceProcess[]>();
  for (const process of processes) {
    const parent = parentOf(process, processes);
    const own = children.get(parent);
    if (own) own.push(process);
    else children.set(parent, [process]);
  }
  const waiting = (children.get(undefined) ?? []).map((process) => ({ process, depth: 0 })).reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { process, depth } = next;
    const cells = [
      ...lifetime(analysis, process),
      `${context.target === "machine" ? `${depth},` : "  ".repeat(depth)}${processCell(process.name, process.id).trimStart()}`,
    ];
    if (context.options.has("withsids")) cells.push(plainCell(process.user));
    if (context.options.has("withcmdline")) cells.push(plainCell(process.commandLine));
    yield lineOf(context, cells);
    for (const child of (children.get(process) ?? []).toReversed()) waiting.push({ process: child, depth: depth + 1 });
  }
}

/** The process that had the identifier when this one started: the last that was there before. */
function parentOf(process: TraceProcess, processes: readonly TraceProcess[]): TraceProcess | undefined {
  if (process.parentId === undefined || process.parentId === process.id) return undefined;
  const own = processes.filter(
    ({ id, index, start }) =>
      id === process.parentId && (start < process.start || (start === process.start && index < process.index)),
  );
  return own.at(-1) ?? undefined;
}
