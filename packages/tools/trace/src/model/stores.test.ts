import { random } from "@adk/testing";
import { expect, test } from "vitest";
import { ColumnStore } from "./column-store.ts";
import { Lifetimes } from "./lifetimes.ts";
import { EMPTY_STACK, StackTrie } from "./stack-trie.ts";

test("columns keep what was put into them while they grow", () => {
  const store = new ColumnStore({ time: "f64", id: "u32", flags: "u8" });
  for (let i = 0; i < 5000; i++) {
    const row = store.add();
    expect(row).toBe(i);
    store.columns.time[row] = i + 0.5;
    store.columns.id[row] = 0xffff_ffff - i;
    store.columns.flags[row] = i;
  }
  expect(store.length).toBe(5000);
  for (const i of [0, 1023, 1024, 4999]) {
    expect([store.columns.time[i], store.columns.id[i], store.columns.flags[i]]).toEqual([
      i + 0.5,
      0xffff_ffff - i,
      i & 255,
    ]);
  }
});

test("each stack is kept once, whatever its addresses", () => {
  const trie = new StackTrie();
  const next = random(3);
  const stacks = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) {
    const addresses = Array.from({ length: next() % 5 }, () => ((next() % 8) - 4) * 2 ** 40 + (next() % 8));
    let stack = EMPTY_STACK;
    for (const address of [...addresses].reverse()) stack = trie.push(stack, address);
    const key = addresses.join();
    expect(stacks.get(key) ?? stack).toBe(stack);
    stacks.set(key, stack);
    expect([...trie.addresses(stack)]).toEqual(addresses);
  }
  expect(new Set(stacks.values()).size).toBe(stacks.size);
});

test("who had an identifier at a time", () => {
  const lives = new Lifetimes<number, { start: number; end: number; name: string }>();
  expect([lives.at(1, 0), lives.current(1)]).toEqual([undefined, undefined]);
  lives.add(1, { start: 10, end: Infinity, name: "first" });
  lives.add(1, { start: 20, end: Infinity, name: "second" });
  expect(lives.of(1).map(({ end }) => end)).toEqual([20, Infinity]);
  // Before the first and between two, the nearest.
  expect([0, 10, 19, 20, 99].map((time) => lives.at(1, time)?.name)).toEqual([
    "first",
    "first",
    "first",
    "second",
    "second",
  ]);
  expect(lives.current(1)?.name).toBe("second");
});
