import { AdkError, suggest } from "@adk/core";
import type { TimeRange } from "../time-range.ts";

/** wpaexporter's command line. */
export interface WpaExporterCommand {
  readonly files: readonly string[];
  readonly profile: string | undefined;
  readonly delimiter: string;
  readonly prefix: string;
  readonly outputFolder: string;
  readonly range: TimeRange | undefined;
  /** Labels of the two marks that the range lies between. */
  readonly marks: readonly [string, string] | undefined;
  /** The name of the region that the range is. */
  readonly region: string | undefined;
  /** Files that define regions of interest. */
  readonly regionFiles: readonly string[];
  readonly symbols: boolean;
  readonly help: boolean;
}

const OPTIONS = [
  "i",
  "profile",
  "delimiter",
  "prefix",
  "outputfolder",
  "outputformat",
  "range",
  "marks",
  "region",
  "regionsxml",
  "symbols",
  "symcacheonly",
  "tti",
  "tle",
  "help",
  "?",
];

/** Values that options take, where it is not one. */
const COUNTS: Readonly<Record<string, number>> = {
  range: 2,
  marks: 2,
  tti: 0,
  tle: 0,
  symbols: 0,
  symcacheonly: 0,
  help: 0,
  "?": 0,
};

/** Up to the next option, and one at least. */
function valuesFrom(argv: readonly string[], start: number): number {
  let end = start;
  while (end < argv.length && !OPTION.test(argv[end] as string)) end++;
  return Math.max(1, end - start);
}

const OPTION = /^[-/][a-z?]+$/i;

/** @throws AdkError of kind usage */
export function parseWpaExporter(argv: readonly string[]): WpaExporterCommand {
  const files: string[] = [];
  const values = new Map<string, string[]>();
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string;
    if (!OPTION.test(word)) {
      // The trace may stand without its option.
      files.push(word);
      continue;
    }
    const name = word.slice(1).toLowerCase();
    if (!OPTIONS.includes(name)) {
      const near = suggest(name, OPTIONS);
      throw usage("WPAEXPORTER_BAD_OPTION", "Unknown option.", word, near && `Did you mean -${near}?`);
    }
    const count = name === "regionsxml" ? valuesFrom(argv, at + 1) : (COUNTS[name] ?? 1);
    const own = argv.slice(at + 1, at + 1 + count);
    if (own.length < count) throw usage("WPAEXPORTER_NO_VALUE", "The option takes a value.", word);
    at += count;
    if (name === "i") files.push(...own);
    else if (name === "regionsxml") values.set(name, [...(values.get(name) ?? []), ...own]);
    else values.set(name, own);
  }
  const one = (name: string) => values.get(name)?.[0];
  const range = values.get("range");
  const [from, to] = values.get("marks") ?? [];
  const regionFiles = values.get("regionsxml") ?? [];
  if (["range", "marks", "region"].filter((name) => values.has(name)).length > 1)
    throw usage("WPAEXPORTER_TWO_RANGES", "-range, -marks and -region exclude each other.", argv.join(" "));
  const format = one("outputformat") ?? "csv";
  if (format.toLowerCase() !== "csv") throw usage("WPAEXPORTER_BAD_FORMAT", "Tables are written as CSV only.", format);
  return {
    files,
    profile: one("profile"),
    delimiter: one("delimiter")?.replace("\\t", "\t") ?? ",",
    prefix: one("prefix") ?? "",
    outputFolder: one("outputfolder") ?? ".",
    range: range && { from: parseTime(range[0]), to: parseTime(range[1]) },
    marks: from !== undefined && to !== undefined ? [from, to] : undefined,
    region: one("region"),
    regionFiles,
    symbols: values.has("symbols"),
    help: values.has("help") || values.has("?"),
  };
}

const MILLISECONDS: Readonly<Record<string, number>> = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 };

/** Nanoseconds, or with a unit: `1500ms`. @returns milliseconds */
function parseTime(text = ""): number {
  const [, digits, unit = "ns"] = /^(\d+(?:\.\d+)?)(s|ms|us|ns)?$/i.exec(text) ?? [];
  if (digits === undefined) {
    throw usage(
      "WPAEXPORTER_BAD_TIME",
      "This is no time.",
      text,
      "Times are nanoseconds, or have a unit: 1.5s, 20ms, 7us.",
    );
  }
  return Number(digits) * (MILLISECONDS[unit.toLowerCase()] as number);
}

function usage(code: string, message: string, found: string, hint?: string): AdkError {
  return new AdkError(code, message, { kind: "usage", found, hint });
}
