import { AdkError, type RandomAccess, type Volume } from "@adk/core";
import type { Hive } from "./hive.ts";
import { type EditOptions, HiveEditor } from "./hive-editor.ts";
import { type OpenHiveOptions, openHive } from "./open-hive.ts";

const LOG_SUFFIXES = [".LOG1", ".LOG2", ".LOG"];

/** A hive of a volume, open until it is closed. */
export interface VolumeHive extends AsyncDisposable {
  readonly hive: Hive;
  /** The file of the host that holds it, if there is one. */
  readonly hostPath: string | undefined;
  close(): Promise<void>;
}

/**
 * Opens a hive of a volume with the transaction logs that lie beside it.
 *
 * @param path `/Windows/System32/config/SOFTWARE`
 * @throws AdkError `FILE_NOT_FOUND`, and as `openHive`
 */
export async function openVolumeHive(
  volume: Volume,
  path: string,
  options: Omit<OpenHiveOptions, "logs"> = {},
): Promise<VolumeHive> {
  const files = await HiveFiles.open(volume, path);
  try {
    const hive = await openHive(files.access, { ...options, logs: files.logs });
    const close = () => files.close();
    return { hive, hostPath: files.access.path, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await files.close();
    throw error;
  }
}

/**
 * Opens a hive of a volume to change it. The volume stays as it is: what is to be there afterwards is `toBytes()`.
 *
 * @throws AdkError `FILE_NOT_FOUND`, and as `HiveEditor.open`
 */
export async function editVolumeHive(
  volume: Volume,
  path: string,
  options: Omit<OpenHiveOptions, "logs"> & EditOptions = {},
): Promise<HiveEditor> {
  await using files = await HiveFiles.open(volume, path);
  return await HiveEditor.open(files.access, { ...options, logs: files.logs });
}

/** A hive file and its logs. */
class HiveFiles implements AsyncDisposable {
  readonly access: RandomAccess;
  readonly logs: readonly RandomAccess[];

  private constructor(access: RandomAccess, logs: readonly RandomAccess[]) {
    this.access = access;
    this.logs = logs;
  }

  static async open(volume: Volume, path: string): Promise<HiveFiles> {
    const access = await openFile(volume, path);
    if (!access) throw new AdkError("FILE_NOT_FOUND", "The file does not exist.", { file: `${volume.name}!${path}` });
    const logs: RandomAccess[] = [];
    try {
      for (const suffix of LOG_SUFFIXES) {
        const log = await openFile(volume, path + suffix);
        if (log) logs.push(log);
      }
    } catch (error) {
      await Promise.all([access, ...logs].map((each) => each.close()));
      throw error;
    }
    return new HiveFiles(access, logs);
  }

  async close(): Promise<void> {
    await Promise.all([this.access, ...this.logs].map((each) => each.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function openFile(volume: Volume, path: string): Promise<RandomAccess | undefined> {
  const entry = await volume.lookup(path);
  return entry && volume.open(entry);
}
