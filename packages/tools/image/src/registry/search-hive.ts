import { AdkError, wildcardMatcher } from "@adk/core";
import { type Hive, joinKeyPath, secretKeys, type Value, walkKeys } from "@adk/registry";
import { requiredKey } from "./open-hive.ts";
import type { RegistrySearchResult } from "./schemas.ts";
import { dataText, describeValue } from "./value-text.ts";

export type SearchPlace = "keys" | "names" | "data";

export interface SearchHiveOptions {
  /** Below this key. Default: the whole hive. */
  readonly key?: string | undefined;
  /** Where to look. Default: everywhere. */
  readonly in?: readonly SearchPlace[] | undefined;
  /** Values of this type alone: `REG_SZ`. */
  readonly type?: number | undefined;
}

/**
 * Finds keys by name, and values by name or data. Numbers are matched as `0x1f (31)`, bytes as hexadecimal digits.
 *
 * @param matches see `textMatcher`
 * @throws AdkError `REG_NO_SUCH_KEY`
 */
export function searchHive(
  hive: Hive,
  matches: (text: string) => boolean,
  { key: from = "", in: places = ["keys", "names", "data"], type }: SearchHiveOptions = {},
): RegistrySearchResult {
  const found: RegistrySearchResult["matches"] = [];
  const isSecret = secretKeys(hive);
  const top = requiredKey(hive, from);
  const above = top.path;
  const hasData = (value: Value): boolean => {
    const data = hive.attempt(() => value.data());
    return data !== undefined && matches(dataText(value.type, data));
  };
  for (const { name, path, depth, values } of walkKeys(top)) {
    const key = joinKeyPath(above, path);
    if (type === undefined && depth > 0 && places.includes("keys") && matches(name)) found.push({ key });
    const secret = isSecret(key);
    for (const value of values) {
      if (type !== undefined && value.type !== type) continue;
      const byName = places.includes("names") && matches(value.name);
      if (byName || (places.includes("data") && !secret && hasData(value))) {
        found.push({ key, value: describeValue(value, secret) });
      }
    }
  }
  return { matches: found, findings: hive.findings.list };
}

/**
 * Matches text in any case: a part of it; with `*` or `?` in the pattern all of it; or a regular expression.
 *
 * @throws AdkError `REG_BAD_PATTERN`
 */
export function textMatcher(pattern: string, options: { regex?: boolean | undefined } = {}): (text: string) => boolean {
  if (options.regex) {
    const expression = toExpression(pattern);
    return (text) => expression.test(text);
  }
  return wildcardMatcher(/[*?]/.test(pattern) ? pattern : `*${pattern}*`);
}

function toExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "i");
  } catch (cause) {
    throw new AdkError("REG_BAD_PATTERN", "This is no regular expression.", { kind: "usage", found: pattern, cause });
  }
}
