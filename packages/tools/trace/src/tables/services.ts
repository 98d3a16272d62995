import type { Analysis } from "../analysis.ts";
import { ContextSwitches } from "../model/context-switches.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import type { TraceService } from "../model/services.ts";
import type { Row, TableDefinition } from "./table.ts";

/** SERVICE_STOPPED (1) to SERVICE_PAUSED (7). */
const STATES = [
  "",
  "Stopped",
  "Start Pending",
  "Stop Pending",
  "Running",
  "Continue Pending",
  "Pause Pending",
  "Paused",
];

/**
 * Services, and what each took of the processors: from context switches, or from samples where there are none. A thread is of the service
 * that its tag names when it starts or is run down; one without a tag is of the service that is alone in its process.
 */
export const servicesTable: TableDefinition = {
  name: "services",
  title: "Services",
  summary: "services, the process each ran in, and its use of the processors",
  needs: [{ event: "Windows Kernel/SystemConfig/Services", keyword: "ProcessThread" }],
  collectors: [ContextSwitches, SampledProfile],
  columns: [
    { key: "service", label: "Service", type: "text" },
    { key: "displayName", label: "Display Name", type: "text" },
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "state", label: "State", type: "text" },
    { key: "cpuUsage", label: "CPU Usage (ms)", type: "milliseconds" },
    { key: "percent", label: "% CPU Usage", type: "percent" },
    { key: "threads", label: "Threads", type: "number" },
  ],
  *rows(analysis): Iterable<Row> {
    const { services, processes, trace, end } = analysis.model;
    const usages = serviceUsages(analysis);
    const whole = analysis.duration * (trace.header?.processors ?? 1);
    const usageOf = (service: TraceService) => usages.get(service)?.cpuUsage ?? 0;
    for (const service of [...services.all].sort((a, b) => usageOf(b) - usageOf(a))) {
      const cpuUsage = usageOf(service);
      const runs = service.processId !== 0;
      yield {
        service: service.name,
        displayName: service.displayName,
        process: runs ? processes.at(service.processId, end).name : "",
        pid: runs ? service.processId : null,
        state: STATES[service.state] ?? String(service.state),
        cpuUsage,
        percent: whole > 0 ? (100 * cpuUsage) / whole : 0,
        threads: usages.get(service)?.threads.size ?? 0,
      };
    }
  },
};

interface ServiceUsage {
  /** Milliseconds. */
  cpuUsage: number;
  /** Those that ran. */
  readonly threads: Set<number>;
}

function serviceUsages(analysis: Analysis): Map<TraceService, ServiceUsage> {
  const { services } = analysis.model;
  const byProcess = Map.groupBy(services.all, ({ processId }) => processId);
  const usages = new Map<TraceService, ServiceUsage>();
  for (const { thread, time, cpuUsage } of threadUse(analysis)) {
    const process = analysis.model.threads.processOf(thread, time);
    if (!process) continue;
    const tag = analysis.model.threads.at(thread, time)?.subProcessTag ?? 0;
    const inProcess = byProcess.get(process.id) ?? [];
    const alone = tag === 0 && inProcess.length === 1 ? inProcess[0] : undefined;
    const service = services.ofThread(process.id, tag) ?? alone;
    if (!service) continue;
    const usage = usages.get(service) ?? { cpuUsage: 0, threads: new Set() };
    usages.set(service, usage);
    usage.cpuUsage += cpuUsage;
    usage.threads.add(thread);
  }
  return usages;
}

function* threadUse(analysis: Analysis): Generator<{ thread: number; time: number; cpuUsage: number }> {
  const { switches } = analysis.get(ContextSwitches);
  for (const rows = switches.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const [time, end] = [columns.time[row] as number, columns.end[row] as number];
    const thread = columns.newThread[row] as number;
    if (thread === 0 || !analysis.includes(time)) continue;
    yield { thread, time, cpuUsage: Number.isNaN(end) ? 0 : analysis.milliseconds(end - time) };
  }
  if (switches.length > 0) return;
  const profile = analysis.get(SampledProfile);
  for (const rows = profile.samples.rows(); rows.next(); ) {
    const { columns: samples, row } = rows;
    const time = samples.time[row] as number;
    if (profile.isIdle(samples, row) || !analysis.includes(time)) continue;
    yield { thread: samples.thread[row] as number, time, cpuUsage: profile.interval * (samples.count[row] as number) };
  }
}
