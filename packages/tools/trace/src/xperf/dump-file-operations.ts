import { NO_ID } from "@adk/etl";
import { type CompiledLayout, IO_PRIORITY, ioPriority, valueName } from "@adk/event-schema";
import type { EventCursor } from "../model/event-pass.ts";
import { addressOf, numberOf, textOf } from "../model/fields.ts";
import { columnOf, type DumpTitle, hexCell, plainCell, quotedCell } from "./dump-columns.ts";
import { address, type CellsOf, cellOfThread, type DumpRecord, type DumpState, PROCESS, record } from "./dump-state.ts";
import { ATTRIBUTE_WORDS, flagWords, IRP_WORDS, informationClass, optionWords, SHARE_WORDS } from "./dump-words.ts";

/** Columns of all operations on files. */
const TITLES = [PROCESS, "ThreadID", "LoggingProcessName ( PID)", "LoggingThreadID", "CPU", "IrpPtr", "FileObject"];
const FLAGS = columnOf("Flags", 10);
const EXTRA_INFO = columnOf("ExtraInfo", 18);

type OwnCells = (layout: CompiledLayout) => (event: EventCursor, name: string) => readonly string[];

/** An operation, which begins now: its end is told by the same request (IRP). */
function operationRecord(name: string, titles: readonly DumpTitle[], own: OwnCells, hasKey = true): DumpRecord {
  const make = (layout: CompiledLayout, state: DumpState): CellsOf => {
    const [irp, object, key] = [
      addressOf(layout, "IrpPtr"),
      addressOf(layout, "FileObject"),
      addressOf(layout, "FileKey"),
    ];
    const thread = numberOf(layout, "TTID", NO_ID);
    const cells = own(layout);
    return (event) => {
      // Older versions have a pointer there.
      const asking = thread(event) % 0x1_0000_0000;
      const process = state.processOfThread(asking, event.time);
      const [fileObject, fileKey] = [object(event), key(event)];
      state.operations.set(irp(event), { type: name, time: event.time, process, thread: asking, fileObject, fileKey });
      const file = hasKey ? state.fileName(fileKey, fileObject, event.time) : "";
      return [
        process,
        cellOfThread(asking),
        ...loggingCells(state, event),
        address(irp(event), event),
        address(fileObject, event),
        ...cells(event, file),
      ];
    };
  };
  return record(name, [...TITLES, ...titles], make);
}

/** Who the event is of by its header, and where. */
function loggingCells(state: DumpState, event: EventCursor): readonly string[] {
  const thread = state.threadOf(event);
  return [state.process(event, thread).trimStart(), cellOfThread(thread), String(event.processor)];
}

export const fileCreate = operationRecord(
  "FileIoCreate",
  [
    columnOf("Options", 10),
    columnOf("Attributes", 10),
    columnOf("ShareAccess", 11),
    "FileName",
    "ParsedOptions",
    "ParsedAttributes",
    "ParsedShareAccess",
  ],
  (layout) => {
    const [options, attributes, share] = [
      numberOf(layout, "CreateOptions"),
      numberOf(layout, "FileAttributes"),
      numberOf(layout, "ShareAccess"),
    ];
    const path = textOf(layout, "OpenPath");
    return (event) => [
      hexCell(options(event) >>> 0, 8),
      hexCell(attributes(event) >>> 0, 8),
      hexCell(share(event) >>> 0, 8),
      quotedCell(path(event)),
      optionWords(options(event)),
      flagWords(attributes(event), ATTRIBUTE_WORDS),
      flagWords(share(event), SHARE_WORDS),
    ];
  },
  false,
);

export function transferRecord(name: string): DumpRecord {
  const titles = ["ByteOffset", "Size", FLAGS, columnOf("ExtraFlags", 10), columnOf("Priority", 8), "FileName"];
  return operationRecord(name, [...titles, "ParsedFlags"], (layout) => {
    const [offset, size] = [numberOf(layout, "Offset"), numberOf(layout, "IoSize")];
    const [flags, extra] = [numberOf(layout, "IoFlags"), numberOf(layout, "ExtraFlags")];
    return (event, file) => [
      hexCell(offset(event), 10),
      hexCell(size(event), 8),
      hexCell(flags(event) >>> 0, 8),
      hexCell(extra(event) >>> 0, 8),
      valueName(IO_PRIORITY, ioPriority(flags(event))),
      quotedCell(file),
      flagWords(flags(event), IRP_WORDS),
    ];
  });
}

/** Of a file, and no more: `FileIoCleanup`. */
export function plainRecord(name: string): DumpRecord {
  return operationRecord(name, ["FileName"], () => (_, file) => [quotedCell(file)]);
}

/** @param isControl the class is the code of a control */
export function informationRecord(name: string, isControl = false): DumpRecord {
  return operationRecord(name, [EXTRA_INFO, "InfoClass", "FileName"], (layout) => {
    const [extra, kind] = [addressOf(layout, "ExtraInfo"), numberOf(layout, "InfoClass")];
    return (event, file) => [
      address(extra(event), event),
      isControl ? hexCell(kind(event) >>> 0, 8) : informationClass(kind(event)),
      quotedCell(file),
    ];
  });
}

/** Of a directory, with what names it looks for. */
export function directoryRecord(name: string): DumpRecord {
  const titles = [columnOf("FileIndex", 10), "Size", "InfoClass", "FileName", "FileName"];
  return operationRecord(name, titles, (layout) => {
    const [index, size, kind] = [
      numberOf(layout, "FileIndex"),
      numberOf(layout, "Length"),
      numberOf(layout, "InfoClass"),
    ];
    const pattern = textOf(layout, "FileName");
    return (event, directory) => [
      hexCell(index(event) >>> 0, 8),
      hexCell(size(event) >>> 0, 8),
      informationClass(kind(event)),
      quotedCell(directory),
      quotedCell(pattern(event)),
    ];
  });
}

const END_TITLES = ["ElapsedTime", columnOf("Status", 10), EXTRA_INFO, "Type", "FileName"];

/** The end of an operation, which tells its request only: the rest is that of its begin. */
export const operationEnd = record("FileIoOpEnd", [...TITLES, ...END_TITLES], (layout, state) => {
  const [irp, extra] = [addressOf(layout, "IrpPtr"), addressOf(layout, "ExtraInfo")];
  const status = numberOf(layout, "NtStatus");
  return (event) => {
    const begun = state.operations.get(irp(event));
    state.operations.delete(irp(event));
    const elapsed = begun ? state.micro(event.time) - state.micro(begun.time) : 0;
    const file = begun ? state.fileName(begun.fileKey, begun.fileObject, event.time) : "";
    return [
      begun?.process ?? state.process(event),
      cellOfThread(begun?.thread ?? state.threadOf(event)),
      ...loggingCells(state, event),
      address(irp(event), event),
      address(begun?.fileObject ?? 0, event),
      String(elapsed),
      hexCell(status(event) >>> 0, 8),
      address(extra(event), event),
      plainCell(begun?.type ?? "Unknown"),
      quotedCell(file),
    ];
  };
});
