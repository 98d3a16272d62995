import { NO_ID } from "@adk/etl";
import type { MatchRule } from "./region-definition.ts";
import type { RegionEvents } from "./region-events.ts";

/**
 * What must be the same in two events, as one text; undefined where an event does not tell it, so that it matches none.
 *
 * @param rows of events, of which the first that has a field tells it
 * @param isTarget of the two, it is the stop, or the region around
 */
export function matchKey(
  events: RegionEvents,
  rule: MatchRule | undefined,
  rows: readonly number[],
  isTarget: boolean,
): string | undefined {
  if (!rule) return "";
  const known = rows.filter((row) => row >= 0);
  const [row] = known;
  if (row === undefined) return rule.thread || rule.process || rule.activity || rule.fields.length > 0 ? undefined : "";
  const parts: (number | string)[] = [];
  if (rule.thread) parts.push(events.get("thread", row));
  if (rule.process) parts.push(events.get("process", row));
  if (parts.includes(NO_ID)) return undefined;
  if (rule.activity) parts.push(events.get("activity", row));
  for (const { field, pattern, target, targetPattern } of rule.fields) {
    const name = isTarget ? target : field;
    const text = known.map((each) => events.valueOf(each, name)).find((each) => each !== undefined);
    const matched = text === undefined ? undefined : matchedPart(text, isTarget ? targetPattern : pattern);
    if (matched === undefined) return undefined;
    parts.push(matched);
  }
  return JSON.stringify(parts);
}

function matchedPart(text: string, pattern: RegExp | undefined): string | undefined {
  if (!pattern) return text;
  const match = pattern.exec(text);
  return match ? (match[1] ?? match[0]) : undefined;
}
