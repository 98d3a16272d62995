import { open } from "node:fs/promises";
import { AdkError, fromSystemError } from "@adk/core";

/** A file of the host that is read as a whole. */
export interface HostFile {
  readonly bytes: Uint8Array;
  /** When it was last changed: nanoseconds since 1970. */
  readonly modified: bigint;
}

/** @throws AdkError `FILE_NOT_FOUND`, `IS_A_DIRECTORY`, `ACCESS_DENIED` ..., `FILE_TOO_LARGE` beyond `mostBytes` */
export async function readHostFile(path: string, mostBytes: number): Promise<HostFile> {
  try {
    await using handle = await open(path, "r");
    const info = await handle.stat({ bigint: true });
    if (info.size > BigInt(mostBytes)) {
      throw new AdkError("FILE_TOO_LARGE", "The file is too large for what it is meant to be.", {
        file: path,
        expected: `at most ${mostBytes} bytes`,
        found: `${info.size} bytes`,
      });
    }
    return { bytes: new Uint8Array(await handle.readFile()), modified: info.mtimeNs };
  } catch (error) {
    throw fromSystemError(error, path);
  }
}
