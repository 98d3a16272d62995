import type { Analysis } from "../analysis.ts";
import { DEFAULT_SHELL } from "../boot/boot-phases.ts";
import { type ShellReady, shellReady } from "../boot/shell-ready.ts";
import type { TraceProcess } from "../model/processes.ts";
import { shutdownOf } from "../shutdown/shutdown.ts";
import { type Step, stepsOf, timeOf } from "../transitions/steps.ts";
import { inOrder, rowOf, sessionOf, type TransitionRow } from "../transitions/transition-rows.ts";

/** How a user logged on. Milliseconds since the start of the trace. */
export interface Logon {
  readonly session: number;
  /** When the user had said who it is; undefined if no event tells it. */
  readonly start: number | undefined;
  /** When the desktop was ready. */
  readonly end: number | undefined;
  readonly ready: ShellReady | undefined;
  readonly rows: readonly TransitionRow[];
}

const WINLOGON = "Microsoft-Windows-Winlogon";
const PROFILES = "Microsoft-Windows-User Profiles Service";
const POLICY = "Microsoft-Windows-GroupPolicy";
const SHELL_PROVIDER = "Microsoft-Windows-Shell-Core";
const PROVIDERS: ReadonlySet<string> = new Set([WINLOGON, PROFILES, POLICY, SHELL_PROVIDER]);
/** Of these providers, what is of a logoff. */
const OF_LOGOFF = /Logoff|Shutdown|TerminateSession/;

/** Events that are phases by themselves, with the names that these have. */
const PHASES: Readonly<Record<string, string>> = {
  [`${WINLOGON}/RequestCredentials`]: "Credentials",
  [`${WINLOGON}/AuthenticateUser`]: "Authentication",
  [`${PROFILES}/UserLogonNotification`]: "User Profile",
  [`${POLICY}/ComputerStartupPolicy`]: "Computer Policy",
  [`${POLICY}/UserLogonPolicy`]: "User Policy",
};

/**
 * Logons by session: from the last authentication before the shell's start to the ready desktop. Sessions are those in which
 * `userinit.exe` or the shell started, or Winlogon told of an authentication; session 0 has no users.
 */
export function logonsOf(analysis: Analysis, shell = DEFAULT_SHELL): Logon[] {
  const shutdown = shutdownOf(analysis)?.start ?? Infinity;
  const steps = stepsOf(analysis).filter(
    (step) => PROVIDERS.has(step.provider) && !OF_LOGOFF.test(step.task) && timeOf(step) < shutdown,
  );
  const started = analysis.model.processes.all.filter(({ start }) => Number.isFinite(start));
  const isCalled = (process: TraceProcess, name: string) => process.name.toLowerCase() === name.toLowerCase();
  const ofUser = started.filter((process) => isCalled(process, "userinit.exe") || isCalled(process, shell));
  const sessions = new Set([
    ...ofUser.map(({ sessionId }) => sessionId),
    ...steps.filter(({ task }) => task === "AuthenticateUser").map((step) => sessionOf(analysis, step)),
  ]);
  return [...sessions]
    .filter((session) => session !== undefined && session !== 0)
    .sort((a, b) => (a as number) - (b as number))
    .map((session) => logonOf(analysis, session as number, { steps, ofUser, shell, alone: sessions.size === 1 }));
}

interface LogonParts {
  readonly steps: readonly Step[];
  readonly ofUser: readonly TraceProcess[];
  readonly shell: string;
  /** There is no other logon that what names no session could be of. */
  readonly alone: boolean;
}

function logonOf(analysis: Analysis, session: number, { steps, ofUser, shell, alone }: LogonParts): Logon {
  const isOwn = (step: Step) => {
    const own = sessionOf(analysis, step);
    return own === session || (step.provider === POLICY && alone);
  };
  const own = steps.filter(isOwn);
  const firstOf = (name: string) =>
    ofUser
      .filter((process) => process.sessionId === session && process.name.toLowerCase() === name.toLowerCase())
      .sort((a, b) => a.start - b.start)[0];
  const [userinit, explorer] = [firstOf("userinit.exe"), firstOf(shell)];
  const shellStart = explorer && analysis.milliseconds(explorer.start);
  const ready = shellStart === undefined ? undefined : shellReady(analysis, shellStart, shell);
  const userinitStart = userinit && analysis.milliseconds(userinit.start);
  const authentication = own.findLast(
    (step) => step.task === "AuthenticateUser" && timeOf(step) <= (userinitStart ?? shellStart ?? Infinity),
  );
  const start = authentication?.start ?? authentication?.end ?? userinitStart;
  const common = { kind: "Phase", detail: "", session, process: undefined } as const;
  const phases: TransitionRow[] = [];
  if (start !== undefined) {
    const begin = authentication ? `${WINLOGON}/AuthenticateUser` : "start of userinit.exe";
    const source = ready ? `${begin} to ${ready.source}` : begin;
    phases.push({ ...common, name: "Logon", start, end: ready?.time, source });
  }
  if (userinit) {
    const told = "start of userinit.exe";
    const source = explorer ? `${told} to start of ${shell}` : told;
    phases.push({ ...common, name: "Userinit", process: userinit, start: userinitStart, end: shellStart, source });
  }
  if (explorer) {
    const source = ready ? `start of ${shell} to ${ready.source}` : `start of ${shell}`;
    phases.push({ ...common, name: "Shell", process: explorer, start: shellStart, end: ready?.time, source });
  }
  const rows = own.map((step) => {
    const phase = PHASES[`${step.provider}/${step.task}`];
    const row = rowOf(analysis, step, { session });
    return phase === undefined ? row : { ...row, kind: "Phase" as const, name: phase };
  });
  return { session, start, end: ready?.time, ready, rows: inOrder([...phases, ...rows]) };
}
