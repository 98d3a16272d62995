import { filetimeToUnixNanoseconds } from "@adk/core";
import { processLabel, type TraceProcess } from "../model/processes.ts";
import { EMPTY_STACK } from "../model/stack-trie.ts";
import { PROCESS_FRAME } from "../stacks/frames.ts";
import { NumberedTexts } from "./numbered-texts.ts";
import { functionName, nanoseconds, type ProfileFormat, type ProfileSource, WholeWeights } from "./profile-source.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";

/** Fields of messages in pprof's `profile.proto`. */
const Profile = {
  SAMPLE_TYPE: 1,
  SAMPLE: 2,
  MAPPING: 3,
  LOCATION: 4,
  FUNCTION: 5,
  STRING_TABLE: 6,
  TIME_NANOS: 9,
  DURATION_NANOS: 10,
  PERIOD_TYPE: 11,
  PERIOD: 12,
  DEFAULT_SAMPLE_TYPE: 14,
} as const;
const ValueType = { TYPE: 1, UNIT: 2 } as const;
const Sample = { LOCATION_ID: 1, VALUE: 2, LABEL: 3 } as const;
const Label = { KEY: 1, TEXT: 2, NUMBER: 3 } as const;
const Mapping = { ID: 1, FILENAME: 5, HAS_FUNCTIONS: 7, HAS_LINE_NUMBERS: 9 } as const;
const Location = { ID: 1, MAPPING_ID: 2, LINE: 4 } as const;
const Line = { FUNCTION_ID: 1, LINE: 2 } as const;
const NamedFunction = { ID: 1, NAME: 2, SYSTEM_NAME: 3, FILENAME: 4 } as const;

/**
 * Profiles of pprof, a gzip file: samples of one stack and thread are one, with their count and weight, and the process and the thread as
 * labels. Images are mappings without addresses.
 */
export const pprofFormat: ProfileFormat = {
  name: "pprof",
  gzip: true,
  *pieces(source) {
    const { profile, startTime } = source;
    const file = new ProtobufWriter();
    const strings = new NumberedTexts([""]);
    const value = (type: string, unit: string) =>
      new ProtobufWriter().uint(ValueType.TYPE, strings.number(type)).uint(ValueType.UNIT, strings.number(unit));
    const { unit, least } = new WholeWeights(profile);
    const weight = unit === "nanoseconds" ? "cpu" : "weight";
    yield file
      .message(Profile.SAMPLE_TYPE, value("samples", "count"))
      .message(Profile.SAMPLE_TYPE, value(weight, unit))
      .uint(Profile.DEFAULT_SAMPLE_TYPE, strings.number(weight))
      .uint(Profile.TIME_NANOS, filetimeToUnixNanoseconds(startTime))
      .uint(Profile.DURATION_NANOS, nanoseconds(profile.duration))
      .message(Profile.PERIOD_TYPE, value(weight, unit))
      .uint(Profile.PERIOD, least).bytes;
    for (const sample of samples(source, strings)) yield file.clear().message(Profile.SAMPLE, sample).bytes;
    for (const [field, message] of places(source, strings)) yield file.clear().message(field, message).bytes;
    for (const text of strings.all) yield file.clear().text(Profile.STRING_TABLE, text).bytes;
  },
};

interface StackSum {
  readonly row: number;
  count: number;
  weight: number;
}

function* samples({ profile, threadName }: ProfileSource, strings: NumberedTexts): Generator<ProtobufWriter> {
  const { frames, samples } = profile;
  const { stacks, nodes } = profile.stacks.tree;
  const weights = new WholeWeights(profile);
  // A stack has its process in it.
  const byThread = new Map<number, Map<number, StackSum>>();
  for (const rows = samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const own = weights.of(columns.weight[row] as number);
    const [thread, stack] = [columns.thread[row] as number, nodes[columns.stack[row] as number] as number];
    let byStack = byThread.get(thread);
    if (!byStack) {
      byStack = new Map();
      byThread.set(thread, byStack);
    }
    const sum = byStack.get(stack);
    if (!sum) byStack.set(stack, { row: rows.number, count: 1, weight: own });
    else {
      sum.count++;
      sum.weight += own;
    }
  }
  const message = new ProtobufWriter();
  for (const [thread, byStack] of byThread) {
    for (const [stack, { row, count, weight }] of byStack) {
      const locations: number[] = [];
      for (let at = stack; at !== EMPTY_STACK; at = stacks.prefixOf(at)) {
        const frame = stacks.addressOf(at);
        if (frames.place(frame).module !== PROCESS_FRAME) locations.push(frame + 1);
      }
      const process = profile.processes[samples.get("process", row)] as TraceProcess;
      message.clear().packed(Sample.LOCATION_ID, locations).packed(Sample.VALUE, [count, weight]);
      const name = threadName(thread, samples.get("time", row));
      const text = { process: processLabel(process), ...(name === "" ? {} : { thread_name: name }) };
      for (const [key, value] of Object.entries(text)) {
        const label = new ProtobufWriter().uint(Label.KEY, strings.number(key)).uint(Label.TEXT, strings.number(value));
        message.message(Sample.LABEL, label);
      }
      for (const [key, value] of Object.entries({ pid: process.id, thread })) {
        const label = new ProtobufWriter().uint(Label.KEY, strings.number(key)).uint(Label.NUMBER, value);
        message.message(Sample.LABEL, label);
      }
      yield message;
    }
  }
}

/** Locations, functions and mappings: what the frames of the samples are. */
function* places(
  { profile, name: trace }: ProfileSource,
  strings: NumberedTexts,
): Generator<[field: number, message: ProtobufWriter]> {
  const { frames } = profile;
  // Readers take the first mapping for the program that was profiled.
  const mappings = new NumberedTexts(["", trace]);
  const functions = new NumberedTexts([""]);
  for (let frame = 0; frame < frames.size; frame++) {
    const { module, file = "", line } = frames.place(frame);
    if (module === PROCESS_FRAME) continue;
    const mappingId = mappings.number(module || "?");
    const name = functionName(profile, frame);
    const known = functions.size;
    const functionId = functions.number(`${module}!${name}!${file}`);
    const place = new ProtobufWriter().uint(Line.FUNCTION_ID, functionId);
    if (line !== undefined) place.uint(Line.LINE, line);
    const location = new ProtobufWriter().uint(Location.ID, frame + 1).uint(Location.MAPPING_ID, mappingId);
    yield [Profile.LOCATION, location.message(Location.LINE, place)];
    if (functions.size > known) {
      const [own, where] = [strings.number(name), strings.number(file)];
      const message = new ProtobufWriter().uint(NamedFunction.ID, functionId).uint(NamedFunction.NAME, own);
      yield [Profile.FUNCTION, message.uint(NamedFunction.SYSTEM_NAME, own).uint(NamedFunction.FILENAME, where)];
    }
  }
  for (const module of mappings.all) {
    if (module === "") continue;
    const message = new ProtobufWriter().uint(Mapping.ID, mappings.number(module));
    message.uint(Mapping.FILENAME, strings.number(module)).uint(Mapping.HAS_FUNCTIONS, 1);
    yield [Profile.MAPPING, message.uint(Mapping.HAS_LINE_NUMBERS, 1)];
  }
}
