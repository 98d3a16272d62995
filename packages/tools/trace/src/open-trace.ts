import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import {
  AdkError,
  defaultThreads,
  FileAccess,
  type Findings,
  fromSystemError,
  type LongOperation,
  throwIfCancelled,
} from "@adk/core";
import { type EtlTrace, isEtl, openEtl } from "@adk/etl";
import { BoundedFile } from "./bounded-file.ts";

/** First bytes by which a container is known. */
const MAGIC = {
  zip: [0x50, 0x4b],
  gzip: [0x1f, 0x8b],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
  cab: [0x4d, 0x53, 0x43, 0x46],
} as const;
type Container = keyof typeof MAGIC;

/**
 * What a container may unpack to: so many times its size, or so many bytes. Traces shrink to a tenth; only those that are empty for
 * the most part, which are small, to less than a hundredth.
 */
const MOST_RATIO = 200;
const ALWAYS_ALLOWED = 2 ** 30;
const HEAD_BYTES = 512;
/** More decode quicker than one thread takes what they decoded. */
const MOST_THREADS = 4;

export interface OpenTraceOptions extends LongOperation {
  readonly findings?: Findings | undefined;
  /** In place of what the headers of records say. */
  readonly pointerSize?: 4 | 8 | undefined;
}

/** A trace, and what it takes to read it. */
export interface OpenedTrace extends AsyncDisposable {
  readonly trace: EtlTrace;
}

/**
 * Opens event trace logs as one trace: `.etl` files, or such in a ZIP archive (`.etl.zip`, `.diagsession`), in a cabinet, or compressed
 * with gzip (`.etlgz`) or Zstandard. What they are is told by their content. Containers are unpacked into a temporary directory.
 *
 * @throws AdkError `FILE_NOT_FOUND`, `TRACE_NO_LOG` where a container has no log, `ETL_NO_BUFFERS` ...
 */
export async function openTrace(paths: readonly string[], options: OpenTraceOptions = {}): Promise<OpenedTrace> {
  const unpacked = new UnpackDirectory();
  const accesses: FileAccess[] = [];
  try {
    for (const path of paths) {
      throwIfCancelled(options);
      for (const file of await logsIn(path, unpacked, options)) accesses.push(await FileAccess.open(file));
    }
    const [first, ...rest] = accesses;
    if (!first) throw new AdkError("TRACE_NO_LOG", "No trace was named.", { kind: "usage" });
    const { findings, pointerSize } = options;
    const trace = await openEtl([first, ...rest], {
      findings,
      pointerSize,
      threads: Math.min(MOST_THREADS, defaultThreads()),
    });
    return {
      trace,
      async [Symbol.asyncDispose]() {
        await trace.close();
        await unpacked.remove();
      },
    };
  } catch (error) {
    for (const access of accesses) await access.close();
    await unpacked.remove();
    throw error;
  }
}

/** Paths of the logs that a file is, or holds. */
async function logsIn(path: string, unpacked: UnpackDirectory, options: OpenTraceOptions): Promise<string[]> {
  const head = await readHead(path);
  const container = (Object.keys(MAGIC) as Container[]).find((kind) =>
    MAGIC[kind].every((byte, i) => head[i] === byte),
  );
  if (container === undefined || isEtl(head)) return [path];
  const files = await UNPACK[container](path, unpacked, options);
  const logs: string[] = [];
  for (const file of files) if (isEtl(await readHead(file))) logs.push(file);
  if (logs.length === 0) {
    throw new AdkError("TRACE_NO_LOG", "There is no event trace log in this file.", { file: path, found: container });
  }
  return logs;
}

type Unpack = (path: string, unpacked: UnpackDirectory, options: OpenTraceOptions) => Promise<string[]>;

const UNPACK: Readonly<Record<Container, Unpack>> = {
  gzip: async (path, unpacked, options) => [await expand(path, createGunzip(), unpacked, options)],
  zstd: async (path, unpacked, options) => [await expand(path, createZstdDecompress(), unpacked, options)],
  zip: async (path, unpacked, options) => {
    const { extractZip } = await import("./zip-archive.ts");
    return extractZip(path, isLogName, () => unpacked.newFile(), { ...options, most: await mostUnpacked(path) });
  },
  cab: async (path, unpacked, options) => {
    const { openCab, readFiles } = await import("@adk/cab");
    const set = await openCab(await FileAccess.open(path));
    try {
      const files: string[] = [];
      let left = await mostUnpacked(path);
      for (const file of set.files.filter(({ name }) => isLogName(name))) {
        const target = await unpacked.newFile();
        await using out = await BoundedFile.create(target, left);
        for await (const { bytes } of readFiles(file.folder, [file])) {
          throwIfCancelled(options);
          await out.write(bytes);
        }
        left -= out.size;
        files.push(target);
      }
      return files;
    } finally {
      await set.close();
    }
  },
};

function isLogName(name: string): boolean {
  return /\.etl$/i.test(name);
}

async function mostUnpacked(path: string): Promise<number> {
  const { size } = await stat(path);
  return Math.max(ALWAYS_ALLOWED, size * MOST_RATIO);
}

async function expand(
  path: string,
  stream: NodeJS.ReadWriteStream,
  unpacked: UnpackDirectory,
  { signal, findings }: OpenTraceOptions,
): Promise<string> {
  const target = await unpacked.newFile();
  await using out = await BoundedFile.create(target, await mostUnpacked(path));
  try {
    await pipeline(
      createReadStream(path),
      stream,
      (pieces) => out.writeAll(pieces as AsyncIterable<Uint8Array>, { signal }),
      signal ? { signal } : {},
    );
  } catch (error) {
    throwIfCancelled({ signal });
    if (error instanceof AdkError) throw error;
    const damaged = error instanceof Error && "code" in error && /^(Z_|ERR_ZSTD|ZSTD)/.test(String(error.code));
    if (!damaged) throw fromSystemError(error, path);
    if (out.size === 0)
      throw new AdkError("TRACE_BAD_CONTAINER", "The compressed file is damaged.", { file: path, cause: error });
    // A file that was cut off while it was copied: what could be read counts.
    findings?.warning("TRACE_BAD_CONTAINER", "The compressed file is damaged or cut off; what comes before is read.", {
      file: path,
    });
  }
  return target;
}

async function readHead(path: string): Promise<Uint8Array> {
  const access = await FileAccess.open(path);
  try {
    return await access.read(0, Math.min(HEAD_BYTES, access.size));
  } finally {
    await access.close();
  }
}

/** A temporary directory that is made when it is needed. */
class UnpackDirectory {
  #path: string | undefined;
  #count = 0;

  async newFile(): Promise<string> {
    this.#path ??= await mkdtemp(join(tmpdir(), "adk-trace-"));
    return join(this.#path, `${this.#count++}.etl`);
  }

  async remove(): Promise<void> {
    if (this.#path !== undefined) await rm(this.#path, { recursive: true, force: true });
  }
}
