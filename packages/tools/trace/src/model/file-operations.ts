import { NO_ID } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
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

const OPERATION_COLUMNS = {
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
} as const;

/** Operations on files: each begins with an event of its own and ends with one that names the same request (IRP). */
export class FileOperations implements Collector {
  readonly operations: EventColumns<typeof OPERATION_COLUMNS>;
  /** By the number of the row: the pattern of a directory listing, the new name of a file. */
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

  constructor({ memory }: { readonly memory: ColumnMemory }) {
    this.operations = new EventColumns(OPERATION_COLUMNS, memory);
  }

  nameOf(operation: number): string {
    return OPERATIONS[operation] ?? "";
  }

  /** @param number of the row */
  targetOf(number: number): string {
    return this.#targets.get(number) ?? "";
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
      const { tail } = this.operations;
      tail.start[row] = event.time;
      tail.end[row] = Number.NaN;
      tail.status[row] = Number.NaN;
      tail.fileObject[row] = fileObject(event);
      tail.fileKey[row] = fileKey(event);
      tail.offset[row] = offset(event);
      const asked = size(event);
      tail.size[row] = Number.isNaN(asked) ? length(event) : asked;
      // Older versions have a pointer there.
      tail.thread[row] = thread(event) % 0x1_0000_0000;
      tail.process[row] = event.processId;
      tail.infoClass[row] = infoClass(event);
      tail.operation[row] = operation;
      const number = this.operations.length - 1;
      if (text !== "") this.#targets.set(number, text);
      this.#pending.set(request, number);
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
      this.operations.set("end", row, event.time);
      this.operations.set("status", row, status(event));
      this.operations.set("information", row, information(event));
    };
  }
}
