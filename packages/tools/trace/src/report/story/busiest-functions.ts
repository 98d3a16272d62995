import { formatDuration, formatShare } from "@adk/report";
import { PROCESS_FRAME } from "../../stacks/frames.ts";
import type { ReportFacts } from "../report-facts.ts";
import { doubtsOf, type Sentence } from "./sentence.ts";

/** A function with less than this part of all samples is not worth a word. */
const LEAST_SHARE = 0.03;
/** Functions that are told. */
const MOST = 3;

/** In which functions processors spent their time. */
export function* busiestFunctions(facts: ReportFacts): Generator<Sentence> {
  const { calls, functions } = facts;
  if (!calls) return;
  const unsafe = doubtsOf(facts, "cpu");
  const code = functions.filter(({ frame }) => calls.frames.place(frame).module !== PROCESS_FRAME);
  const named = code.filter(
    ({ frame, exclusive }) => calls.frames.place(frame).function !== "" && exclusive >= calls.total * LEAST_SHARE,
  );
  const share = (weight: number) => formatShare(weight, calls.total);
  if (named.length > 0) {
    const list = named.slice(0, MOST);
    const texts = list.map(({ frame, exclusive }) => `${calls.frames.label(frame)} (${share(exclusive)})`);
    yield {
      rule: "busiest-functions",
      text: `${list.length === 1 ? "The function that took the most by itself is" : "The functions that took the most by themselves are"} ${texts.join(", ")}.`,
      numbers: Object.fromEntries(list.map(({ frame, exclusive }) => [`${calls.frames.label(frame)} ms`, exclusive])),
      evidence: [
        { label: "Functions", table: "functions", filter: calls.frames.place(list[0]?.frame as number).function },
      ],
      unsafe,
    };
  }
  const nameless = code.filter(({ frame }) => calls.frames.place(frame).function === "");
  const unknown = nameless.reduce((sum, { exclusive }) => sum + exclusive, 0);
  if (unknown > calls.total * 0.2) {
    yield {
      rule: "busiest-functions",
      text: `Of ${share(unknown)} of the samples (${formatDuration(unknown)}) only the module is known: with symbols (--symbols) their functions have names.`,
      numbers: { unknownMs: unknown, unknownPercent: (100 * unknown) / calls.total },
      evidence: [{ label: "Functions", table: "functions", filter: "?" }],
      unsafe,
    };
  }
}
