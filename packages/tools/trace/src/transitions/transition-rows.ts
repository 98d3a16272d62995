import { NO_ID } from "@adk/etl";
import type { FieldValue } from "@adk/event-schema";
import type { Analysis } from "../analysis.ts";
import type { TraceProcess } from "../model/processes.ts";
import { type Step, timeOf } from "./steps.ts";

/** A part of a logon, a shutdown or a sleep. Milliseconds since the start of the trace. */
export interface TransitionRow {
  /** `Phase` is made of several events; the others are single pieces of work, and lie in phases. */
  readonly kind: "Phase" | "Step" | "Process" | "Service" | "Device" | "Driver" | "Times";
  readonly name: string;
  /** What it was about: the subscriber, the policy, the device. */
  readonly detail: string;
  readonly session: number | undefined;
  readonly process: TraceProcess | undefined;
  readonly start: number | undefined;
  /** Undefined if nothing tells it. */
  readonly end: number | undefined;
  /** Which events it is made of. */
  readonly source: string;
}

/** Fields that say what a step is about, the first that it has. */
const DETAIL_FIELDS = [
  "SubscriberName",
  "CSEExtensionName",
  "InstanceName",
  "DriverName",
  "ServiceName",
  "AppName",
  "ImageName",
  "GroupName",
  "CommandList",
  "Command",
  "KeyName",
  "psz",
  "Key",
  "Name",
  "PrincipalSamName",
];
const STATUS_FIELDS = ["Win32Status", "Status", "ErrorCode"];
/** GroupPolicy's ScriptTypeMap. */
const SCRIPT_TYPES = ["Startup script", "Logon script", "Logoff script", "Shutdown script"];

/** What a step was about, and how it failed if it did. */
export function detailOf({ values, task }: Pick<Step, "values" | "task">): string {
  const field = DETAIL_FIELDS.find((name) => typeof values[name] === "string" && values[name] !== "");
  const parts = field === undefined ? [] : [values[field] as string];
  const script = values["ScriptType"];
  if (typeof script === "number") parts.unshift(SCRIPT_TYPES[script] ?? `Script ${script}`);
  // Which notification it is: Winlogon's numbers have no public names.
  if (typeof values["Event"] === "number" && task.startsWith("Notify")) parts.push(`(event ${values["Event"]})`);
  const status = STATUS_FIELDS.map((name) => values[name]).find((value) => typeof value === "number");
  if (typeof status === "number" && status !== 0) parts.push(`(status 0x${(status >>> 0).toString(16)})`);
  return parts.join(" ");
}

/** The process that told of a step, and its session. */
export function processOfStep(analysis: Analysis, step: Step): TraceProcess | undefined {
  if (step.processId === NO_ID) return undefined;
  const process = analysis.model.processes.at(step.processId, analysis.model.clock.fromMilliseconds(timeOf(step)));
  return process.name === "" ? undefined : process;
}

export function sessionOf(analysis: Analysis, step: Step): number | undefined {
  return (
    numberIn(step.values, "SessionId") ?? numberIn(step.values, "Session") ?? processOfStep(analysis, step)?.sessionId
  );
}

export function numberIn(values: Readonly<Record<string, FieldValue>>, name: string): number | undefined {
  const value = values[name];
  return typeof value === "number" ? value : undefined;
}

export function rowOf(
  analysis: Analysis,
  step: Step,
  more: Partial<Pick<TransitionRow, "kind" | "name" | "detail" | "session" | "process">> = {},
): TransitionRow {
  return {
    kind: "Step",
    name: step.task,
    detail: detailOf(step),
    session: sessionOf(analysis, step),
    process: processOfStep(analysis, step),
    start: step.start,
    end: step.end,
    source: step.provider,
    ...more,
  };
}

/** By time; a phase before what lies in it. */
export function inOrder(rows: readonly TransitionRow[]): TransitionRow[] {
  const rank = ({ kind }: TransitionRow) => (kind === "Phase" ? 0 : 1);
  return [...rows].sort((a, b) => timeOf(a) - timeOf(b) || rank(a) - rank(b) || (b.end ?? 0) - (a.end ?? 0));
}

/** From the first begin of some steps to their last end; undefined if there are none. */
export function spanOf(steps: readonly Step[]): { readonly start: number; readonly end: number } | undefined {
  if (steps.length === 0) return undefined;
  const times = steps.flatMap(({ start, end }) => [start, end]).filter((time) => time !== undefined);
  return {
    start: times.reduce((least, time) => Math.min(least, time), Infinity),
    end: times.reduce((most, time) => Math.max(most, time), -Infinity),
  };
}
