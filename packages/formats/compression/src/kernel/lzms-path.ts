import { LZMS_NODES } from "./encode-layout.ts";
import {
  DECISION_SIZE,
  DELTA_EXPLICIT,
  DELTA_REPEAT,
  LITERAL,
  LZ_EXPLICIT,
  LZ_REPEAT,
  STATE,
} from "./lzms-decisions.ts";
import { lastKind, putLiteral, putMatch } from "./lzms-items-encode.ts";
import { DECISIONS, DELTA_OFFSETS, DELTA_POWERS_USED, LZ_OFFSETS, moveFront, pushFront } from "./lzms-model.ts";
import { copyBlock, load8, load32, store32 } from "./memory.ts";

// A way through some bytes. There is a node before each byte and one at the end: the least cost found to get there, the
// last step on that way, and what the model would know then.

export const NODE_SIZE: i32 = 64;

/** 64ths of a bit from the first node. */
export const COST: i32 = 0;
/** As `packStep` makes it. */
export const STEP: i32 = 4;
/** Of an explicit match, as `putMatch` takes it. */
export const SOURCE: i32 = 8;
/** The states of the decisions, from the lowest bit: main 4 bits, match 5, then 6 each: LZ, LZ repeat, LZ older. */
export const STATES: i32 = 12;
/** The others, 6 bits each: delta, delta repeat, delta older. */
export const DELTA_STATES: i32 = 16;
/** The node that the way goes on to, once it is decided. */
const NEXT: i32 = 20;
/** The recent offsets, newest first; and the recent delta matches: `offset << 3 | power`. */
export const LZ_QUEUE: i32 = 32;
export const DELTA_QUEUE: i32 = 48;

const LENGTH_SHIFT: i32 = 4;
const THEN_SHIFT: i32 = 14;
/** What a step is more for a byte more. */
export const STEP_BYTE: i32 = 1 << LENGTH_SHIFT;

/**
 * An item of up to 1023 bytes, and where `then` is not 0, after it a repetition of the newest LZ match with that length. Between
 * a match and the repetition is a literal; after a literal the repetition follows at once.
 */
export function packStep(kind: i32, length: i32, then: i32): i32 {
  return kind | (length << LENGTH_SHIFT) | (then << THEN_SHIFT);
}

function stepKind(step: i32): i32 {
  return step & ((1 << LENGTH_SHIFT) - 1);
}

function stepLength(step: i32): i32 {
  return (step >>> LENGTH_SHIFT) & 1023;
}

/** Whether a step ends with an LZ match. */
export function endsWithLz(step: i32): boolean {
  const kind: i32 = stepKind(step);
  return step >>> THEN_SHIFT !== 0 || (kind !== LITERAL && kind < DELTA_EXPLICIT);
}

/** Whether a step ends with a delta match. */
export function endsWithDelta(step: i32): boolean {
  return step >>> THEN_SHIFT === 0 && stepKind(step) >= DELTA_EXPLICIT;
}

/** Makes the first node: the model as it stands. */
export function startPath(): void {
  store32(LZMS_NODES + COST, 0);
  store32(
    LZMS_NODES + STATES,
    stateOf(0) | (stateOf(1) << 4) | (stateOf(2) << 9) | (stateOf(3) << 15) | (stateOf(4) << 21),
  );
  store32(LZMS_NODES + DELTA_STATES, stateOf(5) | (stateOf(6) << 6) | (stateOf(7) << 12));
  store32(LZMS_NODES + STEP, packStep(lastKind, 0, 0));
  for (let i: i32 = 0; i < 16; i += 4) {
    store32(LZMS_NODES + LZ_QUEUE + i, load32(LZ_OFFSETS + i));
    store32(LZMS_NODES + DELTA_QUEUE + i, (load32(DELTA_OFFSETS + i) << 3) | load32(DELTA_POWERS_USED + i));
  }
}

function stateOf(index: i32): i32 {
  return load32(DECISIONS + index * DECISION_SIZE + STATE);
}

/** The node where the step to a node began. */
function origin(node: i32): i32 {
  const step: i32 = load32(node + STEP);
  const then: i32 = step >>> THEN_SHIFT;
  let bytes: i32 = stepLength(step) + then;
  if (then !== 0 && stepKind(step) !== LITERAL) bytes++;
  return node - bytes * NODE_SIZE;
}

