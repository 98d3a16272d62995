import { store32 } from "./memory.ts";

// What an LZMS item is, is coded as a few binary decisions: a tree, whose leaves are the kinds of item. Each decision has a
// state, its own last outcomes, and for each state the probability of a 0, learned from the last 64 outcomes in that state.

/** The leaves. */
export const LITERAL: i32 = 0;
export const LZ_EXPLICIT: i32 = 1;
/** The offset of an earlier match: the last one, the one before, the third. */
export const LZ_REPEAT: i32 = 2;
export const DELTA_EXPLICIT: i32 = 5;
export const DELTA_REPEAT: i32 = 6;
/** Less than the address of any decision. */
export const MOST_LEAF: i32 = 8;

// A decision in memory:
export const STATE: i32 = 0;
export const STATE_MASK: i32 = 4;
/** Address of its probabilities. */
export const PROBABILITIES: i32 = 8;
/** For each of the two outcomes the address of the next decision, or a leaf. */
export const CHILDREN: i32 = 12;
export const DECISION_SIZE: i32 = 32;
const DECISIONS: i32 = 8;

// A probability in memory: the last 64 outcomes as bits, and how many of them were 0.
export const ZEROS: i32 = 8;
const PROBABILITY_SIZE: i32 = 16;
export const PROBABILITY_SHIFT: i32 = 4;
/** What is assumed at the start: 48 outcomes of 0 and then 0 and 1 in turn. */
const FIRST_OUTCOMES: i32 = 0x5555_5555;
const FIRST_ZEROS: i32 = 48;

/** Where the probabilities of each decision begin, from the decisions on; that of a state is `<< PROBABILITY_SHIFT` further. */
export const MAIN_PROBABILITIES: i32 = DECISIONS * DECISION_SIZE;
export const MATCH_PROBABILITIES: i32 = MAIN_PROBABILITIES + 16 * PROBABILITY_SIZE;
export const LZ_PROBABILITIES: i32 = MATCH_PROBABILITIES + 32 * PROBABILITY_SIZE;
export const DELTA_PROBABILITIES: i32 = LZ_PROBABILITIES + 3 * 64 * PROBABILITY_SIZE;

/** Bytes of all decisions and their probabilities. */
export const DECISIONS_SIZE: i32 = DECISIONS * DECISION_SIZE + (16 + 32 + 6 * 64) * PROBABILITY_SIZE;

/** Writes the tree at `decisions`, a multiple of 8; its root is the first decision. */
export function startDecisions(decisions: i32): void {
  const match: i32 = decisions + DECISION_SIZE;
  const lz: i32 = match + DECISION_SIZE;
  const lzRepeat: i32 = lz + DECISION_SIZE;
  const lzOlder: i32 = lzRepeat + DECISION_SIZE;
  const delta: i32 = lzOlder + DECISION_SIZE;
  const deltaRepeat: i32 = delta + DECISION_SIZE;
  const deltaOlder: i32 = deltaRepeat + DECISION_SIZE;

  let probabilities: i32 = decisions + DECISIONS * DECISION_SIZE;
  probabilities = startDecision(decisions, 16, probabilities, LITERAL, match);
  probabilities = startDecision(match, 32, probabilities, lz, delta);
  probabilities = startDecision(lz, 64, probabilities, LZ_EXPLICIT, lzRepeat);
  probabilities = startDecision(lzRepeat, 64, probabilities, LZ_REPEAT, lzOlder);
  probabilities = startDecision(lzOlder, 64, probabilities, LZ_REPEAT + 1, LZ_REPEAT + 2);
  probabilities = startDecision(delta, 64, probabilities, DELTA_EXPLICIT, deltaRepeat);
  probabilities = startDecision(deltaRepeat, 64, probabilities, DELTA_REPEAT, deltaOlder);
  startDecision(deltaOlder, 64, probabilities, DELTA_REPEAT + 1, DELTA_REPEAT + 2);
}

function startDecision(decision: i32, states: i32, probabilities: i32, ifZero: i32, ifOne: i32): i32 {
  store32(decision + STATE, 0);
  store32(decision + STATE_MASK, states - 1);
  store32(decision + PROBABILITIES, probabilities);
  store32(decision + CHILDREN, ifZero);
  store32(decision + CHILDREN + 4, ifOne);
  const end: i32 = probabilities + states * PROBABILITY_SIZE;
  for (let at: i32 = probabilities; at < end; at += PROBABILITY_SIZE) {
    store32(at, FIRST_OUTCOMES);
    store32(at + 4, 0);
    store32(at + ZEROS, FIRST_ZEROS);
  }
  return end;
}
