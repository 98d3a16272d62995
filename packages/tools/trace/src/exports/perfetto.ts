import { filetimeToUnixNanoseconds } from "@adk/core";
import { NO_THREAD } from "../model/context-switches.ts";
import type { TraceProcess } from "../model/processes.ts";
import {
  Clock,
  ClockSnapshot,
  CSwitch,
  EtwTraceEvent,
  EtwTraceEventBundle,
  PerfSample,
  PerfSampleDefaults,
  ReadyThread,
  Timebase,
  Trace,
  TracePacket,
  TracePacketDefaults,
} from "./perfetto-fields.ts";
import { PerfettoFrames } from "./perfetto-frames.ts";
import { PerfettoTracks, perfettoPid } from "./perfetto-tracks.ts";
import { CodeStacks, nanoseconds, type ProfileFormat, type ProfileSource, WholeWeights } from "./profile-source.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";
import type { ThreadRun } from "./thread-runs.ts";
import { threadTracks } from "./thread-tracks.ts";

const REALTIME_CLOCK = 1;
const BOOTTIME_CLOCK = 6;
const INCREMENTAL_STATE_CLEARED = 1;
const NEEDS_INCREMENTAL_STATE = 2;
/** All packets are of one writer. */
const SEQUENCE = 1;
/** The last wait reason that Perfetto has a name for. */
const LAST_WAIT_REASON = 37;
const READIED_IN_DPC = 1;

/**
 * Traces of Perfetto: samples as those of its own profiler, so that it makes flame graphs of them, and context switches as its events of
 * ETW. The counter of a sample is the weight of all samples of its processor up to it.
 */
export const perfettoFormat: ProfileFormat = {
  name: "perfetto",
  *pieces(source) {
    const trace = new ProtobufWriter();
    for (const packet of packets(source)) {
      packet.uint(TracePacket.TRUSTED_PACKET_SEQUENCE_ID, SEQUENCE);
      yield trace.clear().message(Trace.PACKET, packet).bytes;
    }
  },
};

function* packets(source: ProfileSource): Generator<ProtobufWriter> {
  yield clocks(source);
  yield defaults(source);
  const tracks = new PerfettoTracks();
  for (const { process, thread, name } of threadTracks(source)) yield* tracks.describe(process, thread, name);
  yield* samples(source);
  for (const run of source.runs()) {
    yield* tracks.describe(run.process, run.thread, source.threadName(run.thread, run.start));
    if (run.readyingThread !== NO_THREAD && !Number.isNaN(run.ready)) yield readyThread(run);
    yield cSwitch(run);
  }
}

/** Times are nanoseconds since the start of the trace; what time of day that is stands here. */
function clocks({ startTime }: ProfileSource): ProtobufWriter {
  const clock = (id: number, time: number | bigint) =>
    new ProtobufWriter().uint(Clock.CLOCK_ID, id).uint(Clock.TIMESTAMP, time);
  const snapshot = new ProtobufWriter()
    .message(ClockSnapshot.CLOCKS, clock(BOOTTIME_CLOCK, 0))
    .message(ClockSnapshot.CLOCKS, clock(REALTIME_CLOCK, filetimeToUnixNanoseconds(startTime)));
  return new ProtobufWriter().message(TracePacket.CLOCK_SNAPSHOT, snapshot);
}

function defaults({ profile }: ProfileSource): ProtobufWriter {
  const timebase = new ProtobufWriter().text(Timebase.NAME, profile.title);
  const ofSamples = new ProtobufWriter().message(PerfSampleDefaults.TIMEBASE, timebase);
  const message = new ProtobufWriter().message(TracePacketDefaults.PERF_SAMPLE_DEFAULTS, ofSamples);
  return new ProtobufWriter()
    .uint(TracePacket.SEQUENCE_FLAGS, INCREMENTAL_STATE_CLEARED)
    .message(TracePacket.TRACE_PACKET_DEFAULTS, message);
}

function* samples({ profile }: ProfileSource): Generator<ProtobufWriter> {
  const stacks = new CodeStacks(profile);
  const frames = new PerfettoFrames(profile, stacks);
  const weights = new WholeWeights(profile);
  const counters: number[] = [];
  const [packet, sample] = [new ProtobufWriter(), new ProtobufWriter()];
  for (const rows = profile.samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const [processor, thread] = [columns.processor[row] as number, columns.thread[row] as number];
    const process = profile.processes[columns.process[row] as number] as TraceProcess;
    counters[processor] = (counters[processor] ?? 0) + weights.of(columns.weight[row] as number);
    packet.clear().uint(TracePacket.TIMESTAMP, nanoseconds(columns.time[row] as number));
    packet.uint(TracePacket.SEQUENCE_FLAGS, NEEDS_INCREMENTAL_STATE);
    sample.clear().uint(PerfSample.CPU, processor).uint(PerfSample.PID, perfettoPid(process));
    sample.uint(PerfSample.TID, thread).uint(PerfSample.TIMEBASE_COUNT, counters[processor]);
    const number = stacks.numberOf(columns.stack[row] as number);
    if (number >= 0) {
      const { id, interned } = frames.callstack(number);
      if (interned) packet.message(TracePacket.INTERNED_DATA, interned);
      sample.uint(PerfSample.CALLSTACK_IID, id);
    }
    yield packet.message(TracePacket.PERF_SAMPLE, sample);
  }
}

function cSwitch(run: ThreadRun): ProtobufWriter {
  const { oldWaitReason } = run;
  const reason =
    oldWaitReason <= LAST_WAIT_REASON ? CSwitch.OLD_THREAD_WAIT_REASON : CSwitch.OLD_THREAD_WAIT_REASON_INT;
  const message = new ProtobufWriter()
    .uint(CSwitch.NEW_THREAD_ID, run.thread)
    .uint(CSwitch.OLD_THREAD_ID, run.oldThread)
    .sint(CSwitch.NEW_THREAD_PRIORITY, run.priority)
    .sint(CSwitch.OLD_THREAD_PRIORITY, run.oldPriority)
    .uint(reason, oldWaitReason)
    .uint(CSwitch.OLD_THREAD_WAIT_MODE, run.oldWaitMode)
    .uint(CSwitch.OLD_THREAD_STATE, run.oldState);
  return etwPacket(run.start, run.processor, run.thread, EtwTraceEvent.C_SWITCH, message);
}

/** The processor is that on which the thread ran then: on which one it was made ready is not kept. */
function readyThread(run: ThreadRun): ProtobufWriter {
  const message = new ProtobufWriter().uint(ReadyThread.THREAD_ID, run.thread);
  if (run.readiedInDpc) message.uint(ReadyThread.FLAG, READIED_IN_DPC);
  return etwPacket(run.ready, run.processor, run.readyingThread, EtwTraceEvent.READY_THREAD, message);
}

function etwPacket(
  milliseconds: number,
  processor: number,
  thread: number,
  field: number,
  message: ProtobufWriter,
): ProtobufWriter {
  const time = nanoseconds(milliseconds);
  const event = new ProtobufWriter()
    .uint(EtwTraceEvent.TIMESTAMP, time)
    .uint(EtwTraceEvent.CPU, processor)
    .uint(EtwTraceEvent.THREAD_ID, thread)
    .message(field, message);
  const bundle = new ProtobufWriter().message(EtwTraceEventBundle.EVENT, event);
  return new ProtobufWriter().uint(TracePacket.TIMESTAMP, time).message(TracePacket.ETW_EVENTS, bundle);
}
