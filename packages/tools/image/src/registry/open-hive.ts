import { AdkError } from "@adk/core";
import { type Hive, type Key, openHiveFile, openVolumeHive, resolveControlSet } from "@adk/registry";
import { openSource } from "@adk/sources";

/** A hive that a command names. */
export interface OpenedHive extends AsyncDisposable {
  readonly hive: Hive;
}

/**
 * Opens a hive to read: a file, or one in a source (`install.wim:6!/Windows/System32/config/SOFTWARE`). Its logs are taken
 * from beside it.
 *
 * @throws AdkError `REG_DIRTY`, `REG_BAD_SIGNATURE` ..., and what opening the source throws
 */
export async function openHiveSource(
  name: string,
  options: { ignoreLogs?: boolean | undefined } = {},
): Promise<OpenedHive> {
  const { ignoreLogs = false } = options;
  const { source, path } = splitHiveName(name);
  if (path === undefined) {
    const hive = await openHiveFile(source, { ignoreLogs });
    return { hive, [Symbol.asyncDispose]: () => hive.close() };
  }
  const volume = await openSource(source);
  try {
    const opened = await openVolumeHive(volume, path, { ignoreLogs });
    return {
      hive: opened.hive,
      async [Symbol.asyncDispose]() {
        await opened.close();
        await volume.close();
      },
    };
  } catch (error) {
    await volume.close();
    throw error;
  }
}

/** The file that is to be changed. @throws AdkError `REG_NOT_CHANGEABLE` for a hive inside another file */
export function hiveFileName(name: string): string {
  const { source, path } = splitHiveName(name);
  if (path === undefined) return source;
  throw new AdkError("REG_NOT_CHANGEABLE", "A hive inside another file is only read.", {
    kind: "unsupported",
    file: name,
    hint: "Extract the hive, change it, and put it back: adk wim extract, adk wim update.",
  });
}

/** The key at a path in a hive. @throws AdkError `REG_NO_SUCH_KEY` */
export function requiredKey(hive: Hive, path: string): Key {
  const resolved = resolveControlSet(hive, path);
  const key = hive.key(resolved);
  if (key) return key;
  throw new AdkError("REG_NO_SUCH_KEY", "The hive has no such key.", { file: hive.name, found: path });
}

/** Everything behind the last `!` is a path in the volume that stands before it. */
function splitHiveName(name: string): { source: string; path: string | undefined } {
  const at = name.lastIndexOf("!/");
  return at < 0 ? { source: name, path: undefined } : { source: name.slice(0, at), path: name.slice(at + 1) };
}
