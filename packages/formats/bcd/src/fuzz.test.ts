import { MemoryAccess } from "@adk/core";
import { fuzz, mutate, orRefused, type Sample } from "@adk/testing";
import { test } from "vitest";
import {
  checkStore,
  createWindowsStore,
  createWinPeStore,
  listObjects,
  openStore,
  selectObjects,
  storeToJson,
} from "./index.ts";

// Damaged stores must be refused with an `AdkError`, or read as far as they go: in bounded time and memory.

const TIME = 132_000_000_000_000_000n;

const SAMPLES: readonly Sample[] = [
  createWinPeStore({ firmware: "uefi", time: TIME }),
  createWindowsStore({ firmware: "bios", description: "Windows 11", systemRoot: "\\Windows", time: TIME }),
].map((editor) => ({ bytes: editor.toBytes(), regions: [] }));

test("damaged stores", { timeout: 0 }, async () => {
  await fuzz({ executions: 400, mostTime: 2000, outcomes: { refused: 0, read: 0.2 } }, async (next) => {
    const bytes = mutate(SAMPLES[next() % SAMPLES.length] as Sample, next);
    const outcome = await orRefused(async () => {
      const store = await openStore(new MemoryAccess(bytes, "BCD"), { ignoreLogs: true });
      checkStore(store);
      listObjects(store, selectObjects(store, "all"));
      JSON.stringify(storeToJson(store));
      return "read" as const;
    });
    return outcome === "read" ? "read" : "refused";
  });
});
