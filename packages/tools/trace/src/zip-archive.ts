import { AdkError, type LongOperation, throwIfCancelled } from "@adk/core";
import yauzl from "yauzl";
import { BoundedFile, unpacksTooLarge } from "./bounded-file.ts";

/** Entries of an archive that are looked at. */
const MOST_ENTRIES = 100_000;

/**
 * Extracts some files of a ZIP archive to places that have nothing to do with their names.
 *
 * @param wanted by the name in the archive
 * @returns the places, in the order of the archive
 * @throws AdkError `TRACE_BAD_CONTAINER`, `LIMIT_EXCEEDED`
 */
export async function extractZip(
  path: string,
  wanted: (name: string) => boolean,
  newFile: () => Promise<string>,
  options: LongOperation & { readonly most: number },
): Promise<string[]> {
  try {
    const archive = await yauzl.openPromise(path);
    const files: string[] = [];
    let entries = 0;
    let left = options.most;
    try {
      for await (const entry of archive.eachEntry()) {
        throwIfCancelled(options);
        if (++entries > MOST_ENTRIES) break;
        if (!wanted(entry.fileName)) continue;
        if (entry.uncompressedSize > left) throw unpacksTooLarge(path, options.most);
        const file = await newFile();
        await using out = await BoundedFile.create(file, left);
        await out.writeAll(await archive.openReadStreamPromise(entry), options);
        left -= out.size;
        files.push(file);
      }
    } finally {
      archive.close();
    }
    return files;
  } catch (error) {
    if (error instanceof AdkError) throw error;
    throw new AdkError("TRACE_BAD_CONTAINER", "The ZIP archive cannot be read.", {
      file: path,
      found: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
}