/** Derives what the model would know at a node from what it knew where the step began. */
export function settle(node: i32): void {
  const step: i32 = load32(node + STEP);
  const then: i32 = step >>> THEN_SHIFT;
  const from: i32 = origin(node);
  store32(node + STATES, load32(from + STATES));
  store32(node + DELTA_STATES, load32(from + DELTA_STATES));
  copyBlock(node + LZ_QUEUE, from + LZ_QUEUE);
  const kind: i32 = stepKind(step);
  if (kind === LITERAL) {
    passLiteral(node);
  } else {
    const before: i32 = load32(from + STEP);
    if (kind < DELTA_EXPLICIT) passLz(node, kind, load32(node + SOURCE), endsWithLz(before) ? 1 : 0);
    else passDelta(node, kind, load32(node + SOURCE), endsWithDelta(before) ? 1 : 0);
    if (then !== 0) passLiteral(node);
  }
  if (then !== 0) passLz(node, LZ_REPEAT, 0, 0);
}

function passLiteral(node: i32): void {
  const states: i32 = load32(node + STATES);
  store32(node + STATES, (states & ~15) | ((states << 1) & 15));
}

function passLz(node: i32, kind: i32, source: i32, skip: i32): void {
  const states: i32 = load32(node + STATES);
  const main: i32 = ((states << 1) | 1) & 15;
  const match: i32 = ((states >>> 4) << 1) & 31;
  let lz: i32 = ((states >>> 9) << 1) & 63;
  let repeat: i32 = (states >>> 15) & 63;
  let older: i32 = (states >>> 21) & 63;
  if (kind === LZ_EXPLICIT) {
    pushFront(node + LZ_QUEUE, source);
  } else {
    const index: i32 = kind - LZ_REPEAT;
    lz |= 1;
    repeat = ((repeat << 1) | (index === 0 ? 0 : 1)) & 63;
    if (index !== 0) older = ((older << 1) | (index - 1)) & 63;
    moveFront(node + LZ_QUEUE, index, skip);
  }
  store32(node + STATES, main | (match << 4) | (lz << 9) | (repeat << 15) | (older << 21));
}

function passDelta(node: i32, kind: i32, source: i32, skip: i32): void {
  const states: i32 = load32(node + STATES);
  const deltaStates: i32 = load32(node + DELTA_STATES);
  const main: i32 = ((states << 1) | 1) & 15;
  const match: i32 = ((states >>> 3) | 1) & 31;
  let delta: i32 = (deltaStates << 1) & 63;
  let repeat: i32 = (deltaStates >>> 6) & 63;
  let older: i32 = (deltaStates >>> 12) & 63;
  if (kind === DELTA_EXPLICIT) {
    pushFront(node + DELTA_QUEUE, source);
  } else {
    const index: i32 = kind - DELTA_REPEAT;
    delta |= 1;
    repeat = ((repeat << 1) | (index === 0 ? 0 : 1)) & 63;
    if (index !== 0) older = ((older << 1) | (index - 1)) & 63;
    moveFront(node + DELTA_QUEUE, index, skip);
  }
  store32(node + STATES, (states & ~0x1ff) | main | (match << 4));
  store32(node + DELTA_STATES, delta | (repeat << 6) | (older << 12));
}

/**
 * Writes the items on the way to a node.
 *
 * @param at the byte at the first node
 */
export function putPath(last: i32, at: i32): void {
  let node: i32 = last;
  while (node !== LZMS_NODES) {
    const from: i32 = origin(node);
    store32(from + NEXT, node);
    node = from;
  }
  while (node !== last) {
    node = load32(node + NEXT);
    const step: i32 = load32(node + STEP);
    const then: i32 = step >>> THEN_SHIFT;
    const kind: i32 = stepKind(step);
    if (kind === LITERAL) {
      putLiteral(load8(at));
      at++;
    } else {
      putMatch(kind, load32(node + SOURCE), stepLength(step));
      at += stepLength(step);
    }
    if (then === 0) continue;
    if (kind !== LITERAL) {
      putLiteral(load8(at));
      at++;
    }
    putMatch(LZ_REPEAT, 0, then);
    at += then;
  }
}
