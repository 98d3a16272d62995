import { addressOf, numberOf, textOf } from "../model/fields.ts";
import { hexCell, plainCell, processCell, quotedCell } from "./dump-columns.ts";
import { address, cellOfThread, type DumpRecord, PROCESS, record } from "./dump-state.ts";

export function processRecord(name: string, ended: boolean): DumpRecord {
  const titles = [PROCESS, "ParentPID", "SessionID", "UniqueKey", ...(ended ? ["Status"] : [])];
  const rest = ["DirectoryTableBase", "Flags", "UserSid", "Command Line", "PackageFullName", "ApplicationId"];
  return record(name, [...titles, ...rest], (layout) => {
    const [id, parent, session] = [
      numberOf(layout, "ProcessId"),
      numberOf(layout, "ParentId"),
      numberOf(layout, "SessionId"),
    ];
    const [key, table] = [addressOf(layout, "UniqueProcessKey"), addressOf(layout, "DirectoryTableBase")];
    const [status, flags] = [numberOf(layout, "ExitStatus"), numberOf(layout, "Flags")];
    const [image, user, command] = [
      textOf(layout, "ImageFileName"),
      textOf(layout, "UserSID"),
      textOf(layout, "CommandLine"),
    ];
    const [packageName, application] = [textOf(layout, "PackageFullName"), textOf(layout, "ApplicationId")];
    return (event) => [
      processCell(image(event), id(event)),
      String(parent(event)),
      String(session(event)),
      address(key(event), event),
      ...(ended ? [hexCell(status(event) >>> 0, 8)] : []),
      address(table(event), event),
      hexCell(flags(event), 8),
      user(event) || "<none>",
      plainCell(command(event)),
      packageName(event) || "<none>",
      application(event) || "<none>",
    ];
  });
}

export function threadRecord(name: string): DumpRecord {
  const addresses = ["StackBase", "StackLimit", "UsrStkBase", "UsrStkLmt", "TebBase"];
  const numbers = ["SubProcessTag", "BasePri", "PagePri", "IoPri", "Flags"];
  return record(name, [PROCESS, "ThreadID", ...addresses, ...numbers, "Image!Function"], (layout, state) => {
    const [process, thread] = [numberOf(layout, "ProcessId"), numberOf(layout, "TThreadId")];
    const own = ["StackBase", "StackLimit", "UserStackBase", "UserStackLimit", "TebBase"].map((field) =>
      addressOf(layout, field),
    );
    const priorities = ["BasePriority", "PagePriority", "IoPriority", "ThreadFlags"].map((field) =>
      numberOf(layout, field),
    );
    const [tag, start] = [numberOf(layout, "SubProcessTag"), addressOf(layout, "Win32StartAddr")];
    return (event) => [
      state.processById(process(event), event.time),
      cellOfThread(thread(event)),
      ...own.map((read) => address(read(event), event)),
      hexCell(tag(event), 8),
      ...priorities.map((read) => String(read(event))),
      state.function(process(event), start(event), event.time, event.pointerSize),
    ];
  });
}

export function imageRecord(name: string): DumpRecord {
  const titles = [PROCESS, "BaseAddr", "EndAddr", "Checksum", "TimeDateStamp", "DefaultBase", "FileName"];
  return record(name, titles, (layout, state) => {
    const [base, size, preferred] = [
      addressOf(layout, "ImageBase"),
      numberOf(layout, "ImageSize"),
      addressOf(layout, "DefaultBase"),
    ];
    const process = numberOf(layout, "ProcessId", Number.NaN);
    const [checksum, stamp, file] = [
      numberOf(layout, "ImageChecksum"),
      numberOf(layout, "TimeDateStamp"),
      textOf(layout, "FileName"),
    ];
    return (event) => {
      const id = process(event);
      return [
        Number.isNaN(id) ? state.process(event) : state.processById(id, event.time),
        address(base(event), event),
        address(base(event) + size(event), event),
        hexCell(checksum(event), 8),
        hexCell(stamp(event), 8),
        address(preferred(event), event),
        quotedCell(state.model.volumes.toDos(file(event))),
      ];
    };
  });
}
