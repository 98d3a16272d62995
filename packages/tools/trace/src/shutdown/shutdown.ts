import type { Analysis } from "../analysis.ts";
import { serviceChanges } from "../transitions/service-changes.ts";
import { type Step, stepsOf, timeOf } from "../transitions/steps.ts";
import {
  inOrder,
  numberIn,
  processOfStep,
  rowOf,
  sessionOf,
  spanOf,
  type TransitionRow,
} from "../transitions/transition-rows.ts";

/** How a system stopped. Milliseconds since the start of the trace. */
export interface Shutdown {
  readonly start: number;
  readonly end: number;
  /** Whether an event tells the end; else it is that of the trace. */
  readonly endIsTold: boolean;
  /** From the number of a session to when it was being ended. */
  readonly sessions: readonly SessionShutdown[];
  /** When the kernel began to stop; undefined if the trace ends before. */
  readonly kernelStart: number | undefined;
  readonly rows: readonly TransitionRow[];
}

export interface SessionShutdown {
  readonly session: number;
  readonly start: number;
  readonly end: number;
  /** Programs and services that were ended, in the order of time. */
  readonly members: readonly TransitionRow[];
}

const WINLOGON = "Microsoft-Windows-Winlogon";
const WININIT = "Microsoft-Windows-Wininit";
const WINSRV = "Microsoft-Windows-Winsrv";
const KERNEL_POWER = "Microsoft-Windows-Kernel-Power";

/** Tasks that are of a shutdown, not of a logoff only. */
const OF_SHUTDOWN = new Set([
  `${WINLOGON}/InitiateShutdown`,
  ...["PreShutdownNotification", "WaitForSystemProcesses", "ShutdownSystemRestore", "ShutdownWindows"].map(
    (task) => `${WININIT}/${task}`,
  ),
  ...["NtShutdownSystem", "ReceivedShutdownRequest", "WaitForWinstationShutdown"].map((task) => `${WININIT}/${task}`),
  ...["GracefulShutdown", "ShutdownAction"].map((task) => `${KERNEL_POWER}/${task}`),
  "Microsoft-Windows-Kernel-General/SystemStop",
]);
/** What may begin one, and begins logoffs too. */
const OF_REQUEST = new Set([
  `${WINLOGON}/ShutdownWindows`,
  `${WINLOGON}/ReceivedLogoffRequest`,
  `${WINLOGON}/LogoffRequestToUserFeedback`,
  `${WINLOGON}/LogoffAppsTerminationToSessionEnd`,
  `${WININIT}/SentLogoffRequest`,
]);
/** Pieces of the end of a user's session. */
const OF_SESSION = new Set([
  ...["LogoffRequestToUserFeedback", "LogoffAppsTerminationToSessionEnd", "ShutdownWindows"].map(
    (task) => `${WINLOGON}/${task}`,
  ),
  ...["ThreadShutdown", "TerminateProcess", "WaitForProcess"].map((task) => `${WINSRV}/${task}`),
]);
/** Pieces of the end of session 0. */
const OF_SYSTEM_SESSION = new Set([
  `${WININIT}/PreShutdownNotification`,
  `${WININIT}/WaitForSystemProcesses`,
  ...["ThreadShutdown", "TerminateProcess", "WaitForProcess"].map((task) => `${WINSRV}/${task}`),
]);
const OF_KERNEL = new Set(
  ["GracefulShutdown", "IoShutdownSystem", "CmShutdownSystem", "FlushVolumes", "ZeroPageFile", "ZeroHiberFile"].map(
    (task) => `${KERNEL_POWER}/${task}`,
  ),
);
/** Logoff work of Winlogon that is told in the time of a shutdown, and power requests of devices. */
const FURTHER_STEPS = new Set([
  ...["NotifyExecute", "NotifySubscriber", "ThemesOnLogoff", "ThemesOnTerminateSession"].map(
    (task) => `${WINLOGON}/${task}`,
  ),
  "Microsoft-Windows-User Profiles Service/UserLogoffNotification",
  "Microsoft-Windows-GroupPolicy/PolicyScript",
  `${KERNEL_POWER}/WaitForProcesses`,
]);

const nameOf = ({ provider, task }: Step) => `${provider}/${task}`;

/**
 * The shutdown in a trace, if there is one: the sessions of users, that of services (session 0), and the kernel, as xperf divides it. It
 * begins with the first request to log off or shut down that a shutdown follows.
 */
