import { FileAccess, type Limits, limitExceeded, withLimits } from "@adk/core";
import { type ClgFile, parseClg } from "./clg/clg.ts";
import { type ClgCatalog, clgCatalog } from "./clg/clg-catalog.ts";

/** Real catalogues are between 1 and 6 MB. */
const MOST_BYTES = 256 << 20;

/** A catalogue file, as it is stored and as settings. */
export interface OpenCatalog {
  readonly clg: ClgFile;
  readonly catalog: ClgCatalog;
}

/**
 * Reads a catalogue of Windows System Image Manager.
 *
 * @throws AdkError `FILE_NOT_FOUND` ..., `LIMIT_EXCEEDED`, `CLG_BAD_FILE`, `NRBF_...`
 */
export async function openCatalog(path: string, some: Partial<Limits> = {}): Promise<OpenCatalog> {
  const limits = withLimits({ memoryBytes: MOST_BYTES, ...some });
  const access = await FileAccess.open(path);
  try {
    if (access.size > limits.memoryBytes) throw limitExceeded("memoryBytes", access.size, limits, { file: path });
    const clg = parseClg(await access.read(0, access.size), path, limits);
    return { clg, catalog: clgCatalog(clg, path) };
  } finally {
    await access.close();
  }
}
