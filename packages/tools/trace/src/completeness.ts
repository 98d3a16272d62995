import type { Findings } from "@adk/core";
import type { EtlTrace, TraceHealth } from "@adk/etl";
import type { Analysis } from "./analysis.ts";
import type { TableDefinition } from "./tables/table.ts";

/** How far what a table tells can be relied on. */
export interface TableTrust {
  readonly table: string;
  /** `absent`: the events that it is made of were not recorded. */
  readonly trust: "complete" | "partial" | "absent";
  readonly reasons: readonly string[];
}

/** How whole a trace is. */
export interface Completeness {
  /** Share of the recorded events that can be read, 0 to 100; what was lost in whole buffers is estimated. */
  readonly score: number;
  readonly reasons: readonly string[];
  readonly tables: readonly TableTrust[];
}

export function assessCompleteness(analysis: Analysis, tables: readonly TableDefinition[]): Completeness {
  const { trace, stacks } = analysis.model;
  const { health } = trace;
  const reasons = [...losses(health)];
  const perBuffer = health.decodedBuffers > 0 ? health.records / health.decodedBuffers : 0;
  const lostBuffers = health.buffersLost + health.undecodableBuffers + health.sequenceMissing;
  const lost = health.eventsLost + lostBuffers * perBuffer;
  const score = health.records + lost === 0 ? 0 : (100 * health.records) / (health.records + lost);
  const { references, unresolved } = stacks.counts;
  if (unresolved > 0) reasons.push(`${unresolved} of ${references} stacks have frames that the trace does not tell.`);
  const trusts = tables.map((table): TableTrust => {
    const absent = absentEvents(analysis, table.needs);
    if (absent.length > 0) {
      const missing = absent.map(({ keyword }) => `Not recorded: it takes the keyword ${keyword}.`);
      return { table: table.name, trust: "absent", reasons: missing };
    }
    return { table: table.name, trust: reasons.length > 0 ? "partial" : "complete", reasons };
  });
  return { score, reasons, tables: trusts };
}

/**
 * Tells what of a trace was lost, once its events were read: for what has no `Completeness` of its own.
 *
 * @param file named where there are several traces
 */
export function tellLosses({ health }: EtlTrace, findings: Findings, file?: string): void {
  for (const message of losses(health)) findings.warning("TRACE_LOSS", message, file === undefined ? {} : { file });
}

/** Events that something is made of, where the trace has none of them. */
export function absentEvents(analysis: Analysis, needs: TableDefinition["needs"]): TableDefinition["needs"] {
  return needs.some(({ event }) => hasEvents(analysis, event)) ? [] : needs;
}

/** @param event a name, or what names begin with */
function hasEvents({ counts }: Analysis, event: string): boolean {
  return counts.list.some(
    ({ provider, event: own }) => `${provider}/${own}` === event || `${provider}/${own}`.startsWith(`${event}/`),
  );
}

function* losses(health: TraceHealth): Generator<string> {
  const some = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);
  if (health.eventsLost > 0) yield `${some(health.eventsLost, "event was", "events were")} lost while recording.`;
  if (health.buffersLost > 0) yield `${some(health.buffersLost, "buffer was", "buffers were")} lost while recording.`;
  if (health.undecodableBuffers > 0)
    yield `${some(health.undecodableBuffers, "buffer", "buffers")} cannot be decompressed.`;
  if (health.partlyReadBuffers > 0)
    yield `${some(health.partlyReadBuffers, "buffer is", "buffers are")} damaged and could be read in part only.`;
  if (health.truncatedBuffers > 0) yield `${some(health.truncatedBuffers, "buffer is", "buffers are")} cut off.`;
  if (health.sequenceMissing > 0)
    yield `${some(health.sequenceMissing, "buffer is", "buffers are")} missing by the numbers of the others.`;
  if (health.unclaimedBytes > 0) yield `${health.unclaimedBytes} bytes are of no buffer.`;
  if (health.notFinalised) yield "The session did not end as it should; its last events may be missing.";
}
