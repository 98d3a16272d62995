import { equalNames } from "@adk/core";
import type { Hive } from "./hive.ts";
import { joinKeyPath, splitKeyPath } from "./registry-path.ts";
import { numberOf } from "./value-data.ts";

const CURRENT = "CurrentControlSet";

/** The control set that Windows boots with, `ControlSet001`; undefined where the hive does not say, being no SYSTEM hive. */
export function currentControlSet(hive: Hive): string | undefined {
  const value = hive.key("Select")?.value("Current");
  const number = value && hive.attempt(() => numberOf(value.type, value.data()));
  return number === undefined ? undefined : `ControlSet${String(number).padStart(3, "0")}`;
}

/**
 * A path in a SYSTEM hive with `CurrentControlSet` at its start replaced by the set that it means: Windows makes that key
 * when it runs, and no hive has it. Other paths stay as they are.
 */
export function resolveControlSet(hive: Hive, path: string): string {
  const [first, ...rest] = splitKeyPath(path);
  if (first === undefined || !equalNames(first, CURRENT) || hive.key(CURRENT)) return path;
  const current = currentControlSet(hive);
  return current === undefined ? path : joinKeyPath(current, ...rest);
}
