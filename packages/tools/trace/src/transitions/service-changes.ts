import type { Analysis } from "../analysis.ts";
import type { TraceProcess } from "../model/processes.ts";
import { stepsOf } from "./steps.ts";
import { TaskEvents } from "./task-events.ts";
import { numberIn } from "./transition-rows.ts";

/** A service that started or stopped. Milliseconds since the start of the trace. */
export interface ServiceChange {
  readonly service: string;
  readonly change: "start" | "stop";
  /** When it was asked to; undefined if the trace does not tell. */
  readonly start: number | undefined;
  /** When it ran, or had stopped. */
  readonly end: number | undefined;
  /** A start that ended with the service stopped. */
  readonly failed: boolean;
  /** The group whose services were started then; empty if the trace does not tell. */
  readonly group: string;
  /** `Automatic`; empty if it is not known. */
  readonly startType: string;
  readonly process: TraceProcess | undefined;
  /** As the event has it: the program. */
  readonly image: string;
}

/** States of a service (SERVICE_STATUS). */
const State = { STOPPED: 1, START_PENDING: 2, STOP_PENDING: 3, RUNNING: 4 } as const;
const START_TYPES = ["Boot", "System", "Automatic", "Manual", "Disabled"];

interface Pending {
  readonly change: "start" | "stop";
  readonly time: number;
  readonly startType: string;
  readonly image: string;
}

/** Starts and stops of services, by the events of the service control manager, in the order of their begins. */
export function serviceChanges(analysis: Analysis): ServiceChange[] {
  const groups = stepsOf(analysis).filter(({ task }) => task === "StartingGroup");
  const groupAt = (time: number) =>
    groups.find(({ start, end }) => start !== undefined && time >= start && time <= (end ?? Infinity));
  const pending = new Map<string, Pending>();
  const changes: ServiceChange[] = [];
  const add = (service: string, begun: Pending, begin: number | undefined, ticks: number | undefined, more: More) => {
    const end = ticks === undefined ? undefined : analysis.milliseconds(ticks);
    const time = begin ?? end;
    const group = begun.change === "start" && time !== undefined ? groupAt(time) : undefined;
    const { change, startType, image } = begun;
    const name = String(group?.values["GroupName"] ?? "");
    changes.push({ service, change, start: begin, end, group: name, startType, image, ...more });
  };
  for (const { task, time, values } of analysis.get(TaskEvents).all) {
    if (task !== "ServiceStatusChange") continue;
    const service = String(values["ServiceName"] ?? "");
    const state = numberIn(values, "CurrentState");
    if (service === "" || state === undefined) continue;
    const startType = START_TYPES[numberIn(values, "StartType") ?? -1] ?? "";
    const image = String(values["ImageName"] ?? "");
    const before = pending.get(service);
    if (state === State.START_PENDING || state === State.STOP_PENDING) {
      const change = state === State.START_PENDING ? "start" : "stop";
      // It may be told again while it lasts.
      if (before?.change === change) continue;
      if (before) add(service, before, analysis.milliseconds(before.time), undefined, NOTHING_MORE);
      pending.set(service, { change, time, startType, image });
      continue;
    }
    if (state !== State.RUNNING && state !== State.STOPPED) continue;
    pending.delete(service);
    const pid = numberIn(values, "PID") ?? 0;
    const process = pid === 0 ? undefined : analysis.model.processes.at(pid, time);
    const failed = before?.change === "start" && state === State.STOPPED;
    const change = state === State.RUNNING || failed ? "start" : "stop";
    const begun = before?.change === change ? before : undefined;
    const start = begun && analysis.milliseconds(begun.time);
    add(service, begun ?? { change, time, startType, image }, start, time, { process, failed });
  }
  for (const [service, begun] of pending) {
    add(service, begun, analysis.milliseconds(begun.time), undefined, NOTHING_MORE);
  }
  return changes.sort((a, b) => (a.start ?? a.end ?? 0) - (b.start ?? b.end ?? 0));
}

type More = Pick<ServiceChange, "process" | "failed">;
const NOTHING_MORE: More = { process: undefined, failed: false };
