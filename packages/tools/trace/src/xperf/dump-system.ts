import { addressOf, numberOf, textOf } from "../model/fields.ts";
import { columnOf, hexCell, plainCell } from "./dump-columns.ts";
import { address, cellOfThread, type DumpRecord, PROCESS, record } from "./dump-state.ts";
import { memoryWords } from "./dump-words.ts";

export const systemCallEnter = record(
  "SysCallEnter",
  [PROCESS, "ThreadID", "ServiceAddr", "Image!Function"],
  (layout, state) => {
    const service = addressOf(layout, "SysCallAddress");
    return (event) => {
      const thread = state.threadOf(event);
      return [
        state.process(event, thread),
        cellOfThread(thread),
        address(service(event), event),
        state.function(0, service(event), event.time, event.pointerSize),
      ];
    };
  },
);

export const systemCallExit = record("SysCallExit", [PROCESS, "ThreadID", columnOf("Status", 10)], (layout, state) => {
  const status = numberOf(layout, "SysCallNtStatus");
  return (event) => {
    const thread = state.threadOf(event);
    return [state.process(event, thread), cellOfThread(thread), hexCell(status(event) >>> 0, 8)];
  };
});

/** `VirtualAlloc` and `VirtualFree`. */
export function memoryRecord(name: string): DumpRecord {
  return record(name, [PROCESS, "BaseAddr", "EndAddr", "Flags"], (layout, state) => {
    const [base, size] = [addressOf(layout, "BaseAddress"), numberOf(layout, "RegionSize")];
    const [process, flags] = [numberOf(layout, "ProcessId"), numberOf(layout, "Flags")];
    return (event) => [
      state.processById(process(event), event.time),
      address(base(event), event),
      address(base(event) + size(event), event),
      memoryWords(flags(event)),
    ];
  });
}

/** The rate of the profiler, or another source's: as it is changed, and at the begin and the end of a trace. */
export function profileRateRecord(name: string): DumpRecord {
  const titles = [PROCESS, "ThreadID", "Source", "New Interval", "Old Interval"];
  const made = record(name, titles, (layout, state) => {
    const [source, next, last] = [
      numberOf(layout, "Source"),
      numberOf(layout, "NewInterval"),
      numberOf(layout, "OldInterval"),
    ];
    return (event) => {
      const thread = state.threadOf(event);
      const numbers = [source, next, last].map((read) => String(read(event)));
      return [state.process(event, thread), cellOfThread(thread), ...numbers];
    };
  });
  // Spin locks have events of the same name.
  return { ...made, field: "Source" };
}

export const volumeMapping = record("VolumeMapping", ["NtPath", "DosPath"], (layout) => {
  const [from, to] = [textOf(layout, "NtPath"), textOf(layout, "DosPath")];
  return (event) => [plainCell(from(event)), plainCell(to(event))];
});

const ADDRESSES = ["Remote IPv4 Addr", "Remote IPv4 Port", "Local IPv4 Addr", "Local IPv4 Port"];

/** @param sourceIsRemote what is received over UDP: elsewhere the source is the own end */
export function networkRecord(name: string, sourceIsRemote = false): DumpRecord {
  return record(name, [PROCESS, "Transfer Size", ...ADDRESSES], (layout, state) => {
    const [process, size] = [numberOf(layout, "PID"), numberOf(layout, "size")];
    const source = [textOf(layout, "saddr"), textOf(layout, "sport")];
    const target = [textOf(layout, "daddr"), textOf(layout, "dport")];
    const ends = sourceIsRemote ? [...source, ...target] : [...target, ...source];
    return (event) => [
      state.processById(process(event), event.time),
      String(size(event)),
      ...ends.map((read) => read(event)),
    ];
  });
}
