import * as z from "zod";
import type { TableTrust } from "../../completeness.ts";
import type { ReportFacts } from "../report-facts.ts";

/** Where a sentence is proven: rows of a table, a part of the time, or functions of the flame graph. */
const evidence = z.object({
  /** What the link says: `CPU Usage (Sampled)`. */
  label: z.string(),
  table: z.string().optional(),
  /** Words that the rows have. */
  filter: z.string().optional(),
  /** Milliseconds since the start of the trace. */
  from: z.number().optional(),
  to: z.number().optional(),
});
export type Evidence = z.output<typeof evidence>;

/** What a report says of a trace. */
export const sentence = z.object({
  /** Name of the rule that made it. */
  rule: z.string(),
  text: z.string(),
  /** What it is made of: milliseconds, percent, counts, as the names say. */
  numbers: z.record(z.string(), z.number()),
  evidence: z.array(evidence),
  /** Why it may be wrong: events that are missing. */
  unsafe: z.array(z.string()),
});
export type Sentence = z.output<typeof sentence>;

/** Makes sentences of what is known of a trace; none where it has nothing to tell. */
export type StoryRule = (facts: ReportFacts) => Iterable<Sentence>;

/** Why what is made of a table may be wrong. */
export function doubtsOf(facts: ReportFacts, table: string): string[] {
  const trust: TableTrust | undefined = facts.trust.get(table);
  return trust?.trust === "partial" ? [...trust.reasons] : [];
}
