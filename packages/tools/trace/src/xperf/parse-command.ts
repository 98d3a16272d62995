import { AdkError, suggest } from "@adk/core";
import type { TimeRange } from "../time-range.ts";
import { NUMBER, type XperfAction } from "./action.ts";
import { ACTIONS } from "./actions.ts";
import { type ActionOptions, parseTime } from "./options.ts";
import { REFUSED_ACTIONS } from "./refused-actions.ts";

/** An action with its options. */
export interface ActionCall {
  readonly action: XperfAction;
  readonly options: ActionOptions;
  readonly range: TimeRange | undefined;
  /** File for what it tells, in place of the output of all. */
  readonly output: string | undefined;
  /** File for its warnings. */
  readonly warnings: string | undefined;
}

/** Options of every action: files for its output and its errors. */
const FILES: XperfAction["options"] = { ao: NUMBER, ae: NUMBER };

/** xperf's command line, as far as it reads traces. */
export interface XperfCommand {
  readonly help: string | undefined;
  readonly merge:
    | { readonly files: readonly string[]; readonly output: string; readonly compress: boolean }
    | undefined;
  readonly files: readonly string[];
  readonly output: string | undefined;
  /** True: by `_NT_SYMBOL_PATH`. */
  readonly symbols: string | boolean;
  readonly target: "human" | "machine";
  readonly quiet: boolean;
  readonly calls: readonly ActionCall[];
}

const GLOBAL = ["i", "o", "a", "symbols", "target", "quiet", "tle", "tti", "merge", "compress", "help", "?"];
/** What records, not reads: there is no Windows here to do it. */
const RECORDING = [
  "on",
  "start",
  "stop",
  "d",
  "f",
  "stackwalk",
  "buffersize",
  "minbuffers",
  "maxbuffers",
  "loggers",
  "providers",
  "flush",
  "setprofint",
  "profiles",
];

/** @throws AdkError of kind usage or unsupported: `XPERF_BAD_OPTION`, `XPERF_BAD_ACTION` ... */
export function parseXperf(argv: readonly string[]): XperfCommand {
  const words = [...argv];
  const files: string[] = [];
  const calls: ActionCall[] = [];
  let [output, help, target, symbols]: [string?, string?, XperfCommand["target"]?, (string | boolean)?] = [];
  let merge: string[] | undefined;
  let [compress, quiet] = [false, false];
  const value = (option: string) => {
    const next = words.shift();
    if (next === undefined) throw usage("XPERF_NO_VALUE", "The option takes a value.", `-${option}`);
    return next;
  };
  const values = () => {
    const found: string[] = [];
    while (words[0] !== undefined && !words[0].startsWith("-")) found.push(words.shift() as string);
    return found;
  };
  while (words.length > 0) {
    const word = words.shift() as string;
    const option = /^[-/](\S+)$/.exec(word)?.[1]?.toLowerCase();
    switch (option) {
      case "i":
        files.push(value("i"), ...values());
        break;
      case "o":
        output = value("o");
        break;
      case "a":
        calls.push(parseAction(value("a"), words));
        break;
      case "symbols":
        symbols = words[0] !== undefined && !words[0].startsWith("-") ? value("symbols") : true;
        break;
      case "target":
        target = parseTarget(value("target"));
        break;
      case "merge":
        merge = values();
        break;
      case "compress":
        compress = true;
        break;
      case "quiet":
        quiet = true;
        break;
      case "tle":
      case "tti":
        break;
      case "help":
      case "?":
        help = words.shift() ?? "";
        break;
      default:
        throw badOption(word, option);
    }
  }
  if (merge && merge.length < 2) throw usage("XPERF_NO_VALUE", "-merge takes traces and the one to write.", "-merge");
  const merged = merge && { files: merge.slice(0, -1), output: merge.at(-1) as string, compress };
  const chosen = calls.length > 0 ? calls : [parseAction("dumper", [])];
  return {
    help,
    merge: merged,
    files,
    output,
    symbols: symbols ?? false,
    target: target ?? "human",
    quiet,
    calls: chosen,
  };
}

function badOption(word: string, option: string | undefined): AdkError {
  if (option !== undefined && RECORDING.includes(option)) {
    return new AdkError("XPERF_RECORDING", "Traces are recorded on Windows only.", {
      kind: "unsupported",
      found: word,
    });
  }
  const near = option && suggest(option, GLOBAL);
  return usage("XPERF_BAD_OPTION", "Unrecognized option.", word, near && `Did you mean -${near}?`);
}

function parseTarget(text: string): XperfCommand["target"] {
  if (text !== "human" && text !== "machine") throw usage("XPERF_BAD_TARGET", "The target is human or machine.", text);
  return text;
}

/** Takes from the words what belongs to the action: all up to an option that is not one of its own. */
function parseAction(name: string, words: string[]): ActionCall {
  const action = ACTIONS.get(name.toLowerCase());
  const refused = REFUSED_ACTIONS.get(name.toLowerCase());
  if (refused !== undefined) throw unsupported(name, refused);
  if (!action) {
    const near = suggest(name, ACTIONS.keys());
    throw usage("XPERF_BAD_ACTION", "There is no such action.", name, near && `Did you mean -a ${near}?`);
  }
  const options = new Map<string, readonly string[]>();
  while (words[0] !== undefined) {
    const option = words[0].startsWith("-") ? words[0].slice(1).toLowerCase() : "";
    const arity = action.options[option] ?? FILES[option];
    if (arity === undefined) {
      if (GLOBAL.includes(option)) break;
      const reason = action.refused?.[option];
      if (reason !== undefined) throw unsupported(`-${option} of ${action.name}`, reason);
      const near = suggest(option || words[0], Object.keys(action.options));
      const found = `${words[0]} of ${action.name}`;
      throw usage("XPERF_BAD_OPTION", "Unrecognized action option.", found, near && `Did you mean -${near}?`);
    }
    words.shift();
    const own: string[] = [];
    while (words[0] !== undefined && !words[0].startsWith("-") && own.length < arity.most)
      own.push(words.shift() as string);
    if (own.length < arity.least)
      throw usage("XPERF_NO_VALUE", "The option takes a value.", `-${option} of ${action.name}`);
    options.set(option, own);
  }
  const file = (option: string) => options.get(option)?.[0];
  return { action, options, range: parseRange(options.get("range")), output: file("ao"), warnings: file("ae") };
}

/** @returns milliseconds */
function parseRange(values: readonly string[] | undefined): TimeRange | undefined {
  if (!values) return undefined;
  const [from, to = Infinity] = values.map((text) => parseTime(text) ?? Number.NaN);
  if (from === undefined || !(from <= to)) {
    const hint = "Or with a unit: -range 1500ms 2s";
    throw usage("XPERF_BAD_RANGE", "The range is two times in microseconds.", values.join(" "), hint);
  }
  return { from, to };
}

function unsupported(found: string, reason: string): AdkError {
  return new AdkError("XPERF_UNSUPPORTED", "This is not supported.", { kind: "unsupported", found, hint: reason });
}

function usage(code: string, message: string, found: string, hint?: string): AdkError {
  return new AdkError(code, message, { kind: "usage", found, hint });
}
