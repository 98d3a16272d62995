import type { TraceProcess } from "../model/processes.ts";
import { jsonElements, jsonObject, jsonValue } from "./json-pieces.ts";
import {
  CodeStacks,
  functionName,
  nanoseconds,
  type ProfileFormat,
  type ProfileSource,
  WholeWeights,
} from "./profile-source.ts";
import { threadTracks } from "./thread-tracks.ts";

/**
 * The JSON of Chrome's tracing ("Trace Event Format"): stack frames and samples, names of processes and threads, and where the trace
 * has context switches an event for each time that a thread ran. Weights of samples are nanoseconds.
 */
export const chromeFormat: ProfileFormat = {
  name: "chrome",
  pieces(source) {
    const stacks = new CodeStacks(source.profile);
    return jsonObject({
      displayTimeUnit: jsonValue("ms"),
      otherData: jsonValue({ name: source.name, exporter: "adk trace" }),
      traceEvents: jsonElements(traceEvents(source)),
      stackFrames: stackFrames(source, stacks),
      samples: jsonElements(samples(source, stacks)),
    });
  },
};

function* traceEvents(source: ProfileSource): Generator<[string]> {
  const named = new Set<string>();
  function* names(process: TraceProcess, thread: number, name: string): Generator<[string]> {
    const metadata = (event: string, text: string) => {
      const key = `${event} ${process.id} ${event === "process_name" ? "" : thread}`;
      if (named.has(key)) return [];
      named.add(key);
      const args = { name: text };
      return [[JSON.stringify({ ph: "M", name: event, pid: process.id, tid: thread, args })] as [string]];
    };
    yield* metadata("process_name", process.name || "?");
    if (name !== "") yield* metadata("thread_name", name);
  }

  for (const { process, thread, name } of threadTracks(source)) yield* names(process, thread, name);
  for (const { process, thread, start, end, processor, priority } of source.runs()) {
    if (thread === 0) continue;
    yield* names(process, thread, source.threadName(thread, start));
    const span = { ts: microseconds(start), dur: microseconds(end) - microseconds(start) };
    const args = { cpu: processor, priority };
    yield [JSON.stringify({ ph: "X", cat: "cswitch", name: "Running", pid: process.id, tid: thread, ...span, args })];
  }
}

/** Numbers of frames begin with 1: readers take 0 for none. */
function* stackFrames({ profile }: ProfileSource, stacks: CodeStacks): Generator<string> {
  yield "{";
  for (let number = 0; number < stacks.count; number++) {
    const [frame, parent] = [stacks.frameOf(number), stacks.parentOf(number)];
    const category = profile.frames.place(frame).module;
    const name = functionName(profile, frame);
    const own = JSON.stringify({ category, name, ...(parent < 0 ? {} : { parent: parent + 1 }) });
    yield `${number === 0 ? "" : ",\n"}"${number + 1}":${own}`;
  }
  yield "}";
}

function* samples({ profile }: ProfileSource, stacks: CodeStacks): Generator<[string]> {
  const weights = new WholeWeights(profile);
  const name = JSON.stringify(profile.title);
  for (const rows = profile.samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const { id } = profile.processes[columns.process[row] as number] as TraceProcess;
    const where = `"cpu":${columns.processor[row]},"pid":${id},"tid":${columns.thread[row]}`;
    const number = stacks.numberOf(columns.stack[row] as number);
    const stack = number < 0 ? "" : `,"sf":${number + 1}`;
    const when = microseconds(columns.time[row] as number);
    yield [`{${where},"ts":${when},"name":${name},"weight":${weights.of(columns.weight[row] as number)}${stack}}`];
  }
}

/** To the nanosecond. */
function microseconds(milliseconds: number): number {
  return nanoseconds(milliseconds) / 1000;
}
