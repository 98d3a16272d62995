import { fuzz, orRefused } from "@adk/testing";
import { test } from "vitest";
import { simulateDisks } from "./disk/simulate.ts";
import { AnswerFile } from "./document/answer-file.ts";
import { encodeText } from "./document/encoding.ts";
import { walkLeaves } from "./document/setting-values.ts";
import { diffFiles } from "./edit/diff-files.ts";
import { formatFile } from "./edit/format-file.ts";
import { setValue } from "./edit/set-value.ts";
import { COMPLETE } from "./testing/answer-files.ts";
import { mutateBytes, mutateText } from "./testing/mutations.ts";
import { fixFile } from "./validate/fix-file.ts";
import { validate } from "./validate/validate.ts";

// Damaged files must be read as far as they go, with findings that lie in the file: in bounded time, and never with another error
// than an `AdkError`. `npm run fuzz` runs more: executions in ADK_FUZZ_EXECUTIONS, another sequence with ADK_FUZZ_SEED.

const ENCODINGS = [
  { name: "utf-8", bom: false },
  { name: "utf-8", bom: true },
  { name: "utf-16le", bom: true },
  { name: "utf-16be", bom: true },
];

test("damaged files", { timeout: 0 }, async () => {
  const outcomes = { malformed: 1 / 100, errors: 1 / 100, sound: 1 / 100 };
  await fuzz({ executions: 1500, mostTime: 2000, outcomes }, (next, execution) => {
    const encoding = ENCODINGS[next() % ENCODINGS.length]!;
    const text = next() % 8 ? mutateText(COMPLETE, next) : COMPLETE;
    const bytes = encodeText(text, encoding);
    const damaged = next() % 4 ? bytes : mutateBytes(bytes, next);
    return use(damaged, execution % 16 === 0);
  });
});

/** Does with a file what commands do. */
async function use(bytes: Uint8Array, edit: boolean): Promise<"malformed" | "errors" | "sound"> {
  const file = AnswerFile.parse(bytes);
  if (file.toBytes() !== bytes) throw new Error("an unchanged file has other bytes");
  const { findings } = validate(file, { template: bytes.length % 2 === 0 });
  const { lines } = file.lines;
  for (const { line, endLine, column, endColumn } of findings) {
    const isOrdered = line < endLine || (line === endLine && column <= endColumn);
    if (line < 1 || endLine > lines || column < 1 || !isOrdered)
      throw new Error(`a place outside: ${line}:${column}-${endLine}:${endColumn}`);
  }
  simulateDisks(file);
  for (const { path } of walkLeaves(file)) if (path === "") throw new Error("a value without path");
  if (edit) await orRefused(() => changeIt(file));
  if (file.problems.length > 0) return "malformed";
  return findings.some(({ severity }) => severity === "error") ? "errors" : "sound";
}

function changeIt(file: AnswerFile): void {
  fixFile(file);
  const formatted = formatFile(file);
  if (diffFiles(file, formatted).length > 0) throw new Error("formatting changed a value");
  if (formatFile(formatted).text !== formatted.text) throw new Error("formatting twice changes more");
  setValue(file, "specialize/Microsoft-Windows-Shell-Setup/TimeZone", "UTC");
}
