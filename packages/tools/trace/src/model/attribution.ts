import { NO_ID } from "@adk/etl";
import type { TraceProcess } from "./processes.ts";
import type { TraceModel } from "./trace-model.ts";

/** The process that an event is of: that of its thread, else the one that its header or its payload names. */
export function processOf(
  { threads, processes }: TraceModel,
  thread: number,
  processId: number,
  time: number,
): TraceProcess | undefined {
  const byThread = thread === NO_ID ? undefined : threads.processOf(thread, time);
  return byThread ?? (processId === NO_ID ? undefined : processes.at(processId, time));
}
