import { fuzz, orRefused } from "@adk/testing";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { AnswerFile } from "../document/answer-file.ts";
import { leavesOf, treeOf } from "./answer-tree.ts";
import { fromManifest } from "./from-manifest.ts";
import { parseManifest } from "./manifest-file.ts";
import { PRESETS } from "./presets.ts";
import { toManifest } from "./to-manifest.ts";

// Damaged manifests must be refused with an `AdkError`, or give an answer file that is read back to the same settings.
// `npm run fuzz` runs more of them: executions in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const PIECES = [
  "\n",
  "  ",
  ": ",
  "- ",
  "{",
  "[",
  "]",
  '"',
  "'",
  "&a ",
  "*a",
  "<",
  "&amp;",
  "\u0000",
  "\ud800",
  "true",
  "-1",
  "1e99",
  "!!x ",
];

function mutate(text: string, next: (below: number) => number): string {
  const at = next(text.length);
  switch (next(4)) {
    case 0:
      return text.slice(0, at) + PIECES[next(PIECES.length)] + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + next(20));
    case 2: {
      const from = next(text.length);
      return text.slice(0, at) + text.slice(from, from + next(40)) + text.slice(at);
    }
    default:
      return text.slice(0, at) + String.fromCharCode(32 + next(95)) + text.slice(at + 1);
  }
}

test("damaged manifests", { timeout: 0 }, async () => {
  const samples = PRESETS.map(({ manifest }) => stringify(manifest));
  await fuzz({ executions: 250, mostTime: 5000, outcomes: { refused: 1 / 100, written: 1 / 100 } }, async (numbers) => {
    const next = (below: number) => numbers() % Math.max(1, below);
    let text = samples[next(samples.length)]!;
    for (let times = 1 + next(3); times > 0; times--) text = mutate(text, next);
    const isWritten = await orRefused(() => {
      const again = AnswerFile.parse(fromManifest(parseManifest(text)).toBytes());
      if (again.problems.length > 0) return false;
      expect(settingsOf(fromManifest(toManifest(again).manifest))).toEqual(settingsOf(again));
      return true;
    });
    return isWritten ? "written" : "refused";
  });
});

function settingsOf(file: AnswerFile): Set<string> {
  return new Set(leavesOf(treeOf(file)).map(({ id }) => id));
}
