import { checkHive } from "@adk/registry";
import { openHiveSource } from "./open-hive.ts";
import type { RegistryCheckResult } from "./schemas.ts";

/** Checks all of a hive. @throws AdkError as `openHiveSource` */
export async function checkHiveSource(
  name: string,
  options: { ignoreLogs?: boolean | undefined } = {},
): Promise<RegistryCheckResult> {
  await using opened = await openHiveSource(name, options);
  const { ok, findings, keys, values, dataBytes, usedBytes, freeBytes } = checkHive(opened.hive);
  return { ok, keys, values, bytes: dataBytes, usedBytes, freeBytes, findings: [...findings] };
}
