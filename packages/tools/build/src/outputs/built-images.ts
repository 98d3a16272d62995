import { constants, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fromSystemError } from "@adk/core";
import { type ImageFile, writeImageFile } from "./image-file.ts";
import type { ImageContext, ImageFigures } from "./output.ts";

/** The image in a WIM file of the host. */
export interface BuiltImage {
  readonly path: string;
  readonly figures: ImageFigures;
}

/** The image as WIM files: each made once, for all outputs that want it with the same options. */
export class BuiltImages {
  readonly #context: ImageContext;
  readonly #directory: string;
  readonly #built = new Map<string, BuiltImage>();

  /** @param directory for files that no output keeps */
  constructor(directory: string, context: ImageContext) {
    this.#directory = directory;
    this.#context = context;
  }

  /** @param place where the file is to be; default: anywhere */
  async get(options: ImageFile, place?: string): Promise<BuiltImage> {
    const key = keyOf(options);
    const known = this.#built.get(key);
    if (known === undefined) {
      const path = place ?? join(this.#directory, `${this.#built.size + 1}.wim`);
      const built = { path, figures: await writeImageFile(options, path, this.#context) };
      this.#built.set(key, built);
      return built;
    }
    if (place === undefined) return known;
    await copyImage(known.path, place);
    return { ...known, path: place };
  }
}

/** Not a hard link: files are changed in place. */
export async function copyImage(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    throw fromSystemError(error, to);
  }
}

/** Equal for options that give the same file. */
function keyOf({ solid = false, compression, level = "default", integrity = false, boot = false }: ImageFile): string {
  return JSON.stringify([solid, compression ?? (solid ? "lzms" : "xpress"), level, integrity, boot]);
}
