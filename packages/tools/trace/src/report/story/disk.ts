import { formatBytes, formatDuration, formatNumber, formatShare } from "@adk/report";
import type { ReportFacts } from "../report-facts.ts";
import { doubtsOf, type Sentence } from "./sentence.ts";

/** Milliseconds from which on a single transfer is slow. */
const SLOW = 50;

/** How busy the disks were, with what, and which transfer was slow. */
export function* diskLoad(facts: ReportFacts): Generator<Sentence> {
  const { disk, time } = facts;
  const unsafe = doubtsOf(facts, "disk");
  if (!disk) return;
  const span = time.to - time.from;
  for (const each of disk.disks) {
    const [process] = disk.processes;
    const file = disk.files.find(({ name }) => name !== "?");
    const most =
      disk.disks.length === 1 && process
        ? `, the largest part for ${process.name} (${formatShare(process.service, each.service)})`
        : "";
    const heaviest =
      disk.disks.length === 1 && file
        ? `; the file with the largest part is ${file.name} (${formatShare(file.service, each.service)})`
        : "";
    yield {
      rule: "disk-load",
      text: `${each.name} was ${formatShare(each.service, span)} busy: ${formatNumber(each.count)} transfers, ${formatBytes(each.bytes)}, ${formatDuration(each.service)}${most}${heaviest}.`,
      numbers: {
        transfers: each.count,
        bytes: each.bytes,
        serviceMs: each.service,
        busyPercent: span > 0 ? (100 * each.service) / span : 0,
      },
      evidence: [{ label: "Disk Usage", table: "disk", ...(most === "" || !process ? {} : { filter: process.name }) }],
      unsafe,
    };
  }
  const { slowest } = disk;
  if (slowest.elapsed < SLOW) return;
  const { operation, path, process, elapsed, from, to } = slowest;
  yield {
    rule: "slow-transfer",
    text: `The slowest transfer took ${formatDuration(elapsed)}: a ${operation.toLowerCase()} of ${path} for ${process}.`,
    numbers: { elapsedMs: elapsed, fromMs: from, toMs: to },
    evidence: [
      { label: "Disk Usage", table: "disk", filter: path === "?" ? process : path },
      { label: `${formatDuration(from)} to ${formatDuration(to)}`, from, to },
    ],
    unsafe,
  };
}
