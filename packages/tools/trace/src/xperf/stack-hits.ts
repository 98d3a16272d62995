import type { EventKind } from "@adk/etl";
import type { EventLayout } from "@adk/event-schema";
import type { Analysis } from "../analysis.ts";
import { isKernelAddress } from "../model/address.ts";
import { processOf } from "../model/attribution.ts";
import { type Collector, type EventHandler, passEvents } from "../model/event-pass.ts";
import { addressOf, numberOf } from "../model/fields.ts";
import type { TraceImage } from "../model/images.ts";
import { processLabel, type TraceProcess } from "../model/processes.ts";
import { RunningThreads } from "../model/running-threads.ts";
import { isIdleSample } from "../model/sampled-profile.ts";
import { EMPTY_STACK } from "../model/stack-trie.ts";
import type { OpenedTrace } from "../open-trace.ts";
import { Symbolizer, type SymbolOptions } from "../symbols/symbolizer.ts";
import { ImageCounts } from "../tables/code-columns.ts";
import { dumpNameOf } from "./dumper.ts";

const SAMPLES = "SampledProfile";

export interface StackFilter {
  readonly pids: ReadonlySet<number>;
  readonly tids: ReadonlySet<number>;
  readonly processes: readonly RegExp[];
  readonly events: readonly RegExp[];
  /** One of the functions of a stack is one of these. */
  readonly symbols: readonly RegExp[];
}

/** Functions of a stack from the innermost to the outermost, and how many events have it. */
export interface StackHits {
  readonly process: string;
  readonly frames: readonly CodeFrame[];
  readonly hits: number;
}

export interface CodeFrame {
  readonly module: string;
  /** `ntdll.dll!RtlUserThreadStart` */
  readonly label: string;
}

interface FoundStack {
  readonly process: TraceProcess;
  readonly node: number;
  /** Ticks of one of the events. */
  readonly time: number;
  hits: number;
}

const UNKNOWN = "***unknown***";

/** Stacks of the events whose names are asked for, of the profiler's samples where none are. */
export async function stackHits(
  opened: OpenedTrace,
  analysis: Analysis,
  filter: StackFilter,
  options: SymbolOptions,
): Promise<StackHits[]> {
  const { model } = analysis;
  const finder = new StackFinder(analysis, filter);
  const { signal, onProgress } = options;
  await passEvents(opened.trace, [finder], { schemas: model.schemas, signal, onProgress });
  const found = [...finder.stacks.values()];
  const symbolizer = await Symbolizer.load(model, imagesOf(analysis, found), options);
  const frames = new FrameLabels(analysis, symbolizer);
  const named = found.map(({ process, node, time, hits }): StackHits => {
    const addresses = [...model.stacks.trie.addresses(node)];
    const own = addresses.map((address) => frames.of(process, address, time));
    return { process: processLabel(process), frames: own, hits };
  });
  if (filter.symbols.length === 0) return named;
  return named.filter((stack) =>
    stack.frames.some(({ label }) => filter.symbols.some((expression) => expression.test(label))),
  );
}

class StackFinder implements Collector {
  readonly stacks = new Map<string, FoundStack>();
  readonly #analysis: Analysis;
  readonly #filter: StackFilter;
  readonly #running = new RunningThreads();
  readonly handlers = this.#running.handlers;

  constructor(analysis: Analysis, filter: StackFilter) {
    this.#analysis = analysis;
    this.#filter = filter;
  }

  readonly handlerOf = (kind: EventKind, layout: EventLayout | undefined): EventHandler | undefined => {
    const { model } = this.#analysis;
    const name = dumpNameOf(kind, layout, model);
    const { events } = this.#filter;
    const isWanted = events.length === 0 ? name === SAMPLES : events.some((expression) => expression.test(name));
    if (name === "" || !isWanted) return undefined;
    if (name !== SAMPLES || !layout)
      return (event) => this.#take(event.time, this.#running.threadOf(event), event.processId);
    // Of these the payload tells the thread, and an address where there is no stack.
    const compiled = model.schemas.compiled(layout, model.trace.header?.pointerSize ?? 8);
    const [thread, flags] = [numberOf(compiled, "ThreadId"), numberOf(compiled, "Reserved")];
    const address = addressOf(compiled, "InstructionPointer");
    return (event) => {
      if (!isIdleSample(thread(event), flags(event)))
        this.#take(event.time, thread(event), event.processId, address(event));
    };
  };

  #take(time: number, thread: number, pid: number, address?: number): void {
    const { model } = this.#analysis;
    if (!this.#analysis.includes(time)) return;
    let node = model.stacks.at(time, thread);
    if (node === EMPTY_STACK) {
      if (address === undefined) return;
      node = model.stacks.trie.push(EMPTY_STACK, address);
    }
    const { pids, tids, processes } = this.#filter;
    const process = processOf(model, thread, pid, time) ?? model.processes.unknown;
    if (pids.size > 0 && !pids.has(process.id)) return;
    if (tids.size > 0 && !tids.has(thread)) return;
    if (processes.length > 0 && !processes.some((expression) => expression.test(process.name))) return;
    const key = `${process.index} ${node}`;
    const found = this.stacks.get(key);
    if (found) found.hits++;
    else this.stacks.set(key, { process, node, time, hits: 1 });
  }
}

function imagesOf({ model }: Analysis, stacks: readonly FoundStack[]): readonly TraceImage[] {
  const counts = new ImageCounts(model);
  for (const { process, node, time } of stacks) counts.stack(process, node, time);
  return counts.images;
}

/** Names of code, each looked up once a process; the kernel's are the same in all. */
class FrameLabels {
  readonly #symbolizer: Symbolizer;
  readonly #pointerSize: number;
  readonly #known = new Map<string, CodeFrame>();
  readonly #frames = new Map<string, CodeFrame>();

  constructor({ model }: Analysis, symbolizer: Symbolizer) {
    this.#symbolizer = symbolizer;
    this.#pointerSize = model.trace.header?.pointerSize ?? 8;
  }

  of(process: TraceProcess, address: number, time: number): CodeFrame {
    const space = isKernelAddress(address, this.#pointerSize) ? "" : process.index;
    const key = `${space} ${address}`;
    let frame = this.#known.get(key);
    if (!frame) {
      const place = this.#symbolizer.place(process.id, address, time);
      const module = place.module || UNKNOWN;
      const label = `${module}!${place.function || UNKNOWN}`;
      frame = this.#frames.get(label) ?? { module, label };
      this.#frames.set(label, frame);
      this.#known.set(key, frame);
    }
    return frame;
  }
}
