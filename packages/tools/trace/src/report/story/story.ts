import type { ReportFacts } from "../report-facts.ts";
import { bootStory } from "./boot.ts";
import { busiestFunctions } from "./busiest-functions.ts";
import { diskLoad } from "./disk.ts";
import { hardFaults } from "./hard-faults.ts";
import { slowInterrupts } from "./interrupts.ts";
import { absentTables, losses } from "./losses.ts";
import { processStarts } from "./processes.ts";
import { processorLoad } from "./processor-load.ts";
import type { Sentence, StoryRule } from "./sentence.ts";
import { logonStory, shutdownStory, suspendStory } from "./transitions.ts";
import { longWaits, readyThreads } from "./waiting.ts";

/** In the order in which a report tells them. */
const RULES: readonly StoryRule[] = [
  losses,
  bootStory,
  logonStory,
  shutdownStory,
  suspendStory,
  processorLoad,
  busiestFunctions,
  readyThreads,
  longWaits,
  diskLoad,
  hardFaults,
  slowInterrupts,
  processStarts,
  absentTables,
];

/** What a trace tells: sentences that rules make of numbers. */
export function tellStory(facts: ReportFacts): Sentence[] {
  return RULES.flatMap((rule) => [...rule(facts)]);
}
