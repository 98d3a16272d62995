import {
  AdkError,
  check,
  FileAccess,
  type Findings,
  isHostDirectory,
  openDirectory,
  parseSourceName,
  type RandomAccess,
  type SourceName,
  type SourceSelector,
  type Volume,
} from "@adk/core";
import { recogniseFormat } from "./formats.ts";

export interface OpenSourceOptions {
  /** Told of entries of a host directory that a Windows volume cannot have. */
  readonly findings?: Findings | undefined;
  /** Of a host directory: count absolute link targets inside it from its root. Default true. */
  readonly fixLinks?: boolean | undefined;
}

/**
 * Opens what a source name means as a volume: `DIR`, `install.wim:6`, `install.wim:"Windows 11 Pro"`,
 * `media!/sources/install.wim:6`, `outer.wim:2!/inner.wim`.
 *
 * @throws AdkError `SOURCE_BAD_NAME`, `FILE_NOT_FOUND`, `SOURCE_NOT_A_VOLUME`, and what the format throws
 */
export async function openSource(name: string, options: OpenSourceOptions = {}): Promise<Volume> {
  const source = parseSourceName(name);
  if (source.inner.length === 0 && (await isHostDirectory(source.path))) {
    checkNoSelector(source.path, source.selector);
    return openDirectory(source.path, options);
  }
  const { access, selector } = await openNamedFile(source);
  return openVolume(access, selector);
}

/** A file that a source name means, and which part of it. */
export interface SourceFile {
  readonly access: RandomAccess;
  readonly selector: SourceSelector | undefined;
}

/** Opens the file that a source name means, without looking into it: for commands on files, as `install.wim:6`. */
export async function openSourceFile(name: string): Promise<SourceFile> {
  return openNamedFile(parseSourceName(name));
}

/** Follows the paths behind each `!`: a file in a volume. Closing the file closes what it lies in. */
async function openNamedFile({ path, inner, selector, containers = [] }: SourceName): Promise<SourceFile> {
  const [first, ...rest] = inner;
  if (first === undefined) return { access: await FileAccess.open(path), selector };
  let volume: Volume;
  if (await isHostDirectory(path)) {
    checkNoSelector(path, containers[0]);
    volume = await openDirectory(path);
  } else volume = await openVolume(await FileAccess.open(path), containers[0]);
  let access = await openWithin(volume, first);
  for (const [i, next] of rest.entries()) {
    volume = await openVolume(access, containers[i + 1]);
    access = await openWithin(volume, next);
  }
  return { access, selector };
}

function checkNoSelector(directory: string, selector: SourceSelector | undefined): void {
  check(selector === undefined, () => {
    return new AdkError("SOURCE_NOT_A_FILE", "A directory has no images to choose from.", {
      kind: "usage",
      file: directory,
      hint: "Name the directory alone.",
    });
  });
}

async function openWithin(volume: Volume, path: string): Promise<RandomAccess> {
  try {
    const entry = await volume.lookup(path);
    if (!entry) throw new AdkError("FILE_NOT_FOUND", "The file does not exist.", { file: `${volume.name}!${path}` });
    const inner = await volume.open(entry);
    return {
      name: inner.name,
      size: inner.size,
      path: inner.path,
      read: (offset, length, into) => inner.read(offset, length, into),
      async close() {
        await inner.close();
        await volume.close();
      },
    };
  } catch (error) {
    await volume.close();
    throw error;
  }
}

async function openVolume(access: RandomAccess, selector: SourceSelector | undefined): Promise<Volume> {
  try {
    const format = await recogniseFormat(access);
    if (format?.openVolume) return await format.openVolume(access, selector);
    throw new AdkError("SOURCE_NOT_A_VOLUME", "There is no Windows file tree in this file, as far as is known.", {
      kind: "unsupported",
      file: access.name,
      expected: "a directory, a WIM or ESD file, a cabinet, a disc, a disk image",
    });
  } catch (error) {
    await access.close();
    throw error;
  }
}
