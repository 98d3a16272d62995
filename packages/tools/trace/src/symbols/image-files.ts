import { AdkError, type Findings, normalizePath, type RandomAccess, type Volume } from "@adk/core";
import { findSymbolFiles, type SymbolPlace } from "@adk/pdb";
import { type PeFile, parsePe } from "@adk/pe";
import { openSource } from "@adk/sources";
import type { TraceImage } from "../model/images.ts";

export interface ImageFileOptions {
  /** Also asked for executables: symbol stores have them by time stamp and size. */
  readonly places: readonly SymbolPlace[];
  readonly network?: boolean | undefined;
  readonly findings?: Findings | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The executable files of the images of a trace: in a directory, an offline Windows, or a symbol store. */
export class ImageFiles implements AsyncDisposable {
  readonly #volume: Volume | undefined;
  readonly #options: ImageFileOptions;

  private constructor(volume: Volume | undefined, options: ImageFileOptions) {
    this.#volume = volume;
    this.#options = options;
  }

  /** @param source a directory with executables, or any source with a Windows: `install.wim:6` */
  static async open(source: string | undefined, options: ImageFileOptions): Promise<ImageFiles> {
    return new ImageFiles(source === undefined ? undefined : await openSource(source), options);
  }

  /**
   * Gives the file of an image to a function; one of another build does not count.
   *
   * @param path of the image as a running Windows names it: `C:\Windows\System32\ntdll.dll`
   * @returns undefined where there is none
   */
  async withFile<Result>(
    image: TraceImage,
    path: string,
    use: (pe: PeFile) => Promise<Result>,
  ): Promise<Result | undefined> {
    for await (const access of this.#candidates(image, path)) {
      try {
        const pe = await parsePe(access);
        if (isFileOf(image, pe)) return await use(pe);
      } catch (error) {
        if (!(error instanceof AdkError) || error.kind === "cancelled") throw error;
        this.#options.findings?.warning(error.code, error.message, { file: access.name });
      } finally {
        await access.close();
      }
    }
    return undefined;
  }

  async *#candidates(image: TraceImage, path: string): AsyncGenerator<RandomAccess> {
    for (const place of [pathInVolume(path), `/${image.name}`]) {
      const entry = await this.#volume?.lookup(place);
      if (entry) yield await (this.#volume as Volume).open(entry);
    }
    if (image.timeDateStamp === 0) return;
    const stamp = image.timeDateStamp.toString(16).toUpperCase().padStart(8, "0");
    yield* findSymbolFiles(
      { name: image.name, id: `${stamp}${image.size.toString(16)}` },
      this.#options.places,
      this.#options,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#volume?.close();
  }
}

/** Old events have no time stamp: then the size must be enough. */
function isFileOf({ timeDateStamp, size }: TraceImage, { fileHeader, optionalHeader }: PeFile): boolean {
  return (timeDateStamp === 0 || timeDateStamp === fileHeader.timeDateStamp) && size === optionalHeader.sizeOfImage;
}

/** `C:\Windows\x`, `\SystemRoot\x`, `\Device\HarddiskVolume3\Windows\x` below the root of the system's volume. */
function pathInVolume(path: string): string {
  return normalizePath(
    path
      .replace(/^\\SystemRoot/i, "\\Windows")
      .replace(/^(\\\?\?\\)?[a-z]:/i, "")
      .replace(/^\\Device\\HarddiskVolume\d+/i, ""),
  );
}
