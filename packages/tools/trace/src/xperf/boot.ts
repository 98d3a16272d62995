import { resolve } from "node:path";
import { AdkError, decodeTextFile, FileAccess } from "@adk/core";
import type { Analysis } from "../analysis.ts";
import { BOOT_COLLECTORS, type BootPhase, type BootPhases, bootPhases, REQUIRED_IDLE } from "../boot/boot-phases.ts";
import { driverOf, type PhaseUse, phaseUse } from "../boot/phase-use.ts";
import { processLabel, type TraceProcess } from "../model/processes.ts";
import { serviceChanges } from "../transitions/service-changes.ts";
import type { XperfAction } from "./action.ts";
import { wholeMilliseconds as whole, type XmlNode, xml, xmlLines } from "./xml-text.ts";

/** What is shown. */
interface BootOptions {
  readonly minCpu: number;
  readonly maxFiles: number;
  /** Milliseconds. */
  readonly minInterval: number;
  /** Names of programs, small letters; undefined if no file names them. */
  readonly expected: ReadonlySet<string> | undefined;
}

const ONE = { least: 1, most: 1 } as const;
/** xperf's own default of -minIntervalToShow; the others have none that is published. */
const MIN_INTERVAL = 10;
const MAX_FILES = 10;
/** Milliseconds: a program that lived less long is very short-lived here. */
const VERY_SHORT = 1000;
const MOST_EXPECTED_BYTES = 1 << 20;

/** The boot as XML: elements and attributes as published outputs of xperf have them. */
export const bootAction: XperfAction = {
  name: "boot",
  summary: "phases of a boot, with what took time in them, as XML",
  options: {
    mincputoshow: ONE,
    maxfilestoshow: ONE,
    expectedprocessesfile: ONE,
    minintervaltoshow: ONE,
    usershellexecutable: ONE,
  },
  collectors: BOOT_COLLECTORS,
  async run({ analysis, options, cwd, write }) {
    const value = (name: string) => options.get(name)?.[0];
    const boot = bootPhases(analysis, { shell: value("usershellexecutable") });
    if (!boot) {
      throw new AdkError("XPERF_NO_BOOT", "The trace is not of a boot: no process of its start is in it.", {
        hint: "Record it with wpr -boottrace, or xbootmgr.",
      });
    }
    const list = value("expectedprocessesfile");
    const shown: BootOptions = {
      minCpu: numberOf("minCPUToShow", value("mincputoshow"), 0, 100),
      maxFiles: numberOf("maxFilesToShow", value("maxfilestoshow"), MAX_FILES),
      minInterval: numberOf("minIntervalToShow", value("minintervaltoshow"), MIN_INTERVAL) / 1000,
      expected: list === undefined ? undefined : await readNames(resolve(cwd, list)),
    };
    for (const line of xmlLines(bootDocument(analysis, boot, shown))) await write(line);
  },
};

function numberOf(option: string, text: string | undefined, otherwise: number, most = Number.MAX_SAFE_INTEGER): number {
  const number = text === undefined ? otherwise : Number(text);
  if (/^\d+(\.\d+)?$/.test(text ?? "0") && number <= most) return number;
  throw new AdkError("XPERF_BAD_VALUE", "The option takes a number.", { kind: "usage", found: `-${option} ${text}` });
}

/** A program a line. */
async function readNames(file: string): Promise<Set<string>> {
  const access = await FileAccess.open(file);
  try {
    if (access.size > MOST_EXPECTED_BYTES) {
      throw new AdkError("LIMIT_EXCEEDED", "The list of processes is too large.", { file });
    }
    const lines = decodeTextFile(await access.read(0, access.size)).split(/\r?\n/);
    return new Set(lines.map((line) => line.trim().toLowerCase()).filter((line) => line !== ""));
  } finally {
    await access.close();
  }
}

function bootDocument(analysis: Analysis, boot: BootPhases, options: BootOptions): XmlNode {
  const uses = phaseUse(analysis, boot.phases);
  const isCpuKnown = uses.some(({ cpu }) => cpu > 0);
  const children = [
    processSummary(analysis, boot.processes, options.expected),
    timing(boot),
    ...uses.map((use, i) => interval(boot.phases[i] as BootPhase, use, options, isCpuKnown)),
    services(analysis, options),
    pnp(boot, uses, options),
  ];
  return xml("results", { timeFormat: "msec" }, [xml("boot", { type: "boot" }, children)]);
}

/** Programs that started; those that were not expected by how long they lived, if a list tells which were. */
function processSummary(
  analysis: Analysis,
  processes: readonly TraceProcess[],
  expected: ReadonlySet<string> | undefined,
): XmlNode {
  const isExpected = ({ name }: TraceProcess) => expected === undefined || expected.has(name.toLowerCase());
  const lifetimeOf = ({ start, end }: TraceProcess) => analysis.milliseconds(Math.min(end, analysis.model.end) - start);
  const element = (process: TraceProcess) =>
    xml("process", {
      name: processLabel(process),
      startTime: whole(analysis.milliseconds(process.start)),
      endTime: Number.isFinite(process.end) ? whole(analysis.milliseconds(process.end)) : -1,
      lifetime: whole(lifetimeOf(process)),
    });
  const [known, others] = [processes.filter(isExpected), processes.filter((process) => !isExpected(process))];
  const lives = (process: TraceProcess) => !Number.isFinite(process.end);
  const isVeryShort = (process: TraceProcess) => !lives(process) && lifetimeOf(process) < VERY_SHORT;
  const counts = {
    numUnexpectedLonglived: others.filter(lives).length,
    numUnexpectedShortlived: others.filter((process) => !lives(process) && !isVeryShort(process)).length,
    numUnexpectedVeryShortlived: others.filter(isVeryShort).length,
  };
  return xml("processSummary", { numProcesses: processes.length, ...(expected === undefined ? {} : counts) }, [
    xml("expectedProcesses", {}, known.map(element)),
    expected === undefined ? undefined : xml("unexpectedProcesses", {}, others.map(element)),
  ]);
}

