import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CabinetSet } from "@adk/cab";
import {
  AdkError,
  AtomicFile,
  baseName,
  checkName,
  type Findings,
  fromSystemError,
  isRealDirectory,
  MemoryAccess,
  openDirectory,
  type RandomAccess,
  throwIfCancelled,
} from "@adk/core";
import { isUrl, type SymbolPlace } from "./symbol-path.ts";

/** A store of two levels has this file in its root: each name lies in a directory of its first two letters. */
const TWO_LEVELS = "index2.txt";
/** Text that tells where else a file is. */
const POINTER = "file.ptr";
/** The largest file that is taken from the network, in bytes. */
const MOST_DOWNLOADED = 4 * 2 ** 30;

/** What is looked for: the file that belongs to an image. */
export interface SymbolKey {
  /** `ntkrnlmp.pdb`; of a path the last part. */
  readonly name: string;
  /** GUID and age, or time stamp and size, in hexadecimal digits. */
  readonly id: string;
}

export interface FindSymbolsOptions {
  /** Ask stores of the network. Default: only directories, and caches of what was asked for before. */
  readonly network?: boolean | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of places that could not be read. */
  readonly findings?: Findings | undefined;
}

/**
 * Looks for a file of symbols in the places of a symbol path, the first that has it wins. Of a directory it is `name` itself, which
 * the caller must compare with the image, or `name/id/name`. What the network gives is kept in the nearest cache.
 *
 * @returns undefined where no place has it
 */
export async function* findSymbolFiles(
  { name: path, id }: SymbolKey,
  places: readonly SymbolPlace[],
  options: FindSymbolsOptions = {},
): AsyncGenerator<RandomAccess> {
  const name = baseName(path.replaceAll("\\", "/"));
  // A name comes from a trace: it must not lead anywhere else.
  if (checkName(name) !== undefined || !/^[0-9A-Za-z]+$/.test(id)) return;
  for (const place of places) {
    throwIfCancelled(options);
    const directories = place.kind === "directory" ? [place.path] : [...place.caches];
    if (place.kind === "store" && !isUrl(place.store)) directories.push(place.store);
    for (const directory of directories) yield* inDirectory(directory, name, id, options);
    if (place.kind === "store" && isUrl(place.store) && options.network) {
      const found = await download(place.store, name, id, place.caches[0], options);
      if (found) yield found;
    }
  }
}

/** A compressed file has `_` for the last letter of its name. */
function compressedName(name: string): string {
  return `${name.slice(0, -1)}_`;
}

async function* inDirectory(
  path: string,
  name: string,
  id: string,
  { findings }: FindSymbolsOptions,
): AsyncGenerator<RandomAccess> {
  try {
    await using volume = await openDirectory(path);
    const levels = (await volume.lookup(TWO_LEVELS)) ? `${name.slice(0, 2)}/` : "";
    const plain = await volume.lookup(name);
    if (plain && !isRealDirectory(plain)) yield await volume.open(plain);
    const stored = levels === "" ? plain : await volume.lookup(`${levels}${name}`);
    if (!stored || !isRealDirectory(stored)) return;
    const own = await volume.lookup(`${stored.path}/${id}/${name}`);
    if (own) yield await volume.open(own);
    const compressed = await volume.lookup(`${stored.path}/${id}/${compressedName(name)}`);
    if (compressed) yield await expand(await volume.open(compressed), name);
  } catch (error) {
    if (!(error instanceof AdkError) || error.kind === "cancelled") throw error;
    // A directory of a symbol path that is not there is nothing unusual.
    if (error.code !== "FILE_NOT_FOUND") findings?.warning(error.code, error.message, { file: error.file ?? path });
  }
}

/** A cabinet with one file. The reader is loaded when it is needed. */
async function expand(cabinet: RandomAccess, name: string): Promise<RandomAccess> {
  const { openCab, readCabFile } = await import("@adk/cab");
  let set: CabinetSet | undefined;
  try {
    set = await openCab(cabinet);
    const [file] = set.files;
    if (!file)
      throw new AdkError("SYMBOLS_EMPTY_CABINET", "The compressed file of symbols is empty.", { file: cabinet.name });
    return new MemoryAccess(await readCabFile(file), `${cabinet.name}!${name}`);
  } finally {
    await (set ?? cabinet).close();
  }
}

/** Asks a store of the network for the file, the compressed file, and the pointer to a file. */
async function download(
  url: string,
  name: string,
  id: string,
  cache: string | undefined,
  options: FindSymbolsOptions,
): Promise<RandomAccess | undefined> {
  const base = `${url.replace(/\/+$/, "")}/${encodeURIComponent(name)}/${id}/`;
  const plain = await get(base + encodeURIComponent(name), options);
  if (plain) return keep(plain, cache, name, id);
  const compressed = await get(base + encodeURIComponent(compressedName(name)), options);
  if (compressed) {
    const expanded = await expand(new MemoryAccess(compressed, base + compressedName(name)), name);
    return keep(await expanded.read(0, expanded.size), cache, name, id);
  }
  const pointer = await get(base + POINTER, options);
  const target = pointer && /^PATH:(https?:\/\/\S+)/i.exec(Buffer.from(pointer).toString("utf8"))?.[1];
  const pointed = target === undefined ? undefined : await get(target, options);
  return pointed && keep(pointed, cache, name, id);
}

async function get(
  url: string,
  { fetch: ask = fetch, signal, findings }: FindSymbolsOptions,
): Promise<Uint8Array | undefined> {
  try {
    const response = await ask(url, signal ? { signal } : {});
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      if (response.status !== 404)
        findings?.warning("SYMBOLS_NOT_SERVED", `The store answered ${response.status}.`, { file: url });
      return undefined;
    }
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of response.body) {
      size += piece.length;
      if (size > MOST_DOWNLOADED) {
        findings?.warning("SYMBOLS_TOO_LARGE", "The store sent more than any file of symbols has.", { file: url });
        return undefined;
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } catch (error) {
    throwIfCancelled({ signal });
    const reason = error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : `${error}`;
    findings?.warning("SYMBOLS_NOT_SERVED", `The store cannot be reached: ${reason}`, { file: url });
    return undefined;
  }
}

async function keep(bytes: Uint8Array, cache: string | undefined, name: string, id: string): Promise<RandomAccess> {
  const path = cache === undefined ? undefined : join(cache, name, id, name);
  if (path === undefined) return new MemoryAccess(bytes, name);
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    throw fromSystemError(error, path);
  }
  await using file = await AtomicFile.create(path, { overwrite: true });
  await file.write(bytes);
  await file.commit();
  return new MemoryAccess(bytes, path);
}
