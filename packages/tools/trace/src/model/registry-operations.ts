import type { TraceClock } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { type Columns, EventColumns } from "./event-columns.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf, textOf } from "./fields.ts";
import { ObjectNames } from "./object-names.ts";
import { RawTime } from "./raw-time.ts";
import { RunningThreads } from "./running-threads.ts";
import { TextTable } from "./text-table.ts";

/** Operations on keys, whose name is that of a key below the one of the control block. */
const KEY_OPERATIONS = [
  "Create",
  "Open",
  "Delete",
  "Query",
  "EnumerateKey",
  "SetInformation",
  "Flush",
  "Virtualize",
  "Close",
  "SetSecurity",
  "QuerySecurity",
] as const;
/** Operations whose name is that of a value. */
const VALUE_OPERATIONS = ["SetValue", "DeleteValue", "QueryValue", "EnumerateValueKey", "QueryMultipleValue"] as const;
const OPERATIONS: readonly string[] = [...KEY_OPERATIONS, ...VALUE_OPERATIONS];

/** Events that give a control block its name. */
const NAME_EVENTS = ["KCBCreate", "KCBDelete", "KCBRundownBegin", "KCBRundownEnd"] as const;

const OPERATION_COLUMNS = {
  /** Ticks. NaN if the trace does not tell when it began: events of Windows Vista do not. */
  start: "f64",
  end: "f64",
  controlBlock: "f64",
  /** NTSTATUS. */
  status: "u32",
  thread: "u32",
  process: "u32",
  name: "u32",
  operation: "u8",
} as const;
type OperationColumns = Columns<typeof OPERATION_COLUMNS>;

/** What was done with keys and values of the registry. Events name a key by its control block (KCB), whose name comes apart. */
export class RegistryOperations implements Collector {
  readonly operations: EventColumns<typeof OPERATION_COLUMNS>;
  readonly #names = new TextTable();
  readonly #controlBlocks = new ObjectNames();
  readonly #running = new RunningThreads();
  readonly #rawTime: RawTime;

  readonly handlers = {
    ...this.#running.handlers,
    ...Object.fromEntries(
      OPERATIONS.map((name, operation) => [
        `Windows Kernel/Registry/${name}`,
        (layout: CompiledLayout) => this.#take(layout, operation),
      ]),
    ),
    ...Object.fromEntries(
      NAME_EVENTS.map((name) => [`Windows Kernel/Registry/${name}`, (layout: CompiledLayout) => this.#name(layout)]),
    ),
  };

  constructor({ clock, memory }: { readonly clock: TraceClock; readonly memory: ColumnMemory }) {
    this.operations = new EventColumns(OPERATION_COLUMNS, memory);
    this.#rawTime = new RawTime(clock);
  }

  operationOf({ operation }: OperationColumns, row: number): string {
    return OPERATIONS[operation[row] as number] ?? "";
  }

  /** `\REGISTRY\MACHINE\SOFTWARE`; what is below a control block without a name begins with `?`. */
  keyOf(columns: OperationColumns, row: number): string {
    const { controlBlock, end } = columns;
    const object = controlBlock[row] as number;
    const base = object === 0 ? "" : this.#controlBlocks.at(object, end[row] as number) || "?";
    const name = this.#isOfValue(columns, row) ? "" : this.#nameOf(columns, row);
    if (base === "" || name === "") return base || name;
    return `${base.replace(/\\$/, "")}\\${name.replace(/^\\/, "")}`;
  }

  valueOf(columns: OperationColumns, row: number): string {
    return this.#isOfValue(columns, row) ? this.#nameOf(columns, row) : "";
  }

  #isOfValue({ operation }: OperationColumns, row: number): boolean {
    return (operation[row] as number) >= KEY_OPERATIONS.length;
  }

  #nameOf({ name }: OperationColumns, row: number): string {
    return this.#names.text(name[row] as number);
  }

  #take(layout: CompiledLayout, operation: number): EventHandler {
    const initial = layout.accessor("InitialTime")?.offset;
    const [controlBlock, status] = [addressOf(layout, "KeyHandle"), numberOf(layout, "Status")];
    const name = textOf(layout, "KeyName");
    return (event) => {
      const row = this.operations.add();
      const { tail } = this.operations;
      const isTimed = initial !== undefined && event.start + initial + 8 <= event.end;
      const began = isTimed ? this.#rawTime.ticksAt(event.view, event.start + initial) : Number.NaN;
      tail.start[row] = Math.min(event.time, began);
      tail.end[row] = event.time;
      tail.controlBlock[row] = controlBlock(event);
      tail.status[row] = status(event);
      tail.thread[row] = this.#running.threadOf(event);
      tail.process[row] = event.processId;
      tail.name[row] = this.#names.number(name(event));
      tail.operation[row] = operation;
    };
  }

  #name(layout: CompiledLayout): EventHandler {
    const [controlBlock, name] = [addressOf(layout, "KeyHandle"), textOf(layout, "KeyName")];
    return (event) => {
      const text = name(event);
      if (text !== "") this.#controlBlocks.add(controlBlock(event), event.time, text);
    };
  }
}
