import { decodeTextFile, type Limits, limitExceeded, withLimits } from "@adk/core";

/** One entry of a log of Setup, with the lines that continue it. */
export interface SetupLogEntry {
  /** From 1. */
  readonly line: number;
  /** `2019-05-01 10:00:00`, in the time zone of the machine; empty for lines without. */
  readonly time: string;
  readonly level: "info" | "warning" | "error" | "fatal" | "other";
  /** `IBS`, `SYSPRP`, `CBS`; empty where the line names none. */
  readonly component: string;
  readonly text: string;
}

/** `2019-05-01 10:00:00, Error [0x0606cc] IBS    Callback_...`; the number and the component are at times left out. */
const ENTRY =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d), (\w+)\s+(?:\[0x[\da-f]+\]\s*)?(?:([A-Z][A-Za-z\d_]{1,11})\s{2,}|\[([^\]]{1,40})\]\s)?(.*)$/i;
const MOST_BYTES = 256 << 20;
/** Characters of one entry; logs of crashes can have megabytes in one. */
const MOST_TEXT = 8192;

/**
 * Reads setupact.log, setuperr.log and their kin (Panther, UnattendGC, Sysprep): UTF-8, an ANSI code page or UTF-16.
 *
 * @throws AdkError `LIMIT_EXCEEDED`
 */
export function parseSetupLog(bytes: Uint8Array, file?: string, some: Partial<Limits> = {}): SetupLogEntry[] {
  const limits = withLimits({ memoryBytes: MOST_BYTES, ...some });
  if (bytes.length > limits.memoryBytes) throw limitExceeded("memoryBytes", bytes.length, limits, { file });
  const entries: SetupLogEntry[] = [];
  const lines = decodeTextFile(bytes).split(/\r\n|\n|\r/);
  for (const [i, line] of lines.entries()) {
    const found = ENTRY.exec(line);
    const last = entries.at(-1);
    if (found) {
      const [, time = "", level = "", component, bracketed, text = ""] = found;
      entries.push({
        line: i + 1,
        time,
        level: LEVELS[level.toLowerCase()] ?? "other",
        component: component ?? bracketed ?? "",
        text: text.slice(0, MOST_TEXT),
      });
    } else if (line.trim() !== "" && last && last.text.length < MOST_TEXT) {
      entries[entries.length - 1] = { ...last, text: `${last.text}\n${line}`.slice(0, MOST_TEXT) };
    } else if (line.trim() !== "" && !last) {
      entries.push({ line: i + 1, time: "", level: "other", component: "", text: line.slice(0, MOST_TEXT) });
    }
  }
  return entries;
}

const LEVELS: Readonly<Record<string, SetupLogEntry["level"]>> = {
  info: "info",
  perf: "info",
  warning: "warning",
  error: "error",
  fatal: "fatal",
};
