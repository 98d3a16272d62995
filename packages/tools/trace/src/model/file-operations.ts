import { NO_ID } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import { ColumnStore } from "./column-store.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf, textOf } from "./fields.ts";

/** What is done with files, in the words of the kernel's events. */
const OPERATIONS = [
  "Create",
  "Cleanup",
  "Close",
  "Read",
  "Write",
  "SetInfo",
  "Delete",
  "Rename",
  "DirEnum",
  "Flush",
  "QueryInfo",
  "FSControl",
  "DirNotify",
  "DeletePath",
  "RenamePath",
  "SetLinkPath",
] as const;

/** These tell the path of an operation that another event of the same request told of. */
const PATH_OPERATIONS: ReadonlySet<string> = new Set(["DeletePath", "RenamePath", "SetLinkPath"]);

/** Operations on files: each begins with an event of its own and ends with one that names the same request (IRP). */
export class FileOperations implements Collector {
  readonly operations = new ColumnStore({
    /** Ticks. */
    start: "f64",
    /** NaN if it did not end in the trace. */
    end: "f64",
    fileObject: "f64",
    /** What the file system calls the file by; 0 of those that open one. */
    fileKey: "f64",
    offset: "f64",
    /** Bytes that were read or written; of others what the file system says (IO_STATUS_BLOCK.Information). */
    information: "f64",
    /** NTSTATUS; NaN if it did not end in the trace. */
    status: "f64",
    size: "u32",
    thread: "u32",
    process: "u32",
    infoClass: "u32",
    operation: "u8",
  });
  /** By row: the pattern of a directory listing, the new name of a file. */
  readonly #targets = new Map<number, string>();
  readonly #pending = new Map<number, number>();

  readonly handlers = {
    ...Object.fromEntries(
      OPERATIONS.map((name, operation) => [
        `Windows Kernel/FileIO/${name}`,
        (layout: CompiledLayout) => this.#begin(layout, operation),
      ]),
    ),
    "Windows Kernel/FileIO/OperationEnd": (layout: CompiledLayout) => this.#end(layout),
  };

  nameOf(row: number): string {
    return OPERATIONS[this.operations.columns.operation[row] as number] ?? "";
  }

  targetOf(row: number): string {
    return this.#targets.get(row) ?? "";
  }

  #begin(layout: CompiledLayout, operation: number): EventHandler {
    const [irp, fileObject, fileKey] = [
      addressOf(layout, "IrpPtr"),
      addressOf(layout, "FileObject"),
      addressOf(layout, "FileKey"),
    ];
    const [offset, size, thread] = [
      numberOf(layout, "Offset"),
      numberOf(layout, "IoSize", Number.NaN),
      numberOf(layout, "TTID", NO_ID),
    ];
    const [length, infoClass] = [numberOf(layout, "Length"), numberOf(layout, "InfoClass")];
    const target = textOf(layout, "FileName");
    const tellsPath = PATH_OPERATIONS.has(OPERATIONS[operation] ?? "");
    return (event) => {
      const request = irp(event);
      const text = target(event);
      const known = this.#pending.get(request);
      if (tellsPath && known !== undefined) {
        this.#targets.set(known, text);
        return;
      }
      const row = this.operations.add();
      const { columns } = this.operations;
      columns.start[row] = event.time;
      columns.end[row] = Number.NaN;
      columns.status[row] = Number.NaN;
      columns.fileObject[row] = fileObject(event);
      columns.fileKey[row] = fileKey(event);
      columns.offset[row] = offset(event);
      const asked = size(event);
      columns.size[row] = Number.isNaN(asked) ? length(event) : asked;
      // Older versions have a pointer there.
      columns.thread[row] = thread(event) % 0x1_0000_0000;
      columns.process[row] = event.processId;
      columns.infoClass[row] = infoClass(event);
      columns.operation[row] = operation;
      if (text !== "") this.#targets.set(row, text);
      this.#pending.set(request, row);
    };
  }

  #end(layout: CompiledLayout): EventHandler {
    const [irp, status] = [addressOf(layout, "IrpPtr"), numberOf(layout, "NtStatus")];
    const information = numberOf(layout, "ExtraInfo");
    return (event) => {
      const request = irp(event);
      const row = this.#pending.get(request);
      if (row === undefined) return;
      this.#pending.delete(request);
      const { columns } = this.operations;
      columns.end[row] = event.time;
      columns.status[row] = status(event);
      columns.information[row] = information(event);
    };
  }
}
