import { AdkError, checkRange, limitExceeded, MemoryAccess, type RandomAccess } from "@adk/core";
import type { OwnStorage } from "./blobs.ts";
import { ZERO_HASH } from "./lookup-table.ts";
import { LayoutReader, readLayout, readSolidLayout } from "./resource-reader.ts";
import type { SolidResource } from "./solid-run.ts";
import type { WimFile } from "./wim-file.ts";

/**
 * Random access to the data of a blob, decoded as it is read. Its hash is not checked.
 *
 * @param name what errors call it
 * @throws AdkError `WIM_BLOB_MISSING`
 */
export async function openBlob(file: WimFile, sha1: string, name: string): Promise<RandomAccess> {
  if (sha1 === ZERO_HASH) return new MemoryAccess(new Uint8Array(0), name);
  const blob = file.blob(sha1);
  if (!blob) {
    throw new AdkError("WIM_BLOB_MISSING", `The data of the file is missing: no blob has SHA-1 ${sha1}.`, {
      file: name,
    });
  }
  const { storage, size } = blob;
  const reader = storage.kind === "solid" ? await solidReader(storage.solid) : await ownReader(storage);
  const start = storage.kind === "solid" ? storage.offset : 0;
  return {
    name,
    size,
    async read(offset, length, into) {
      checkRange({ name, size }, offset, length);
      return reader.read(start + offset, length, into);
    },
    async close() {},
  };
}

async function ownReader({ part, resource }: OwnStorage): Promise<LayoutReader> {
  return new LayoutReader(part.access, await readLayout(part.access, resource, part.header));
}

/** One reader a solid resource: blobs that are opened one after the other often lie in the chunk that it decoded last. */
const solidReaders = new WeakMap<SolidResource, Promise<LayoutReader>>();

function solidReader(solid: SolidResource): Promise<LayoutReader> {
  let reader = solidReaders.get(solid);
  if (!reader) {
    reader = readSolidLayout(solid).then((layout) => new LayoutReader(solid.part.access, layout));
    solidReaders.set(solid, reader);
  }
  return reader;
}

/** The whole data of a blob. @throws AdkError `WIM_BLOB_MISSING`, `LIMIT_EXCEEDED` if it is too large for memory */
export async function readBlob(file: WimFile, sha1: string, name: string): Promise<Uint8Array> {
  const access = await openBlob(file, sha1, name);
  const { size } = access;
  if (size > file.limits.memoryBytes) throw limitExceeded("memoryBytes", size, file.limits, { file: name });
  return access.read(0, size);
}
