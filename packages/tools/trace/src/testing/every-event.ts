import { type EventLayout, KernelEvents } from "@adk/event-schema";
import { payloadOf } from "./event-payload.ts";
import { SyntheticTrace } from "./synthetic-trace.ts";

const MOST_HOOK = 0x1fff;
const LAST_VERSION = 5;
/** Process, thread and addresses of the scenario. */
const PID = 100;
const TID = 104;
const USER_BASE = 0x7ff6_0000_0000;
const KERNEL_BASE = -0x7f_f000_0000;

/** A small log of a process that does a little of everything: what tables are made of. Times are below 30 ms. */
export function everydayTrace(pointerSize: 4 | 8 = 8): SyntheticTrace {
  const trace = new SyntheticTrace({ pointerSize, header: { bufferSize: 4096, processors: 2 } })
    .process(4, "System")
    .process(PID, "app.exe", { start: 1, end: 28, commandLine: "app.exe /go", exitCode: 3 })
    .thread(TID, PID, { start: 1.5, name: "worker", subProcessTag: 7 })
    .thread(8, 4, { startAddress: KERNEL_BASE })
    .image(PID, USER_BASE, 0x10000, "\\Device\\HarddiskVolume3\\app.exe", 1.2)
    .image(4, KERNEL_BASE, 0x10000, "\\SystemRoot\\system32\\drivers\\disk.sys")
    .file(77, "\\Device\\HarddiskVolume3\\data")
    .contextSwitch(2, 1, 0, TID)
    .contextSwitch(3, 1, TID, 0)
    .contextSwitch(3, 0, 0, 8)
    .ready(4, 0, TID)
    .contextSwitch(4.5, 1, 0, TID)
    .interrupt("DPC", 5, 5.2, 0, KERNEL_BASE + 0x100)
    .interrupt("ISR", 6, 6.1, 1, KERNEL_BASE + 0x200)
    .diskTransfer(7, 8.5, { thread: TID, file: 77, size: 512 })
    .fileOperation("Read", 9, 9.5, { FileObject: 77, IrpPtr: 5, IoSize: 512 }, { thread: TID, pid: PID })
    .event(
      "StackWalk/StackKeyUser",
      10,
      { EventTimeStamp: 5_000_000_100_000n, StackThread: TID, StackKey: 9 },
      { cpu: 1 },
    )
    .event("StackWalk/KeyCreate", 11, { StackKey: 9, Stack: [USER_BASE + 1, USER_BASE + 2] });
  for (let i = 0; i < 20; i++) trace.sample(10 + i / 2, 1, TID, [KERNEL_BASE + i, USER_BASE + i * 16, USER_BASE + 4]);
  return trace;
}

/** A small log with one kernel event of each kind and version that is known, all fields zero or empty. */
export function everyKernelEvent(pointerSize: 4 | 8 = 8): SyntheticTrace {
  const trace = new SyntheticTrace({ pointerSize, header: { bufferSize: 4096, processors: 2 } });
  const kernel = KernelEvents.load();
  const seen = new Set<EventLayout>();
  let time = 0;
  for (let hook = 0; hook <= MOST_HOOK; hook++) {
    for (let version = 0; version <= LAST_VERSION; version++) {
      const layout = kernel.byHook(hook >>> 8, hook & 0xff, version, { length: 0xffff, pointerSize });
      if (!layout || seen.has(layout) || layout.version !== version) continue;
      seen.add(layout);
      const payload = payloadOf(layout, {}, pointerSize);
      const common = { hook, version, timeStamp: trace.timeStamp(time), payload, pointerSize };
      trace.record({ header: "compact", ...common, processId: PID, threadId: TID }, hook & 1);
      time += 0.01;
    }
  }
  return trace;
}
