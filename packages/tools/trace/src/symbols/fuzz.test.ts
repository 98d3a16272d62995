import { fuzz, mutate, orRefused } from "@adk/testing";
import { test } from "vitest";
import { BreakpadLines } from "./breakpad-lines.ts";
import { BreakpadSymbols } from "./breakpad-symbols.ts";

// Damaged symbol files are refused with an `AdkError`, or read as far as they go. `npm run fuzz` runs more of them.

const FUNCTIONS = Array.from({ length: 20 }, (_, i) => {
  const start = 0x1000 + i * 64;
  return `FUNC ${start.toString(16)} 40 0 f${i}(int)\n${start.toString(16)} 20 ${i} 0\n${(start + 32).toString(16)} 20 ${i + 1} 1\n`;
});
const HEAD = "MODULE windows x86_64 112233445566778899AABBCCDDEEFF002 shop.pdb\nFILE 0 a.c\nFILE 1 b.h\n";
const SAMPLE = new Uint8Array(Buffer.from(`${HEAD}${FUNCTIONS.join("")}PUBLIC 9000 0 end\n`));

test("damaged Breakpad files", { timeout: 0 }, async () => {
  await fuzz({ executions: 2000, mostTime: 500, outcomes: { read: 1 / 4, refused: 1 / 100 } }, async (next) => {
    const bytes = mutate({ bytes: SAMPLE, regions: [[0, SAMPLE.length]] }, next);
    const read = await orRefused(() => {
      const symbols = new BreakpadSymbols(bytes);
      const lines = new BreakpadLines(bytes);
      for (let address = 0xff0; address < 0x1600; address += 16) {
        const index = symbols.indexOf(address);
        if (index >= 0) symbols.nameAt(index);
        lines.find(address);
      }
      return true;
    });
    return read ? "read" : "refused";
  });
});
