import {
  type EtlTrace,
  EtlWriter,
  type EtlWriterOptions,
  MemoryLog,
  type NewRecord,
  type ReadOptions,
  type TraceEvent,
} from "../index.ts";

export const PROVIDER = "22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716";
export const START = 133_500_000_000_000_000n;
/** Of the first record. */
export const ORIGIN = 5_000_000_000_000n;

export const HEADER = {
  startTime: START,
  timeStamp: ORIGIN,
  perfFrequency: 10_000_000n,
  bootTime: START - ORIGIN,
  osBuild: 26_100,
  sessionName: "sample",
} as const;

export function bytesOf(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 17) & 0xff);
}

/** One record of each header. */
export function everyRecord(time = ORIGIN): NewRecord[] {
  const common = { processId: 4, threadId: 8, timeStamp: time };
  const stack = new Uint8Array(32);
  new DataView(stack.buffer).setBigUint64(0, 77n, true);
  new DataView(stack.buffer).setBigUint64(8, 0xffff_f800_1234_5678n, true);
  const related = { type: 1, data: bytesOf(16) };
  return [
    { header: "system", hook: 0x0301, payload: bytesOf(20), ...common },
    { header: "compact", hook: 0x0524, version: 4, payload: bytesOf(24), pointerSize: 4, ...common },
    { header: "perfinfo", hook: 0x0f2e, timeStamp: time, payload: bytesOf(16) },
    {
      header: "perfinfo",
      hook: 0x0f2f,
      timeStamp: time,
      payload: bytesOf(9),
      counters: [1n, 2n ** 60n],
      pebsIndex: 9n,
    },
    { header: "full", provider: PROVIDER, opcode: 10, level: 4, version: 2, payload: bytesOf(7), ...common },
    {
      header: "instance",
      provider: PROVIDER,
      opcode: 1,
      instanceId: 3,
      payload: bytesOf(1),
      pointerSize: 4,
      ...common,
    },
    {
      header: "event",
      provider: PROVIDER,
      id: 65_534,
      version: 1,
      opcode: 254,
      level: 5,
      channel: 11,
      task: 65_534,
      keyword: 0x8000_0000_0000_0001n,
      activityId: PROVIDER,
      payload: bytesOf(100),
      extended: [related, { type: 6, data: stack }, { type: 11, data: bytesOf(3) }],
      ...common,
    },
    { header: "event", provider: PROVIDER, id: 1, payload: new Uint8Array(0), pointerSize: 4, ...common },
    { header: "wpp", message: PROVIDER, number: 12, payload: bytesOf(5), ...common },
    { header: "opaque", headerType: 13, payload: bytesOf(12) },
  ];
}

export interface SampleRecord {
  readonly processor: number;
  readonly record: NewRecord;
}

export async function writeLog(
  records: Iterable<SampleRecord>,
  options: Partial<EtlWriterOptions> = {},
): Promise<Uint8Array> {
  const output = new MemoryLog();
  const { header, ...others } = options;
  const writer = EtlWriter.over(output, { header: { ...HEADER, ...header }, ...others });
  for (const { processor, record } of records) writer.add(processor, record);
  await writer.finish();
  return output.toBytes();
}

/** Samples of some processors, a tick apart, dealt out in turn. */
export function* samples(count: number, processors: number, step = 1n): Generator<SampleRecord> {
  for (let i = 0; i < count; i++) {
    const payload = bytesOf(16 + (i % 5), i);
    const timeStamp = ORIGIN + BigInt(i) * step;
    yield { processor: i % processors, record: { header: "perfinfo", hook: 0x0f00 + (i % 7), timeStamp, payload } };
  }
}

export async function eventsOf(trace: EtlTrace, options: ReadOptions = {}): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  for await (const event of trace.events(options)) events.push(event);
  return events;
}
