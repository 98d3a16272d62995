import { encodeUtf16, Findings } from "@adk/core";
import { fuzz, orRefused } from "@adk/testing";
import { expect, test } from "vitest";
import { HiveEditor } from "./hive-editor.ts";
import { importRegFile } from "./reg-file-import.ts";
import { parseRegFile } from "./reg-file-parser.ts";
import { formatRegFile } from "./reg-file-writer.ts";

// Damaged .reg files must be refused with an `AdkError`, or read as far as they make sense, in bounded time.
// `npm run fuzz` runs more of them: executions in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const ROOT = "HKEY_LOCAL_MACHINE\\HIVE";
const LIMITS = { memoryBytes: 2 ** 22, entries: 10_000 };

const TEXT = `Windows Registry Editor Version 5.00\r
\r
; comment\r
[${ROOT}\\Key]\r
@="default \\"quoted\\" C:\\\\path"\r
"dword"=dword:0000001f ; comment\r
"hex"=hex:01,02,03,\\\r
  04,05,06\r
"expand"=hex(2):25,00,50,00,41,00,54,00,48,00,25,00,00,00\r
"property"=hex(ffff0012):01\r
"gone"=-\r
"lines"="one\r
two"\r
\r
[${ROOT}\\Key\\Sub]Key]\r
"qword"=hex(b):01,00,00,00,00,00,00,00\r
\r
[-${ROOT}\\Key\\Gone]\r
`;
const PIECES = [
  "[",
  "]",
  "[-",
  '"',
  "\\",
  "=",
  "-",
  ",",
  "hex:",
  "hex(",
  "):",
  "dword:",
  ";",
  "\r\n",
  "\n",
  "\0",
  "\ud800",
  "@",
  " ",
];
const SAMPLES: readonly Uint8Array[] = [
  encodeUtf16(`\uFEFF${TEXT}`),
  new TextEncoder().encode(TEXT),
  new TextEncoder().encode(TEXT.replace(/^.*\r\n/, "REGEDIT4\r\n")),
];

function mutate(sample: Uint8Array, next: () => number): Uint8Array {
  const bytes = sample.slice();
  const start = next() % bytes.length;
  switch (next() % 5) {
    case 0:
      bytes[start] = next();
      return bytes;
    case 1:
      return bytes.subarray(0, start);
    case 2: {
      const wide = sample === SAMPLES[0];
      const piece = PIECES[next() % PIECES.length] as string;
      const inserted = wide ? encodeUtf16(piece) : new TextEncoder().encode(piece);
      const at = wide ? start & ~1 : start;
      return new Uint8Array([...bytes.subarray(0, at), ...inserted, ...bytes.subarray(at)]);
    }
    case 3:
      return new Uint8Array([
        ...bytes.subarray(0, start),
        ...bytes.subarray(Math.min(bytes.length, start + (next() % 40))),
      ]);
    default: {
      const from = next() % bytes.length;
      bytes.copyWithin(start, from, from + (next() % 60));
      return bytes;
    }
  }
}

test("damaged .reg files", { timeout: 0 }, async () => {
  const outcomes = { refused: 1 / 50, problems: 1 / 50, sound: 1 / 50 };
  await fuzz({ executions: 1500, mostTime: 1000, outcomes }, (next) => {
    const bytes = mutate(SAMPLES[next() % SAMPLES.length] as Uint8Array, next);
    return use(next() % 2 && bytes.length > 0 ? mutate(bytes, next) : bytes);
  });
});

async function use(bytes: Uint8Array): Promise<"refused" | "problems" | "sound"> {
  const findings = new Findings();
  const file = await orRefused(() => parseRegFile(bytes, { findings, limits: LIMITS }));
  if (!file) return "refused";
  const again = parseRegFile(formatRegFile(file));
  expect(again.keys.length).toBe(file.keys.length);
  const editor = HiveEditor.create();
  await orRefused(() => importRegFile(editor, file, { root: ROOT }));
  return findings.list.length > 0 ? "problems" : "sound";
}
