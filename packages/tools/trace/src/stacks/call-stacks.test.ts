import { random } from "@adk/testing";
import { expect, test } from "vitest";
import { CallStacks, EMPTY_ROW } from "./call-stacks.ts";

test("stacks of two rows are those of all their frames", () => {
  const next = random(5);
  const rowOf = (count: number) => Array.from({ length: count }, () => next() % 4);
  // The last one is longer than what is made at once.
  const rows = [...Array.from({ length: 400 }, () => rowOf(1 + (next() % 9))), rowOf((1 << 20) + 7)];
  const stacks = new CallStacks(rows.length * 2);
  const numbers = rows.map((row) => stacks.addRow([...row].reverse()));
  const expected: number[][] = [];
  rows.forEach((row, i) => {
    const inner = rows[(i * 7) % 400] as number[];
    stacks.put(i * 2, numbers[i] as number, EMPTY_ROW);
    stacks.put(i * 2 + 1, numbers[i] as number, numbers[(i * 7) % 400] as number);
    expected.push(row, [...row, ...inner]);
  });
  const byFrames = new Map<string, number>();
  for (const [stack, frames] of expected.entries()) {
    const read: number[] = [];
    expect(stacks.read(stack, read)).toBe(frames.length);
    expect(read).toEqual(frames);
    expect(stacks.depthOf(stack)).toBe(frames.length);
    expect(stacks.innermost(stack)).toBe(frames.at(-1));
    const depth = next() % frames.length;
    expect(stacks.frameAt(stack, depth)).toBe(frames[depth]);
    if (frames.length > 100) continue;
    // The tree has one node for stacks of the same frames.
    const node = stacks.tree.nodes[stack] as number;
    const key = frames.join();
    expect(node).toBe(byFrames.get(key) ?? node);
    byFrames.set(key, node);
    expect([...stacks.tree.stacks.addresses(node)].reverse()).toEqual(frames);
  }
  expect(new Set(byFrames.values()).size).toBe(byFrames.size);
});
