import { IO_PRIORITY, ioPriority, valueName } from "@adk/event-schema";
import { isKernelAddress } from "../model/address.ts";
import { addressOf, numberOf, textOf } from "../model/fields.ts";
import { hexCell, quotedCell } from "./dump-columns.ts";
import { address, cellOfThread, type DumpRecord, PROCESS, record } from "./dump-state.ts";

const DISK_TITLES = [
  "IrpPtr",
  "ByteOffset",
  "IOSize",
  "ElapsedTime",
  "DiskNum",
  "IrpFlags",
  "DiskSvcTime",
  "I/O Pri",
  "VolSnap",
  "FileObject",
  "FileName",
];
const FLUSH_TITLES = ["IrpPtr", "ElapsedTime", "DiskNum", "IrpFlags", "DiskSvcTime", "I/O Pri"];

export function diskRecord(name: string, flush: boolean): DumpRecord {
  const titles = [PROCESS, "ThreadID", "CPU", ...(flush ? FLUSH_TITLES : DISK_TITLES)];
  return record(name, titles, (layout, state) => {
    const [disk, flags, elapsed] = [
      numberOf(layout, "DiskNumber"),
      numberOf(layout, "IrpFlags"),
      numberOf(layout, "HighResResponseTime"),
    ];
    const [size, offset] = [numberOf(layout, "TransferSize"), numberOf(layout, "ByteOffset")];
    const [file, irp] = [addressOf(layout, "FileObject"), addressOf(layout, "Irp")];
    const issuer = numberOf(layout, "IssuingThreadId", Number.NaN);
    return (event) => {
      const { time } = event;
      const thread = Number.isNaN(issuer(event)) ? state.threadOf(event) : issuer(event);
      const begin = time - elapsed(event);
      const served = Math.max(begin, state.diskEnds[disk(event)] ?? begin);
      state.diskEnds[disk(event)] = time;
      const common = [
        String(state.micro(elapsed(event))),
        String(disk(event)),
        hexCell(flags(event), 6),
        String(state.micro(time - served)),
        String(flush ? valueName(IO_PRIORITY, ioPriority(flags(event))) : ioPriority(flags(event))),
      ];
      return [
        state.processOfThread(thread, time),
        cellOfThread(thread),
        String(event.processor),
        address(irp(event), event),
        ...(flush ? [] : [hexCell(offset(event), 10), hexCell(size(event), 8)]),
        ...common,
        ...(flush
          ? []
          : ["Original", address(file(event), event), quotedCell(state.model.files.nameOf(file(event), time))]),
      ];
    };
  });
}

export function diskInitRecord(name: string): DumpRecord {
  return record(name, [PROCESS, "ThreadID", "CPU", "IrpPtr"], (layout, state) => {
    const [irp, issuer] = [addressOf(layout, "Irp"), numberOf(layout, "IssuingThreadId", Number.NaN)];
    return (event) => {
      const thread = Number.isNaN(issuer(event)) ? state.threadOf(event) : issuer(event);
      return [
        state.processOfThread(thread, event.time),
        cellOfThread(thread),
        String(event.processor),
        address(irp(event), event),
      ];
    };
  });
}

export const hardFault = record(
  "HardFault",
  [
    PROCESS,
    "ThreadID",
    "VirtualAddr",
    "ByteOffset",
    "IOSize",
    "ElapsedTime",
    "FileObject",
    "FileName",
    "Hardfaulted Address Information",
  ],
  (layout, state) => {
    const initial = layout.field("InitialTime").offset ?? 0;
    const [where, file] = [addressOf(layout, "VirtualAddress"), addressOf(layout, "FileObject")];
    const [offset, bytes, thread] = [
      numberOf(layout, "ReadOffset"),
      numberOf(layout, "ByteCount"),
      numberOf(layout, "TThreadId"),
    ];
    return (event) => {
      const { time } = event;
      const began =
        event.start + initial + 8 > event.end ? time : state.rawTime.ticksAt(event.view, event.start + initial);
      const image = state.model.images.at(state.processIdOf(thread(event), time), where(event), time);
      return [
        state.processOfThread(thread(event), time),
        cellOfThread(thread(event)),
        address(where(event), event),
        hexCell(offset(event), 10),
        hexCell(bytes(event), 8),
        String(Math.max(0, state.micro(time) - state.micro(began))),
        address(file(event), event),
        quotedCell(state.model.files.nameOf(file(event), time)),
        image?.name || (isKernelAddress(where(event), event.pointerSize) ? "Kernel" : "N/A"),
      ];
    };
  },
);

export function fileNameRecord(name: string): DumpRecord {
  return record(name, ["FileObject", "FileName", "NT FileName"], (layout, state) => {
    const [object, text] = [addressOf(layout, "FileObject"), textOf(layout, "FileName")];
    return (event) => {
      const path = text(event);
      return [address(object(event), event), quotedCell(state.model.volumes.toDos(path)), quotedCell(path)];
    };
  });
}
