import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { mapAsDone, mapOrdered } from "./concurrency.ts";

describe("mapOrdered", () => {
  test("keeps the order although later work ends first", async () => {
    const results: number[] = [];
    for await (const result of mapOrdered([30, 1, 20, 2], 4, async (ms) => {
      await sleep(ms);
      return ms;
    })) {
      results.push(result);
    }
    expect(results).toEqual([30, 1, 20, 2]);
  });

  test("never runs more at once than it may, and takes items only when there is room", async () => {
    let taken = 0;
    let running = 0;
    let most = 0;
    function* items() {
      for (let i = 0; i < 20; i++) {
        taken++;
        yield i;
      }
    }
    for await (const i of mapOrdered(items(), 3, async (item) => {
      most = Math.max(most, ++running);
      await sleep(1);
      running--;
      return item;
    })) {
      expect(taken - i).toBeLessThanOrEqual(3);
    }
    expect(most).toBe(3);
  });

  test("a failure waits for what runs and starts nothing further", async () => {
    const started: number[] = [];
    const ended: number[] = [];
    const run = async () => {
      for await (const _ of mapOrdered([1, 2, 3, 4, 5, 6], 2, async (item) => {
        started.push(item);
        await sleep(item === 2 ? 20 : 1);
        if (item === 1) throw new Error("first");
        ended.push(item);
      })) {
        // Nothing arrives before the failure.
      }
    };
    await expect(run()).rejects.toThrow("first");
    expect(started).toEqual([1, 2]);
    expect(ended).toEqual([2]);
  });

  test("a caller that stops early leaves nothing running", async () => {
    let running = 0;
    for await (const _ of mapOrdered([1, 2, 3, 4], 3, async () => {
      running++;
      await sleep(5);
      running--;
    })) {
      break;
    }
    expect(running).toBe(0);
  });
});

describe("mapAsDone", () => {
  test("gives results as they are there, and never runs more at once than it may", async () => {
    const results: number[] = [];
    let running = 0;
    let most = 0;
    for await (const result of mapAsDone([60, 1, 2, 3], 2, async (ms) => {
      most = Math.max(most, ++running);
      await sleep(ms);
      running--;
      return ms;
    })) {
      results.push(result);
    }
    expect(results).toEqual([1, 2, 3, 60]);
    expect(most).toBe(2);
  });

  test("a failure waits for what runs and starts nothing further", async () => {
    const started: number[] = [];
    const ended: number[] = [];
    const work = async (ms: number) => {
      started.push(ms);
      await sleep(ms);
      if (ms === 5) throw new Error("fails");
      ended.push(ms);
      return ms;
    };
    const all = async () => {
      for await (const _ of mapAsDone([40, 5, 1, 1], 2, work));
    };
    await expect(all()).rejects.toThrow("fails");
    expect(started).toEqual([40, 5]);
    expect(ended).toEqual([40]);
  });
});
