import type { SourceSelector } from "@adk/core";
import { openSourceFile, selectImage } from "@adk/sources";
import { openWimFile, type WimFile } from "@adk/wim";

/** A WIM file that a command names, and which of its images. */
export interface OpenedWim extends AsyncDisposable {
  readonly file: WimFile;
  readonly selector: SourceSelector | undefined;
}

/**
 * Opens `FILE[:IMAGE]`, also inside a container: `media!/sources/install.wim:2`. The other parts of a split set are found
 * beside the first.
 *
 * @param references further parts under other names, or files that a delta file was made from; patterns too
 */
export async function openWim(name: string, references: readonly string[] = []): Promise<OpenedWim> {
  const { access, selector } = await openSourceFile(name);
  const file = await openWimFile(access, references);
  return { file, selector, [Symbol.asyncDispose]: () => file.close() };
}

/** The one image that is meant. @throws AdkError `WIM_NO_SUCH_IMAGE`, `WIM_IMAGE_NEEDED` */
export function oneImage({ file, selector }: OpenedWim): number {
  return selectImage(file, selector);
}

/** The images that are meant: one, or with `:all` every one. */
export function someImages({ file, selector }: OpenedWim): number[] {
  if (selector?.kind !== "all") return [selectImage(file, selector)];
  return Array.from({ length: file.imageCount }, (_, i) => i + 1);
}
