import type { Analysis } from "../analysis.ts";
import { deviceRows } from "../shutdown/shutdown.ts";
import { type Step, stepsOf, timeOf } from "../transitions/steps.ts";
import { inOrder, rowOf, type TransitionRow } from "../transitions/transition-rows.ts";

/** How a system went to sleep and woke. Milliseconds since the start of the trace. */
export interface Suspend {
  /** Undefined if its begin was lost. */
  readonly start: number | undefined;
  /** When the devices had been suspended. */
  readonly suspended: number | undefined;
  /** When the devices began to wake. */
  readonly woken: number | undefined;
  readonly end: number | undefined;
  readonly rows: readonly TransitionRow[];
}

const PROVIDER = "Microsoft-Windows-Kernel-Power";
/** Told once the system is awake again. */
const TOLD_LATER: ReadonlySet<string> = new Set(["ResumeTimes", "HybridBootTimes"]);

/** Applications and services that were asked one by one, and what refused. */
const EACH = {
  QueryAppsVeto: ["Process", "QueryApps refused"],
  QueryServicesVeto: ["Service", "QueryServices refused"],
  QueryDriversVeto: ["Device", "QueryDrivers refused"],
  QueryAppsEach: ["Process", "QueryApps"],
  QueryServicesEach: ["Service", "QueryServices"],
  SuspendAppsEach: ["Process", "SuspendApps"],
  SuspendServicesEach: ["Service", "SuspendServices"],
} as const;

const STEPS: ReadonlySet<string> = new Set([
  "QueryApps",
  "QueryServices",
  "SuspendApps",
  "SuspendServices",
  "SuspendDevices",
  "WakeDevices",
  "ResumeApps",
  "ResumeServices",
  "PreSleepNotification",
  "PostSleepNotification",
  "PreSleepCallbacks",
  "BuildNotifyList",
  "FlushVolumes",
  "FlushAllPages",
  "Superfetch",
  "Winlogon",
  "ShowUI",
  "HideUI",
]);

/** Sleeps and what they were made of: each goes from the begin of a power transition to its end. */
export function suspendsOf(analysis: Analysis): Suspend[] {
  const steps = stepsOf(analysis).filter(({ provider, task }) => provider === PROVIDER || TOLD_LATER.has(task));
  const transitions = steps.filter(({ task }) => task === "PowerTransition");
  return transitions.map((transition, i) => {
    const from = transition.start ?? (transitions[i - 1]?.end || 0);
    const to = transition.end ?? transitions[i + 1]?.start ?? Infinity;
    const next = transitions[i + 1]?.start ?? Infinity;
    const own = steps.filter((step) => timeOf(step) >= from && timeOf(step) <= (TOLD_LATER.has(step.task) ? next : to));
    return suspendOf(analysis, transition, own);
  });
}

function suspendOf(analysis: Analysis, transition: Step, steps: readonly Step[]): Suspend {
  const { start, end } = transition;
  const woken = steps.find(({ task }) => task === "WakeDevices")?.start;
  const suspended = steps.findLast(
    ({ task, end: done }) => task === "SuspendDevices" && done !== undefined && done <= (woken ?? Infinity),
  )?.end;
  const common = { kind: "Phase", detail: "", session: undefined, process: undefined, source: PROVIDER } as const;
  const phases: TransitionRow[] = [{ ...common, name: "PowerTransition", start, end }];
  if (start !== undefined || suspended !== undefined)
    phases.push({ ...common, name: "Suspend", start, end: suspended });
  // As long as the clock of the trace says: it may stand still meanwhile.
  if (suspended !== undefined && woken !== undefined)
    phases.push({ ...common, name: "Sleep", start: suspended, end: woken });
  if (woken !== undefined) phases.push({ ...common, name: "Resume", start: woken, end });
  const rows = steps.flatMap((step) => {
    if (step.task in EACH) {
      const [kind, name] = EACH[step.task as keyof typeof EACH];
      return [namedRow(analysis, step, kind, name)];
    }
    return STEPS.has(step.task) ? [rowOf(analysis, step, { process: undefined, session: undefined })] : [];
  });
  return {
    start,
    suspended,
    woken,
    end,
    rows: inOrder([...phases, ...rows, ...deviceRows(analysis, steps), ...timesOf(analysis, steps)]),
  };
}

function namedRow(analysis: Analysis, step: Step, kind: TransitionRow["kind"], phase: string): TransitionRow {
  const pid = step.values["Pid"];
  const at = analysis.model.clock.fromMilliseconds(timeOf(step));
  const process = typeof pid === "number" ? analysis.model.processes.at(pid, at) : undefined;
  const row = rowOf(analysis, step, { kind, process, session: process?.sessionId });
  return { ...row, name: row.detail || process?.name || row.name, detail: phase };
}

/** Of a resume from hibernation, and so of a fast startup: milliseconds by a published script that adds them up, or by their names. */
const IN_MILLISECONDS = [
  ...["POSTTime", "ResumeBootMgrTime", "ResumeAppTime", "KernelResumeHiberFileTime", "DeviceResumeTime"],
  ...["MainPathHybridbootTimeMs", "PostTimeMs", "ResumeTimeMs"],
];

/** What Windows measured itself. Event PowerTransitionTimes does not tell in which unit. */
function timesOf(analysis: Analysis, steps: readonly Step[]): TransitionRow[] {
  return steps.flatMap((step) => {
    const row = (name: string, detail: string) =>
      rowOf(analysis, step, { kind: "Times", name, detail, process: undefined, session: undefined });
    const { task, values } = step;
    if (task === "PowerTransitionTimes") return Object.entries(values).map(([name, value]) => row(name, String(value)));
    if (!TOLD_LATER.has(task)) return [];
    return IN_MILLISECONDS.filter((name) => name in values).map((name) => row(name, `${values[name]} ms`));
  });
}
