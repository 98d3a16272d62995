import type { ProfileSource } from "../exports/profile-source.ts";
import { EventColumns } from "../model/event-columns.ts";
import { processLabel, type TraceProcess } from "../model/processes.ts";
import { CallStacks, EMPTY_ROW } from "../stacks/call-stacks.ts";
import { Frames, PROCESS_FRAME } from "../stacks/frames.ts";
import { SAMPLE_COLUMNS, type StackProfile, type WeightUnit } from "../stacks/stack-profile.ts";

export interface SampleInput {
  /** Milliseconds. */
  readonly time: number;
  readonly weight?: number;
  readonly process?: string;
  readonly pid?: number;
  readonly thread?: number;
  readonly cpu?: number;
  /** From the outermost function inwards: `module!function`. */
  readonly stack: readonly string[];
}

/** A profile made by hand: what exports are tested on. */
export function sampleSource(inputs: readonly SampleInput[], unit: WeightUnit = "milliseconds"): ProfileSource {
  const [frames, stacks, processes] = [new Frames(), new CallStacks(inputs.length), [] as TraceProcess[]];
  const samples: StackProfile["samples"] = new EventColumns(SAMPLE_COLUMNS);
  let total = 0;
  for (const { time, weight = 1, process: name = "app.exe", pid = 100, thread = 104, cpu = 0, stack } of inputs) {
    const process = processes.find((each) => each.id === pid && each.name === name) ?? processOf(name, pid, processes);
    const label = processLabel(process);
    const own = [frames.number({ module: PROCESS_FRAME, function: label })];
    for (const each of stack) {
      const at = each.indexOf("!");
      own.push(frames.number({ module: each.slice(0, at), function: each.slice(at + 1) }));
    }
    const row = samples.add();
    stacks.put(row, stacks.addRow(own.reverse()), EMPTY_ROW);
    Object.entries({ time, weight, thread, process: process.index, processor: cpu, stack: row }).forEach(
      ([column, value]) => {
        samples.tail[column as keyof typeof samples.tail][row] = value;
      },
    );
    total += weight;
  }
  const duration = inputs.at(-1)?.time ?? 0;
  return {
    profile: { title: "CPU Usage (Sampled)", unit, frames, stacks, samples, processes, total, duration },
    name: "sample.etl",
    // 1 January 2024.
    startTime: 133_485_408_000_000_000n,
    threadName: (thread) => (thread === 104 ? "main" : ""),
    runs: () => [],
  };
}

function processOf(name: string, id: number, processes: TraceProcess[]): TraceProcess {
  const process: TraceProcess = {
    index: processes.length,
    id,
    name,
    start: -Infinity,
    end: Infinity,
    parentId: undefined,
    sessionId: undefined,
    commandLine: "",
    user: "",
    packageFullName: "",
    exitCode: undefined,
  };
  processes.push(process);
  return process;
}
