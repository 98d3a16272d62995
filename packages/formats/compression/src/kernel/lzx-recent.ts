import { loadUnaligned16, matchLength } from "./memory.ts";

// The three most recent offsets of an LZX stream, which matches can name by a number. Module state: one stream at a time.

export let recent0: i32 = 1;
export let recent1: i32 = 1;
export let recent2: i32 = 1;

export function startRecent(): void {
  setRecent(1, 1, 1);
}

export function setRecent(first: i32, second: i32, third: i32): void {
  recent0 = first;
  recent1 = second;
  recent2 = third;
}

/** Offset 1 or 2 changes places with offset 0; an offset that is not among them pushes the others back. */
export function useOffset(codedOffset: i32): void {
  if (codedOffset === 0) return;
  if (codedOffset === 1) setRecent(recent1, recent0, recent2);
  else if (codedOffset === 2) setRecent(recent2, recent1, recent0);
  else setRecent(codedOffset - 2, recent0, recent1);
}

/** Which of the three `longestRecent` found. */
export let recentIndex: i32 = 0;

/**
 * The longest match at a recent offset; the first one of equals.
 *
 * @param at not the first byte of the chunk: each offset reaches back into it
 * @returns 0 if there is none of 2 bytes
 */
export function longestRecent(at: i32, most: i32): i32 {
  if (most < 2) return 0;
  const pair: i32 = loadUnaligned16(at);
  let best: i32 = 0;
  recentIndex = 0;
  if (loadUnaligned16(at - recent0) === pair) best = matchLength(at, at - recent0, 2, most);
  if (loadUnaligned16(at - recent1) === pair) {
    const length: i32 = matchLength(at, at - recent1, 2, most);
    if (length > best) {
      best = length;
      recentIndex = 1;
    }
  }
  if (loadUnaligned16(at - recent2) === pair) {
    const length: i32 = matchLength(at, at - recent2, 2, most);
    if (length > best) {
      best = length;
      recentIndex = 2;
    }
  }
  return best;
}
