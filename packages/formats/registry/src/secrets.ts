import type { Hive } from "./hive.ts";
import { type HiveRole, hiveRole } from "./hive-role.ts";
import { pathBelow } from "./registry-path.ts";

/**
 * Keys whose values are, or protect, passwords: account hashes of the SAM, secrets and cached logons of SECURITY. The kit
 * never shows the data of values there.
 */
const SECRET_KEYS: Readonly<Partial<Record<HiveRole, readonly string[]>>> = {
  SAM: ["SAM\\Domains"],
  SECURITY: ["Cache", "Policy\\Secrets", "Policy\\PolEKList", "Policy\\PolSecretEncryptionKey"],
};

/**
 * Tells which keys of a hive have values that are secrets: for what shows or copies data to the outside.
 *
 * @returns takes the path of a key from the hive's root
 */
export function secretKeys(hive: Hive): (path: string) => boolean {
  const keys = SECRET_KEYS[hiveRole(hive) as HiveRole] ?? [];
  return (path) => keys.some((key) => pathBelow(key, path) !== undefined);
}
