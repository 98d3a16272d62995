import { formatRegType, type Hive, type RecoveredValue, recoverDeleted, secretKeys } from "@adk/registry";
import { timeText } from "./read-hive.ts";
import type { RegistryRecoverResult, RegistryValue } from "./schemas.ts";
import { jsonData } from "./value-text.ts";

/** What was deleted from a hive and is still in its free cells. Nothing is changed. */
export function recoverFromHive(hive: Hive): RegistryRecoverResult {
  const isSecret = secretKeys(hive);
  // Where a lost value belonged is not known: in a hive with secrets it may be one.
  const lostAreSecret = isSecret("SAM\\Domains") || isSecret("Policy\\Secrets");
  const result: RegistryRecoverResult = { keys: [], values: [], findings: hive.findings.list };
  for (const found of recoverDeleted(hive)) {
    if (found.kind === "value") result.values.push(describe(found, lostAreSecret));
    else {
      const values = found.values.map((value) => describe(value, lostAreSecret));
      result.keys.push({ key: found.path, lastWritten: timeText(found.lastWritten), values });
    }
  }
  return result;
}

function describe({ name, type, size, data }: RecoveredValue, secret: boolean): RegistryValue {
  const facts = { name, type: formatRegType(type), size };
  if (secret) return { ...facts, withheld: true };
  return data ? { ...facts, data: jsonData(type, data) } : { ...facts, damaged: true };
}