export function shutdownOf(analysis: Analysis): Shutdown | undefined {
  const all = stepsOf(analysis);
  const first = all.find((step) => OF_SHUTDOWN.has(nameOf(step)));
  if (!first) return undefined;
  const earliest = all.filter((step) => OF_REQUEST.has(nameOf(step)) && timeOf(step) >= timeOf(first) - LOGOFF_BEFORE);
  const start = Math.min(timeOf(first), ...earliest.slice(0, 1).map(timeOf));
  const steps = all.filter((step) => timeOf(step) >= start);
  const kernel = spanOf(steps.filter((step) => OF_KERNEL.has(nameOf(step))));
  const call = steps.find((step) => nameOf(step) === `${WININIT}/NtShutdownSystem`);
  const kernelStart = call?.start ?? kernel?.start;
  const graceful = steps.find((step) => nameOf(step) === `${KERNEL_POWER}/GracefulShutdown`);
  const end = graceful?.end ?? analysis.model.duration;
  const sessions = sessionsOf(analysis, steps, start, kernelStart ?? end);
  const common = { kind: "Phase", detail: "", session: undefined, process: undefined } as const;
  const last = graceful?.end === undefined ? "; ends with the trace" : "";
  const phases: TransitionRow[] = [
    { ...common, name: "Shutdown", start, end, source: `${nameOf(first)}${last}` },
    ...sessions.map(({ session, start: from, end: to }) => {
      const name = session === 0 ? "SystemSession" : "UserSession";
      return { ...common, name, session, start: from, end: to, source: `${WINLOGON}, ${WININIT}, ${WINSRV}` };
    }),
  ];
  if (kernelStart !== undefined) {
    const source = call ? nameOf(call) : KERNEL_POWER;
    phases.push({ ...common, name: "KernelShutdown", start: kernelStart, end, source: `${source}${last}` });
  }
  const single = steps
    .filter(({ provider }) => provider !== WINSRV)
    .filter((step) => [OF_SHUTDOWN, OF_REQUEST, OF_KERNEL, FURTHER_STEPS].some((names) => names.has(nameOf(step))))
    .map((step) => rowOf(analysis, step));
  const members = sessions.flatMap((session) => session.members);
  const rows = inOrder([...phases, ...members, ...single, ...deviceRows(analysis, steps)]);
  return { start, end, endIsTold: graceful?.end !== undefined, sessions, kernelStart, rows };
}

/** Milliseconds: a request to log off that is longer before a shutdown is another matter. */
const LOGOFF_BEFORE = 120_000;

function sessionsOf(analysis: Analysis, steps: readonly Step[], from: number, to: number): SessionShutdown[] {
  const bySession = Map.groupBy(steps, (step) => {
    const session = sessionOf(analysis, step);
    return (session === 0 ? OF_SYSTEM_SESSION : OF_SESSION).has(nameOf(step)) ? session : undefined;
  });
  const services = serviceRows(analysis, from, to);
  const numbers = new Set(bySession.keys());
  if (services.length > 0) numbers.add(0);
  return [...numbers]
    .filter((session) => session !== undefined)
    .sort((a, b) => b - a)
    .flatMap((session) => {
      const own = bySession.get(session) ?? [];
      const members = [...programRows(analysis, own), ...(session === 0 ? services : [])];
      const times = [spanOf(own), ...members.map(spanOfRow)].filter((span) => span !== undefined);
      if (times.length === 0) return [];
      const start = Math.min(...times.map((span) => span.start));
      return [{ session, start, end: Math.max(...times.map((span) => span.end)), members: inOrder(members) }];
    });
}

function spanOfRow({ start, end }: TransitionRow): { start: number; end: number } | undefined {
  const [from, to] = [start ?? end, end ?? start];
  return from === undefined || to === undefined ? undefined : { start: from, end: to };
}

/** Programs that were told to end, one after the other: csrss.exe names a thread of each, and in later versions the process. */
function programRows(analysis: Analysis, steps: readonly Step[]): TransitionRow[] {
  const { processes, threads, clock } = analysis.model;
  const ends = steps.filter(
    ({ task, values }) => task === "ThreadShutdown" && numberIn(values, "ThreadId") !== undefined,
  );
  const processOf = (step: Step) => {
    const at = clock.fromMilliseconds(timeOf(step));
    const pid = numberIn(step.values, "ProcessId") ?? 0;
    const process = pid > 0 ? processes.at(pid, at) : threads.processOf(step.values["ThreadId"] as number, at);
    return process?.name ? process : undefined;
  };
  const byProgram = Map.groupBy(ends, (step) => processOf(step) ?? step.values["ThreadId"]);
  return [...byProgram.values()].flatMap((own) => {
    const [first] = own;
    const span = spanOf(own);
    if (!first || !span) return [];
    const process = processOf(first);
    const detail = process ? "" : `thread ${first.values["ThreadId"]}`;
    const session = processOfStep(analysis, first)?.sessionId;
    const row = rowOf(analysis, first, { kind: "Process", name: process?.name ?? "?", detail, process, session });
    return [{ ...row, start: span.start, end: own.every(({ end }) => end !== undefined) ? span.end : undefined }];
  });
}

function serviceRows(analysis: Analysis, from: number, to: number): TransitionRow[] {
  return serviceChanges(analysis)
    .filter(({ change, start, end }) => change === "stop" && (start ?? end ?? 0) >= from && (start ?? end ?? 0) <= to)
    .map(({ service, start, end, process, image }) => ({
      kind: "Service",
      name: service,
      detail: image,
      session: 0,
      process,
      start,
      end,
      source: "Microsoft-Windows-Services",
    }));
}

/** Requests to devices, and to each driver of one, that took longest. */
export function deviceRows(analysis: Analysis, steps: readonly Step[]): TransitionRow[] {
  const kinds = { Irp: "Device", Driver: "Driver" } as const;
  return steps
    .filter((step) => step.provider === KERNEL_POWER && step.task in kinds)
    .map((step) => rowOf(analysis, step, { kind: kinds[step.task as keyof typeof kinds], process: undefined }))
    .map((row) => ({ ...row, name: row.detail || row.name, detail: "", session: undefined }));
}
