/** Fields of messages in Perfetto's protos (protos/perfetto/trace), by their names there. */

export const Trace = { PACKET: 1 } as const;
export const TracePacket = {
  CLOCK_SNAPSHOT: 6,
  TIMESTAMP: 8,
  TRUSTED_PACKET_SEQUENCE_ID: 10,
  INTERNED_DATA: 12,
  SEQUENCE_FLAGS: 13,
  TRACE_PACKET_DEFAULTS: 59,
  TRACK_DESCRIPTOR: 60,
  PERF_SAMPLE: 66,
  ETW_EVENTS: 95,
} as const;

export const ClockSnapshot = { CLOCKS: 1 } as const;
export const Clock = { CLOCK_ID: 1, TIMESTAMP: 2 } as const;

export const TracePacketDefaults = { PERF_SAMPLE_DEFAULTS: 12 } as const;
export const PerfSampleDefaults = { TIMEBASE: 1 } as const;
export const Timebase = { NAME: 10 } as const;
export const PerfSample = { CPU: 1, PID: 2, TID: 3, CALLSTACK_IID: 4, TIMEBASE_COUNT: 6 } as const;

export const InternedData = { FUNCTION_NAMES: 5, FRAMES: 6, CALLSTACKS: 7, MAPPING_PATHS: 17, MAPPINGS: 19 } as const;
export const InternedString = { IID: 1, STR: 2 } as const;
export const Mapping = { IID: 1, PATH_STRING_IDS: 7 } as const;
export const Frame = { IID: 1, FUNCTION_NAME_ID: 2, MAPPING_ID: 3, REL_PC: 4 } as const;
export const Callstack = { IID: 1, FRAME_IDS: 2 } as const;

export const TrackDescriptor = { UUID: 1, PROCESS: 3, THREAD: 4, PARENT_UUID: 5 } as const;
export const ProcessDescriptor = { PID: 1, CMDLINE: 2, PROCESS_NAME: 6 } as const;
export const ThreadDescriptor = { PID: 1, TID: 2, THREAD_NAME: 5 } as const;

export const EtwTraceEventBundle = { EVENT: 2 } as const;
export const EtwTraceEvent = { TIMESTAMP: 1, C_SWITCH: 2, READY_THREAD: 3, CPU: 4, THREAD_ID: 5 } as const;
export const CSwitch = {
  NEW_THREAD_ID: 1,
  OLD_THREAD_ID: 2,
  NEW_THREAD_PRIORITY: 3,
  OLD_THREAD_PRIORITY: 4,
  OLD_THREAD_WAIT_REASON: 6,
  OLD_THREAD_WAIT_MODE: 7,
  OLD_THREAD_STATE: 8,
  OLD_THREAD_WAIT_REASON_INT: 11,
} as const;
export const ReadyThread = { THREAD_ID: 1, FLAG: 4 } as const;
