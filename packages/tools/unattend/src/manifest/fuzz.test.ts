import { AdkError } from "@adk/core";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { AnswerFile } from "../document/answer-file.ts";
import { random } from "../testing/mutations.ts";
import { leavesOf, treeOf } from "./answer-tree.ts";
import { fromManifest } from "./from-manifest.ts";
import { parseManifest } from "./manifest-file.ts";
import { PRESETS } from "./presets.ts";
import { toManifest } from "./to-manifest.ts";

// Damaged manifests must be refused with an `AdkError`, or give an answer file that is read back to the same settings.
// `npm run fuzz` runs more of them: executions in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const EXECUTIONS = Number(process.env.ADK_FUZZ_EXECUTIONS ?? 250);
const SEED = Number(process.env.ADK_FUZZ_SEED ?? 1);

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

test(`${EXECUTIONS} damaged manifests`, { timeout: 600_000 }, () => {
  const samples = PRESETS.map(({ manifest }) => stringify(manifest));
  const numbers = random(SEED);
  const next = (below: number) => numbers() % Math.max(1, below);
  let written = 0;
  for (let i = 0; i < EXECUTIONS; i++) {
    let text = samples[next(samples.length)]!;
    for (let times = 1 + next(3); times > 0; times--) text = mutate(text, next);
    try {
      const file = fromManifest(parseManifest(text));
      const again = AnswerFile.parse(file.toBytes());
      if (again.problems.length > 0) continue;
      const back = fromManifest(toManifest(again).manifest);
      expect(new Set(leavesOf(treeOf(back)).map(({ id }) => id))).toEqual(
        new Set(leavesOf(treeOf(again)).map(({ id }) => id)),
      );
      written++;
    } catch (error) {
      if (!(error instanceof AdkError)) throw error;
    }
  }
  expect(written).toBeGreaterThan(0);
});
