import { THREAD_STATE, valueName, WAIT_REASON } from "@adk/event-schema";
import { addressOf, numberOf, textOf } from "../model/fields.ts";
import { hexCell, plainCell } from "./dump-columns.ts";
import { address, cellOfThread, type DumpRecord, PROCESS, record } from "./dump-state.ts";

const SWITCH_TITLES = [
  "New Process Name ( PID)",
  "New TID",
  "NPri",
  "NQnt",
  "TmSinceLast",
  "WaitTime",
  "Old Process Name ( PID)",
  "Old TID",
  "OPri",
  "OQnt",
  "OldState",
  "Wait Reason",
  "Swapable",
  "InSwitchTime",
  "CPU",
  "IdealProc",
  "OldRemQnt",
  "NewPriDecr",
  "PrevCState",
];

export const contextSwitch = record(
  "CSwitch",
  SWITCH_TITLES,
  (layout, state) => {
    const [next, last] = [numberOf(layout, "NewThreadId"), numberOf(layout, "OldThreadId")];
    const [newPriority, oldPriority] = [numberOf(layout, "NewThreadPriority"), numberOf(layout, "OldThreadPriority")];
    const [reason, oldState, ideal] = [
      numberOf(layout, "OldThreadWaitReason"),
      numberOf(layout, "OldThreadState"),
      numberOf(layout, "OldThreadWaitIdealProcessor"),
    ];
    const mode = layout.accessor("OldThreadWaitMode")
      ? numberOf(layout, "OldThreadWaitMode")
      : numberOf(layout, "ThreadFlags");
    const [power, reserved] = [numberOf(layout, "PreviousCState"), numberOf(layout, "Reserved")];
    // The idle threads of all processors have the number 0.
    const key = (thread: number, processor: number) => (thread === 0 ? -1 - processor : thread);
    return (event) => {
      const { time, processor } = event;
      const [newThread, oldThread] = [next(event), last(event)];
      const [own, other] = [state.switched(key(newThread, processor)), state.switched(key(oldThread, processor))];
      const span = (from: number) => String(Number.isNaN(from) ? 0 : state.micro(time) - state.micro(from));
      const cells = [
        state.processOfThread(newThread, time),
        cellOfThread(newThread),
        String(newPriority(event)),
        "-1",
        span(own.out),
        span(own.ready),
        state.processOfThread(oldThread, time),
        cellOfThread(oldThread),
        String(oldPriority(event)),
        "-1",
        valueName(THREAD_STATE, oldState(event)),
        valueName(WAIT_REASON, reason(event)),
        (mode(event) & 1) === 1 ? "Swapable" : "NonSwap",
        span(other.in),
        String(processor),
        String(ideal(event)),
        String(reserved(event)),
        "0",
        String(power(event)),
      ];
      own.in = time;
      own.ready = Number.NaN;
      other.out = time;
      state.running[processor] = newThread;
      return cells;
    };
  },
  (layout) => numberOf(layout, "NewThreadId"),
);

const READY_TITLES = [
  PROCESS,
  "ThreadID",
  "Rdy Process Name ( PID)",
  "Rdy TID",
  "AdjustReason",
  "AdjustIncrement",
  "InDPC",
];

export const readyThread = record("ReadyThread", READY_TITLES, (layout, state) => {
  const [thread, flags] = [numberOf(layout, "TThreadId"), numberOf(layout, "Flag")];
  const [reason, increment] = [numberOf(layout, "AdjustReason"), numberOf(layout, "AdjustIncrement")];
  return (event) => {
    const [readied, readying] = [thread(event), state.threadOf(event)];
    state.switched(readied).ready = event.time;
    return [
      state.processOfThread(readying, event.time),
      cellOfThread(readying),
      state.processOfThread(readied, event.time),
      cellOfThread(readied),
      String(reason(event)),
      String(increment(event)),
      (flags(event) & 1) === 1 ? "1" : "0",
    ];
  };
});

export const sample = record(
  "SampledProfile",
  [
    PROCESS,
    "ThreadID",
    "PrgrmCtr",
    "CPU",
    "ThreadStartImage!Function",
    "Image!Function",
    "Count",
    "SampledProfile type",
  ],
  (layout, state) => {
    const [pointer, thread, count] = [
      addressOf(layout, "InstructionPointer"),
      numberOf(layout, "ThreadId"),
      numberOf(layout, "Count", 1),
    ];
    return (event) => {
      const { time, pointerSize } = event;
      const [own, at] = [thread(event), pointer(event)];
      const process = state.processIdOf(own, time);
      const start = state.model.threads.at(own, time)?.startAddress ?? 0;
      return [
        state.processOfThread(own, time),
        cellOfThread(own),
        address(at, event),
        String(event.processor),
        state.function(process, start, time, pointerSize),
        state.function(process, at, time, pointerSize),
        String(count(event)),
        "Unbatched",
      ];
    };
  },
  (layout) => numberOf(layout, "ThreadId"),
);

/** A counter of the processor that overflowed. */
export const counterInterrupt = record(
  "PmcInterrupt",
  ["CPU", PROCESS, "Image!Function", "ProfileSource", "Reserved"],
  (layout, state) => {
    const [pointer, thread] = [addressOf(layout, "InstructionPointer"), numberOf(layout, "ThreadId")];
    const [source, reserved] = [numberOf(layout, "ProfileSource"), numberOf(layout, "Reserved")];
    return (event) => {
      const { time, pointerSize } = event;
      return [
        String(event.processor),
        state.processOfThread(thread(event), time),
        state.function(state.processIdOf(thread(event), time), pointer(event), time, pointerSize),
        String(source(event)),
        String(reserved(event)),
      ];
    };
  },
  (layout) => numberOf(layout, "ThreadId"),
);

export function interruptRecord(name: string, isr: boolean): DumpRecord {
  const titles = [
    "ElapsedTime",
    "CPU",
    ...(isr ? ["Vector", "MessageIndex", "Status"] : []),
    "ServiceAddr",
    "Image!Function",
  ];
  return record(name, titles, (layout, state) => {
    const initial = layout.field("InitialTime").offset ?? 0;
    const [routine, vector] = [addressOf(layout, "Routine"), numberOf(layout, "Vector")];
    const [message, returned] = [numberOf(layout, "MessageNumber"), numberOf(layout, "ReturnValue")];
    return (event) => {
      const began =
        event.start + initial + 8 > event.end ? event.time : state.rawTime.ticksAt(event.view, event.start + initial);
      return [
        String(Math.max(0, state.micro(event.time) - state.micro(began))),
        String(event.processor),
        ...(isr ? [String(vector(event)), String(message(event)), hexCell(returned(event), 2)] : []),
        address(routine(event), event),
        state.function(0, routine(event), event.time, event.pointerSize),
      ];
    };
  });
}

export const mark = record("Mark", ["CPU", "Label"], (layout) => {
  const label = textOf(layout, "Message");
  return (event) => [String(event.processor), plainCell(label(event))];
});
