import type { FieldValue } from "@adk/event-schema";
import type { Analysis } from "../analysis.ts";
import { TaskEvents, type TaskOccurrence } from "./task-events.ts";

/** A piece of work that a provider tells the begin and the end of. Milliseconds since the start of the trace. */
export interface Step {
  readonly provider: string;
  readonly task: string;
  /** Undefined if it began before the trace, or its begin was lost. */
  readonly start: number | undefined;
  /** Undefined if it ended after the trace, or its end was lost; of an instant the same as `start`. */
  readonly end: number | undefined;
  readonly processId: number;
  readonly threadId: number;
  /** Fields of both events. */
  readonly values: Readonly<Record<string, FieldValue>>;
}

/** Fields that differ between begin and end of one piece of work. */
const NO_IDENTITY = /(Flags|Status|Length|Count)$|^Time$|Error|Elasped|Reason/;

/** Steps of one task that are under way at once: more than that have lost their ends. */
const MOST_OPEN = 256;

/** What a step begins with, or ends with where the begin is not known. */
export function timeOf({ start, end }: Pick<Step, "start" | "end">): number {
  return start ?? end ?? 0;
}

/**
 * The steps that events tell of, by their begins. An end belongs to the last begin of its task and process (of a kernel provider: of
 * any process) that has the same values in the fields that both have; one of the same thread is preferred.
 */
export function stepsOf(analysis: Analysis): readonly Step[] {
  let steps = KNOWN.get(analysis);
  if (!steps) {
    steps = findSteps(analysis);
    KNOWN.set(analysis, steps);
  }
  return steps;
}

/** Several tables and a report are made of the same. */
const KNOWN = new WeakMap<Analysis, readonly Step[]>();

function findSteps(analysis: Analysis): Step[] {
  const steps: { step: Step; order: number }[] = [];
  const open = new Map<string, TaskOccurrence[]>();
  const add = (begin: TaskOccurrence | undefined, end: TaskOccurrence | undefined) => {
    const { provider, task, processId, threadId, time } = (begin ?? end) as TaskOccurrence;
    const step = {
      provider,
      task,
      start: begin && analysis.milliseconds(begin.time),
      end: end && analysis.milliseconds(end.time),
      processId,
      threadId,
      values: { ...begin?.values, ...end?.values },
    };
    steps.push({ step, order: time });
  };
  for (const event of analysis.get(TaskEvents).all) {
    const key = `${event.provider}/${event.task}/${isOfKernel(event) ? "" : event.processId}`;
    const begun = open.get(key) ?? [];
    if (event.opcode === "Start") {
      if (begun.length === MOST_OPEN) add(begun.shift(), undefined);
      begun.push(event);
      open.set(key, begun);
    } else if (event.opcode === "") add(event, event);
    else {
      const begin = beginOf(begun, event);
      if (begin) begun.splice(begun.indexOf(begin), 1);
      add(begin, event);
    }
  }
  for (const begun of open.values()) for (const event of begun) add(event, undefined);
  return steps.sort((a, b) => a.order - b.order).map(({ step }) => step);
}

function isOfKernel({ provider }: TaskOccurrence): boolean {
  return provider.startsWith("Microsoft-Windows-Kernel-");
}

function beginOf(begun: readonly TaskOccurrence[], end: TaskOccurrence): TaskOccurrence | undefined {
  const sameThread = (begin: TaskOccurrence) => begin.threadId === end.threadId;
  if (end.byThread) return begun.findLast(sameThread);
  const fitting = begun.filter((begin) => hasSameIdentity(begin, end));
  return fitting.findLast(sameThread) ?? fitting.at(-1);
}

function hasSameIdentity(begin: TaskOccurrence, end: TaskOccurrence): boolean {
  return Object.entries(begin.values).every(
    ([name, value]) => NO_IDENTITY.test(name) || !(name in end.values) || end.values[name] === value,
  );
}
