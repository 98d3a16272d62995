import { AdkError, suggest } from "@adk/core";
import type { Difference } from "./compare.ts";
import { METRICS } from "./metrics.ts";

/** A condition under which a comparison fails: `cpu(MsMpEng.exe)>+20%`. */
export interface Gate {
  readonly text: string;
  readonly metric: string;
  /** Of the process; `*` for all of them together. */
  readonly process: string;
  /** `>` for what grew, `<` for what shrank. */
  readonly above: boolean;
  /** With a sign: against the first set. Else the value of the second set itself. */
  readonly relative: boolean;
  readonly amount: number;
  readonly percent: boolean;
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  ms: 1,
  s: 1000,
  us: 0.001,
  B: 1,
  KB: 1024,
  MB: 2 ** 20,
  GB: 2 ** 30,
};

/** @throws AdkError `TRACE_BAD_CONDITION` */
export function parseGate(text: string): Gate {
  const match = /^\s*(\w+)\(([^)]*)\)\s*([<>])\s*([+-]?)(\d+(?:\.\d+)?)\s*(%|ms|us|s|KB|MB|GB|B)?\s*$/.exec(text);
  if (!match) throw bad(text, "Write it as cpu(MsMpEng.exe)>+20%, disk(*)>500ms, diskbytes(setup.exe)>+10MB.");
  const [, metric = "", process = "", sign, plus, amount, unit = ""] = match;
  const names = METRICS.map(({ name }) => name);
  if (!names.includes(metric)) {
    const near = suggest(metric, names);
    throw bad(text, near ? `Did you mean ${near}?` : `What is measured is one of ${names.join(", ")}.`);
  }
  const percent = unit === "%";
  if (percent && plus === "")
    throw bad(text, "A percentage is against the first trace: write it with a sign, as +20%.");
  const value = Number(amount) * (percent ? 1 : (UNITS[unit] as number)) * (plus === "-" ? -1 : 1);
  return { text: text.trim(), metric, process, above: sign === ">", relative: plus !== "", amount: value, percent };
}

function bad(found: string, hint: string): AdkError {
  return new AdkError("TRACE_BAD_CONDITION", "This is no condition for a comparison.", { kind: "usage", found, hint });
}

export interface GateResult {
  readonly condition: string;
  /** It is met: the comparison fails. */
  readonly met: boolean;
  readonly why: string;
}

/**
 * Whether a condition is met. A difference that is not certain meets none: it may be chance. Where it cannot be told whether it is, as
 * of one run each without samples, the values alone count.
 */
export function checkGate(gate: Gate, differences: readonly Difference[]): GateResult {
  const own = differences.filter(
    ({ metric, process }) =>
      metric === gate.metric && (gate.process === "*" || process.toLowerCase() === gate.process.toLowerCase()),
  );
  const [a, b] = [sum(own, "a"), sum(own, "b")];
  const value = !gate.relative ? b : gate.percent ? (a === 0 ? (b > 0 ? Infinity : 0) : (100 * (b - a)) / a) : b - a;
  const beyond = gate.above ? value > gate.amount : value < gate.amount;
  const unit = gate.percent ? "%" : (own[0]?.unit ?? "");
  const shown = `${gate.metric}(${gate.process}) is ${gate.relative && value > 0 ? "+" : ""}${value.toFixed(1)}${unit && unit !== "%" ? " " : ""}${unit}`;
  if (!beyond) return { condition: gate.text, met: false, why: shown };
  const chance = gate.relative && own.length === 1 && own[0]?.certain === false;
  if (chance) return { condition: gate.text, met: false, why: `${shown}, but that may be chance` };
  return { condition: gate.text, met: true, why: shown };
}

function sum(differences: readonly Difference[], key: "a" | "b"): number {
  return differences.reduce((total, each) => total + each[key], 0);
}
