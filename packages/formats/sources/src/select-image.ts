import { AdkError, type SourceSelector } from "@adk/core";
import type { WimFile } from "@adk/wim";

/**
 * The number of the image that a selector names. Without one, the only image of the file.
 *
 * @throws AdkError `WIM_NO_SUCH_IMAGE`, `WIM_IMAGE_NEEDED`
 */
export function selectImage(file: WimFile, selector: SourceSelector | undefined): number {
  const index = selector?.kind === "name" ? file.findImage(selector.name) : indexOf(file, selector);
  if (index !== undefined) {
    file.metadataBlob(index);
    return index;
  }
  const choices = file.xml.images.map((image) => `${image.index} "${image.name}"`).join(", ");
  if (selector?.kind === "name") {
    throw new AdkError("WIM_NO_SUCH_IMAGE", `The file has no image named "${selector.name}".`, {
      file: file.access.name,
      expected: choices || "no image has a name",
    });
  }
  throw new AdkError("WIM_IMAGE_NEEDED", "One image is needed: say which one.", {
    kind: "usage",
    file: file.access.name,
    expected: choices || `1 to ${file.imageCount}`,
    hint: `For instance ${file.access.name}:1`,
  });
}

/** The number that is given, or that of the only image. */
function indexOf(file: WimFile, selector: SourceSelector | undefined): number | undefined {
  if (selector === undefined) return file.imageCount <= 1 ? 1 : undefined;
  return selector.kind === "index" ? selector.index : undefined;
}
