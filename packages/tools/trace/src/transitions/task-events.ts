import type { EventKind } from "@adk/etl";
import { decodeFields, type EventLayout, type FieldValue } from "@adk/event-schema";
import type { Collector, EventHandler } from "../model/event-pass.ts";
import { type TaskEvent, type TaskOpcode, taskEvent } from "./provider-tasks.ts";

export type FieldValues = Readonly<Record<string, FieldValue>>;

/** What a provider said of a boot, a logon, a shutdown or a sleep. */
export interface TaskOccurrence {
  /** Ticks. */
  readonly time: number;
  readonly provider: string;
  readonly task: string;
  readonly opcode: TaskOpcode;
  readonly byThread: boolean;
  readonly processId: number;
  readonly threadId: number;
  /** By the names of the manifest; none where nothing describes this version of the event. */
  readonly values: FieldValues;
}

/** Power requests of devices are many while a system runs; they are wanted while it goes to sleep, wakes or shuts down. */
const WHILE_UNDER_WAY: ReadonlySet<string> = new Set(["Irp", "Driver"]);
const UNDER_WAY: ReadonlySet<string> = new Set([
  "PowerTransition",
  "SuspendDevices",
  "WakeDevices",
  "GracefulShutdown",
  "IoShutdownSystem",
]);
const DONE: ReadonlySet<string> = new Set(["PowerTransition", "GracefulShutdown"]);

const SHELL = "Microsoft-Windows-Shell-Core";

/** A name or text that says that the shell or its desktop is ready: `ExplorerReady`, `Explorer_DesktopReady`, `Desktop Ready`. */
export function isReadyName(text: string): boolean {
  return /^(explorer|(explorer)?desktop)ready$/.test(text.toLowerCase().replaceAll(/[^a-z]/g, ""));
}

/** Events of providers that tell of boots, logons, shutdowns and sleeps, in the order of time. */
export class TaskEvents implements Collector {
  readonly all: TaskOccurrence[] = [];
  #underWay = false;

  readonly handlerOf = (kind: EventKind, layout: EventLayout | undefined): EventHandler | undefined => {
    if (kind.form !== "event") return undefined;
    const known = taskEvent(kind.provider, kind.id) ?? readyEvent(layout);
    if (!known) return undefined;
    const described = layout ?? (kind.version >= known.layout.version ? known.layout : undefined);
    return (event) => {
      if (UNDER_WAY.has(known.task)) this.#underWay = known.opcode === "Start" || !DONE.has(known.task);
      if (!this.#underWay && WHILE_UNDER_WAY.has(known.task)) return;
      const { batch, row, time, processId, threadId } = event;
      const pointerSize = event.pointerSize === 4 ? 4 : 8;
      const values = described ? decodeFields(described, batch.payload(row), pointerSize).values : {};
      const { provider, task, opcode, byThread } = known;
      this.all.push({ time, provider, task, opcode, byThread, processId, threadId, values });
    };
  };
}

/** An event of the shell that is described in the trace, and says by its name that the desktop is ready. */
function readyEvent(layout: EventLayout | undefined): TaskEvent | undefined {
  if (!layout || layout.provider.name !== SHELL || !isReadyName(layout.task.trim())) return undefined;
  return { provider: SHELL, task: layout.task.trim(), opcode: "", byThread: false, layout };
}