function timing(boot: BootPhases): XmlNode {
  const { before, pnpBootStart, pnpSystemStart, postBootDisturbance } = boot;
  const known = (time: number | undefined) => (time === undefined ? undefined : Math.round(time));
  const span = (
    name: string,
    step: { readonly start?: number | undefined; readonly end?: number | undefined } = {},
  ) => {
    const { start, end } = step;
    const duration = start === undefined || end === undefined ? undefined : end - start;
    return { [`${name}StartTime`]: known(start), [`${name}EndTime`]: known(end), [`${name}Duration`]: known(duration) };
  };
  const attributes = {
    bootDoneViaExplorer: whole(boot.bootDoneViaExplorer),
    bootDoneViaPostBoot: whole(boot.bootDoneViaPostBoot),
    osLoaderDuration: known(before.loader?.duration),
    postBootRequiredIdleTime: REQUIRED_IDLE,
    postBootDisturbance: known(postBootDisturbance),
    ...span("pnpBootStart", pnpBootStart),
    ...span("pnpSystemStart", pnpSystemStart),
  };
  return xml(
    "timing",
    attributes,
    boot.phases.map((phase) => xml("interval", intervalAttributes(phase))),
  );
}

function intervalAttributes({ name, start, end }: BootPhase): XmlNode["attributes"] {
  const duration = end === undefined ? undefined : end - start;
  return { name, startTime: whole(start), endTime: whole(end), duration: whole(duration) };
}

function interval(phase: BootPhase, use: PhaseUse, { minCpu, maxFiles }: BootOptions, isCpuKnown: boolean): XmlNode {
  const { readBytes, readOps, writeBytes, writeOps } = use.disk;
  const paths = use.files
    .slice(0, maxFiles)
    .map(({ path, bytes, reads, disk }) =>
      xml("path", { name: path, readBytes: bytes, readOps: reads, diskTime: whole(disk) }),
    );
  // As xperf has it, idle processors are a process too, and shares are of all processors.
  const percent = (cpu: number) => (use.capacity > 0 ? (100 * cpu) / use.capacity : 0);
  const idle = { name: "Idle", cpu: isCpuKnown ? Math.max(0, use.capacity - use.cpu) : 0 };
  const named = use.processes.map(({ process, cpu }) => ({ name: process ? processLabel(process) : "?", cpu }));
  const processors = [idle, ...named]
    .filter(({ cpu }) => cpu > 0 && percent(cpu) >= minCpu)
    .sort((a, b) => b.cpu - a.cpu)
    .map(({ name, cpu }) =>
      xml("perProcessCPUUsage", { name, time: whole(cpu), percentOfInterval: percent(cpu).toFixed(2) }),
    );
  return xml("interval", intervalAttributes(phase), [
    xml(
      "diskIO",
      {
        ...{ readBytes, readOps, writeBytes, writeOps },
        totalBytes: readBytes + writeBytes,
        totalOps: readOps + writeOps,
      },
      paths,
    ),
    xml("perProcess", {}, processors),
  ]);
}

function services(analysis: Analysis, { minInterval }: BootOptions): XmlNode | undefined {
  const changes = serviceChanges(analysis).filter(
    ({ change, start, end }) =>
      change === "start" && (start === undefined || end === undefined || end - start >= minInterval),
  );
  if (changes.length === 0) return undefined;
  const elements = changes.map(({ service, change, start, end, process, image, group }) =>
    xml("serviceTransition", {
      name: service,
      transition: change,
      startedAt: whole(start),
      endedAt: whole(end),
      totalTransitionTimeDelta: whole(start === undefined || end === undefined ? undefined : end - start),
      container: process ? processLabel(process) : image || undefined,
      group: group || undefined,
    }),
  );
  return xml("services", {}, elements);
}

/** Starts of drivers and devices, by the phase of the drivers in which they began. */
function pnp(boot: BootPhases, uses: readonly PhaseUse[], { minInterval }: BootOptions): XmlNode | undefined {
  const drivers = uses.flatMap((use) => use.drivers);
  if (drivers.length === 0) return undefined;
  const phases = [
    ["bootStart", boot.pnpBootStart],
    ["systemStart", boot.pnpSystemStart],
  ] as const;
  const phaseOf = (start: number) =>
    phases.find(([, step]) => start >= (step?.start ?? Infinity) && start < (step?.end ?? Infinity))?.[0] ??
    "postSystemStart";
  const byPhase = Map.groupBy(drivers, ({ start }) => phaseOf(start as number));
  const elements = [...byPhase].map(([name, steps]) =>
    xml(
      "phase",
      { name },
      steps
        .map((step) => ({ step, ...driverOf(step) }))
        .filter(({ duration }) => duration >= minInterval)
        .map(({ step, name: driver, duration }) =>
          xml("pnpObject", {
            name: driver,
            activity: step.task,
            startTime: whole(step.start),
            endTime: whole(step.end),
            duration: whole(duration),
          }),
        ),
    ),
  );
  return xml("pnp", {}, elements);
}
