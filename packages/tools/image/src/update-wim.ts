import { lstat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import {
  AdkError,
  containerOf,
  Findings,
  formatSourceName,
  type LongOperation,
  openDirectory,
  parseSourceName,
  type Volume,
  type VolumeEntry,
} from "@adk/core";
import { openSource } from "@adk/sources";
import { type AppendOptions, applyUpdate, planUpdate, type UpdateCommand, WimWriter } from "@adk/wim";
import { oneImage, openWim } from "./open-wim.ts";
import type { WimUpdateResult } from "./schemas.ts";
import type { WimUpdateCommand } from "./update-commands.ts";

export interface UpdateWimOptions extends Pick<AppendOptions, "threads" | "level">, LongOperation {
  /** Write an integrity table. Default: where the file has one. */
  readonly integrity?: boolean | undefined;
  /** Tell what would change, and change nothing. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Changes an image in its file: all commands in their order, or none where one fails. New data is written behind the old and
 * counts when the header is replaced at the end, so that the file is whole at any moment.
 *
 * @param name `FILE` or `FILE:IMAGE`
 */
export async function updateWim(
  name: string,
  commands: readonly WimUpdateCommand[],
  options: UpdateWimOptions = {},
): Promise<WimUpdateResult> {
  await using opened = await openWim(name);
  const { file } = opened;
  const index = oneImage(opened);
  const findings = new Findings();
  const volumes: Volume[] = [];
  try {
    const prepared: UpdateCommand[] = [];
    for (const command of commands) {
      if (command.kind !== "add") prepared.push(command);
      else {
        const { volume, entry } = await openAddSource(command.source, findings);
        volumes.push(volume);
        prepared.push({ kind: "add", volume, entry, target: command.target });
      }
    }
    const plan = await planUpdate(file, index, prepared, { ...options, findings });
    const result = { file: file.access.name, index, dryRun: options.dryRun ?? false, changes: [...plan.changes] };
    if (options.dryRun || plan.changes.length === 0) {
      return { ...result, newBytes: 0, storedBytes: 0, findings: findings.list };
    }
    await using writer = await WimWriter.append(file, options);
    const stored = await applyUpdate(writer, plan, options);
    const { signal, onProgress, integrity } = options;
    await writer.finish({ signal, onProgress, integrity });
    return { ...result, ...stored, findings: findings.list };
  } finally {
    for (const volume of volumes) await volume.close();
  }
}

/**
 * What an `add` names: a file or directory of the host, an image (`other.wim:2`), or an entry of an image
 * (`other.wim:2!/Windows/notepad.exe`).
 */
async function openAddSource(name: string, findings: Findings): Promise<{ volume: Volume; entry: VolumeEntry }> {
  const options = { findings, fixLinks: false };
  const onHost = await lstat(name).catch(() => undefined);
  if (onHost?.isDirectory()) return rootOf(await openDirectory(name, options));
  if (onHost) return within(await openDirectory(dirname(name), options), basename(name), name);
  const source = parseSourceName(name);
  const container = containerOf(source);
  if (source.selector || !container) return rootOf(await openSource(name, options));
  return within(await openSource(formatSourceName(container), options), source.inner.at(-1) as string, name);
}

function rootOf(volume: Volume): { volume: Volume; entry: VolumeEntry } {
  return { volume, entry: volume.root };
}

async function within(volume: Volume, path: string, name: string): Promise<{ volume: Volume; entry: VolumeEntry }> {
  const entry = await volume.lookup(path);
  if (entry) return { volume, entry };
  await volume.close();
  throw new AdkError("FILE_NOT_FOUND", "The file to add does not exist, or has a name that Windows cannot have.", {
    file: name,
  });
}
