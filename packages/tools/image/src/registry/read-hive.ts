import { FILETIME_MAX, formatFiletime, formatSddl, parseSecurityDescriptor, toHex } from "@adk/core";
import { accountPolicy, type Hive, hiveRole, type Key, secretKeys, type Value, walkKeys } from "@adk/registry";
import { noSuchValue } from "./edit-hive.ts";
import { requiredKey } from "./open-hive.ts";
import type { RegistryGetResult, RegistryInfoResult, RegistryListResult } from "./schemas.ts";
import { describeValue, withheld } from "./value-text.ts";

/** Tells what a hive is and counts what it holds. Every key and value is looked at. */
export function hiveInfo(hive: Hive, file: string): RegistryInfoResult {
  const { baseBlock, dirty, logsApplied } = hive;
  const counts = { keys: 0, values: 0, bytes: 0 };
  for (const { values } of walkKeys(hive.root)) {
    counts.keys++;
    counts.values += values.length;
    for (const value of values) counts.bytes += hive.attempt(() => value.data())?.length ?? 0;
  }
  return {
    file,
    role: hiveRole(hive),
    fileName: baseBlock.fileName,
    rootName: hive.root.name,
    version: `${baseBlock.majorVersion}.${baseBlock.minorVersion}`,
    dirty,
    logsApplied,
    ...counts,
    size: hive.cells.bytes.length,
    lastWritten: timeText(baseBlock.lastWritten),
    accountPolicy: accountPolicy(hive),
    findings: hive.findings.list,
  };
}

/** A key with what it holds. @throws AdkError `REG_NO_SUCH_KEY` */
export function listHiveKey(hive: Hive, path: string): RegistryListResult {
  const key = requiredKey(hive, path);
  const secret = secretKeys(hive)(key.path);
  return {
    key: key.path,
    lastWritten: timeText(key.lastWritten),
    className: key.className,
    security: securityText(key),
    subkeys: key.subkeys().map(({ name, lastWritten, subkeyCount, valueCount }) => {
      return { name, lastWritten: timeText(lastWritten), subkeys: subkeyCount, values: valueCount };
    }),
    values: key.values().map((value) => describeValue(value, secret)),
    findings: hive.findings.list,
  };
}

/**
 * One value; the empty name is the default value.
 *
 * @throws AdkError `REG_NO_SUCH_KEY`, `REG_NO_SUCH_VALUE`, `REG_SECRET_WITHHELD`, and what reading damaged data throws
 */
export function getHiveValue(hive: Hive, path: string, name: string): RegistryGetResult {
  const key = requiredKey(hive, path);
  const value: Value | undefined = key.value(name);
  if (!value) throw noSuchValue(hive.name, path, name);
  if (secretKeys(hive)(key.path)) throw withheld(hive.name, key.path);
  const data = value.data();
  return { key: key.path, ...describeValue(value, false), hex: toHex(data) };
}

/** SDDL; undefined where there is none to read. */
export function securityText(key: Key): string | undefined {
  const descriptor = key.securityDescriptor;
  return descriptor && key.hive.attempt(() => formatSddl(parseSecurityDescriptor(descriptor)));
}

/** ISO 8601 in UTC; nothing for no time, and for one that is none. */
export function timeText(time: bigint): string | undefined {
  return time === 0n || time > FILETIME_MAX ? undefined : formatFiletime(time);
}
