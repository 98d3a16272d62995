import { formatDuration, formatNumber, formatShare } from "@adk/report";
import { type BootPhase, type BootPhases, bootPhases, REQUIRED_IDLE } from "../../boot/boot-phases.ts";
import { driverOf, type PhaseUse, phaseUse, stepOf } from "../../boot/phase-use.ts";
import { processLabel } from "../../model/processes.ts";
import { serviceChanges } from "../../transitions/service-changes.ts";
import type { ReportFacts } from "../report-facts.ts";
import { doubtsOf, type Evidence, type Sentence } from "./sentence.ts";

/** Milliseconds from which on a driver or a service is told. */
const SLOW = 100;

/** How a boot went, in which phase most of it, and what took time there. */
export function* bootStory(facts: ReportFacts): Generator<Sentence> {
  const { analysis, time } = facts;
  const boot = bootPhases(analysis);
  const phases = boot?.phases.filter(isWhole) ?? [];
  const longest = phases.reduce<WholePhase | undefined>((a, b) => (a && lengthOf(a) >= lengthOf(b) ? a : b), undefined);
  if (!boot || !longest || time.from > (phases.at(-1)?.end ?? 0)) return;
  const use = phaseUse(analysis, boot.phases).find(({ name }) => name === longest.name);
  const whole = boot.bootTime ?? boot.bootDoneViaExplorer;
  const share = whole === undefined ? "" : ` (${formatShare(lengthOf(longest), whole)})`;
  const parts = [
    bootText(boot),
    ` The longest phase is ${longest.name} with ${formatDuration(lengthOf(longest))}${share}`,
  ];
  parts.push(use ? useText(use) : "", ".");
  yield {
    rule: "boot",
    text: parts.join(""),
    numbers: {
      ...(boot.bootTime === undefined ? {} : { bootMs: boot.bootTime }),
      ...(boot.bootDoneViaExplorer === undefined ? {} : { desktopMs: boot.bootDoneViaExplorer }),
      ...(boot.before.firmware === undefined ? {} : { firmwareMs: boot.before.firmware }),
      ...(boot.before.bootManager === undefined ? {} : { bootManagerMs: boot.before.bootManager }),
      ...(boot.before.loader ? { loaderMs: boot.before.loader.duration } : {}),
      longestPhaseMs: lengthOf(longest),
    },
    evidence: [
      { label: "Boot Phases", table: "boot" },
      { label: `${longest.name}: processes, drivers, files`, table: "bootuse", filter: longest.name },
      { label: longest.name, from: longest.start, to: longest.end },
    ],
    unsafe: doubtsOf(facts, "boot"),
  };
  yield* slowServices(facts);
}

type WholePhase = BootPhase & { readonly end: number };

function isWhole(phase: BootPhase): phase is WholePhase {
  return phase.end !== undefined;
}

/** The last phase has the idle time in it that it takes to see that the boot is done. */
function lengthOf({ name, start, end }: WholePhase): number {
  return end - start - (name === "PostExplorerPeriod" ? REQUIRED_IDLE : 0);
}

function bootText(boot: BootPhases): string {
  const { bootTime, bootDoneViaExplorer, shellReady, postBootDisturbance } = boot;
  const before = beforeText(boot.before);
  if (bootDoneViaExplorer === undefined) return "This is a boot whose end the trace does not reach.";
  const how =
    shellReady?.from === "approximation"
      ? "about, as nothing in the trace says when it was"
      : `by ${shellReady?.source}`;
  const desktop = `the desktop was ready after ${formatDuration(bootDoneViaExplorer)} (${how})`;
  if (bootTime === undefined)
    return `This is a boot${before}: ${desktop}, and until the end of the trace the system was not idle for 10 s.`;
  const busy = postBootDisturbance
    ? `, and the system was busy for ${formatDuration(postBootDisturbance)} behind that`
    : "";
  return `The boot took ${formatDuration(bootTime)}${before}: ${desktop}${busy}.`;
}

/** What the boot time does not contain. */
function beforeText({ firmware, bootManager, loader }: BootPhases["before"]): string {
  const named: readonly [string, number | undefined][] = [
    ["firmware's", firmware],
    ["boot manager's", bootManager],
    ["loader's", loader?.duration],
  ];
  const parts = named.flatMap(([name, time]) => (time === undefined ? [] : [`the ${name} ${formatDuration(time)}`]));
  return parts.length === 0 ? "" : `, ${parts.join(", ")} before the kernel not counted`;
}

function useText({ processes, drivers, steps, files }: PhaseUse): string {
  const [process, file] = [processes[0], files.find(({ path }) => path !== "")];
  const parts: string[] = [];
  if (process && process.cpu >= 1 && process.process) {
    parts.push(`${processLabel(process.process)} took most of the processors (${formatDuration(process.cpu)})`);
  }
  if (file && file.disk >= 1) parts.push(`${file.path} most of the disks' reads (${formatDuration(file.disk)})`);
  const driver = drivers[0] && driverOf(drivers[0]);
  if (driver && driver.duration >= SLOW)
    parts.push(`the driver ${driver.name} started for ${formatDuration(driver.duration)}`);
  const step = steps[0] && stepOf(steps[0]);
  if (step && step.duration >= SLOW) parts.push(`${step.name} took ${formatDuration(step.duration)}`);
  return parts.length === 0 ? "" : `; there ${parts.join(", ")}`;
}

/** The service that took longest to start, and those that did not. */
function* slowServices(facts: ReportFacts): Generator<Sentence> {
  const starts = serviceChanges(facts.analysis).filter(({ change }) => change === "start");
  const timed = starts.flatMap((each) =>
    each.start === undefined || each.end === undefined || each.failed ? [] : [{ ...each, took: each.end - each.start }],
  );
  const slowest = timed.reduce<(typeof timed)[number] | undefined>(
    (a, b) => (a && a.took >= b.took ? a : b),
    undefined,
  );
  if (!slowest || slowest.took < SLOW) return;
  const failed = starts.filter((each) => each.failed).map(({ service }) => service);
  const fails = failed.length === 0 ? "" : ` ${failed.slice(0, 5).join(", ")} did not start.`;
  const { service, took, start = 0, end = 0 } = slowest;
  const evidence: Evidence[] = [
    { label: "Services Started", table: "bootservices", filter: service },
    { label: service, from: start, to: end },
  ];
  yield {
    rule: "boot-services",
    text: `${formatNumber(starts.length)} services started; ${service} took longest to run: ${formatDuration(took)}.${fails}`,
    numbers: { services: starts.length, slowestMs: took, failed: failed.length },
    evidence,
    unsafe: doubtsOf(facts, "bootservices"),
  };
}
