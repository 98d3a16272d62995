import { Findings, MemoryAccess } from "@adk/core";
import { fuzz, mutate, orRefused } from "@adk/testing";
import { test } from "vitest";
import { PdbFile } from "./pdb-file.ts";
import { makeSamplePdb } from "./testing/sample-pdb.ts";
import { undecorate } from "./undecorate/undecorate.ts";

// Damaged databases must be refused with an `AdkError`, or read as far as they go: in bounded time and memory.
// `npm run fuzz` runs more of them: executions in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const SAMPLE = makeSamplePdb({
  publics: Array.from({ length: 40 }, (_, i) => [1, i * 16, `?f${i}@?$v@HV1@$0A@@@QEAAXXZ`] as const),
  functions: [
    [1, 0x10, 0x20, "start"],
    [1, 0x80, 0x10, "end"],
  ],
  lines: [
    [0, 7],
    [8, 9],
  ],
  annotations: [["TMF:", "b0a2ab1c-5ef9-1ea1-cc83-9a8b4c3a1a8d driver", "#typev queue 12", "{", "}"]],
  omap: [
    [0x1000, 0x5000],
    [0x1080, 0x4000],
  ],
});

test("damaged databases", { timeout: 0 }, async () => {
  await fuzz({ executions: 2000, mostTime: 1000, outcomes: { read: 1 / 10, refused: 1 / 100 } }, async (next) => {
    const bytes = mutate({ bytes: SAMPLE, regions: [[0, SAMPLE.length]] }, next);
    const read = await orRefused(async () => {
      const limits = { memoryBytes: 2 ** 22 };
      const pdb = await PdbFile.open(new MemoryAccess(bytes, "fuzz"), { limits, findings: new Findings() });
      const symbols = await pdb.readSymbols();
      for (const { address } of symbols) symbols.find(address);
      const lines = await pdb.readLines();
      for (const { address } of lines) lines.find(address);
      await pdb.readAnnotations();
      return true;
    });
    return read ? "read" : "refused";
  });
});

const NAMES = [
  "??$?6U?$char_traits@D@std@@@std@@YAAAV?$basic_ostream@DU?$char_traits@D@std@@@0@AAV10@PBD@Z",
  "?z@Local@?1???R<lambda_0>@?0??lam@@YAHXZ@QEBA?A?<auto>@@H@Z@QEAAHH@Z",
  "?go@?$Mf@$1??_9Base@inner@ns@@$B7AA@inner@ns@@QEAAHXZ",
  "?takes@@YAHP6AHDPEB_W@ZPEQBase@inner@ns@@HP8234@EBAHH@ZAEAY123$$CBH$$QEAHPEBQEDXW4Color@34@W4Kind@34@_S_U_N_J_KOZZ",
];
const LETTERS = "?@$_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

test("damaged names", { timeout: 0 }, async () => {
  await fuzz({ executions: 5000, mostTime: 1000, outcomes: { read: 1 / 10, kept: 1 / 100 } }, (next) => {
    const letters = [...(NAMES[next() % NAMES.length] as string)];
    for (let changes = 1 + (next() % 3); changes > 0; changes--) {
      letters.splice(next() % letters.length, next() % 2, LETTERS[next() % LETTERS.length] as string);
    }
    const name = letters.join("");
    return undecorate(name) === name ? "kept" : "read";
  });
});
