import type { Analysis } from "../analysis.ts";
import { HardFaults } from "../model/hard-faults.ts";

/** Hard faults of one process, or of one file. */
export interface FaultTotal {
  readonly name: string;
  count: number;
  bytes: number;
  /** Milliseconds that threads waited for them. */
  elapsed: number;
}

export interface FaultUse {
  /** Those that waited longest first. */
  readonly processes: readonly FaultTotal[];
  readonly files: readonly FaultTotal[];
}

/** Undefined where there was none. */
export function faultUse(analysis: Analysis): FaultUse | undefined {
  const { threads, files: names } = analysis.model;
  const [processes, files] = [new Map<string, FaultTotal>(), new Map<string, FaultTotal>()];
  for (const rows = analysis.get(HardFaults).faults.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const end = columns.end[row] as number;
    if (!analysis.includes(end)) continue;
    const elapsed = analysis.milliseconds(end - (columns.start[row] as number));
    const bytes = columns.bytes[row] as number;
    add(processes, threads.processOf(columns.thread[row] as number, end)?.name || "?", bytes, elapsed);
    add(files, names.nameOf(columns.fileObject[row] as number, end) || "?", bytes, elapsed);
  }
  if (processes.size === 0) return undefined;
  const sorted = (map: Map<string, FaultTotal>) => [...map.values()].sort((a, b) => b.elapsed - a.elapsed);
  return { processes: sorted(processes), files: sorted(files) };
}

function add(totals: Map<string, FaultTotal>, name: string, bytes: number, elapsed: number): void {
  let total = totals.get(name);
  if (!total) {
    total = { name, count: 0, bytes: 0, elapsed: 0 };
    totals.set(name, total);
  }
  total.count++;
  total.bytes += bytes;
  total.elapsed += elapsed;
}
