import { checkHive, compactHive, type Hive, type HiveEditor, repairHive } from "@adk/registry";
import { hiveFileName, openHiveSource } from "./open-hive.ts";
import type { RegistryCheckResult, RegistryRewriteResult } from "./schemas.ts";

export interface ReadHiveOptions {
  readonly ignoreLogs?: boolean | undefined;
}

export interface RewriteHiveOptions extends ReadHiveOptions {
  /** Does everything but save. */
  readonly dryRun?: boolean | undefined;
}

/** Checks all of a hive. @throws AdkError as `openHiveSource` */
export async function checkHiveSource(name: string, options: ReadHiveOptions = {}): Promise<RegistryCheckResult> {
  await using opened = await openHiveSource(name, options);
  const { ok, findings, keys, values, dataBytes, usedBytes, freeBytes } = checkHive(opened.hive);
  return { ok, keys, values, bytes: dataBytes, usedBytes, freeBytes, findings: [...findings] };
}

/** Replaces a damaged hive file by a sound one with all that can be read. @throws AdkError `REG_NO_ROOT` ... */
export function repairHiveFile(name: string, options: RewriteHiveOptions = {}): Promise<RegistryRewriteResult> {
  return rewrite(name, options, repairHive);
}

/** Replaces a hive file by one with the same content and no free cells. @throws AdkError `REG_DAMAGED` ... */
export function compactHiveFile(name: string, options: RewriteHiveOptions = {}): Promise<RegistryRewriteResult> {
  return rewrite(name, options, (hive) => ({ editor: compactHive(hive), findings: hive.findings.list }));
}

async function rewrite(
  name: string,
  { dryRun = false, ignoreLogs }: RewriteHiveOptions,
  make: (hive: Hive) => { editor: HiveEditor; findings: Hive["findings"]["list"] },
): Promise<RegistryRewriteResult> {
  const path = hiveFileName(name);
  await using opened = await openHiveSource(path, { ignoreLogs });
  const { editor, findings } = make(opened.hive);
  const sizeBefore = opened.hive.cells.bytes.length;
  const result = { file: name, dryRun, sizeBefore, size: editor.toBytes().length, findings: [...findings] };
  if (dryRun) return result;
  const { size, backup } = await editor.save(path, { overwrite: true });
  return { ...result, size, ...(backup === undefined ? {} : { backup }) };
}
