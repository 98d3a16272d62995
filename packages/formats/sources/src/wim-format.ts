import { AdkError, type SourceSelector } from "@adk/core";
import { openImage, WimFile, wimInfo } from "@adk/wim";
import type { FileFormat } from "./file-format.ts";

/** WIM, ESD and the parts of split sets (SWM); also the pipable files of wimlib. */
export const wimFormat: FileFormat = {
  name: "wim",

  recognises(head) {
    const magic = Buffer.from(head.subarray(0, 8)).toString("latin1");
    return magic === "MSWIM\0\0\0" || magic === "WLPWM\0\0\0";
  },

  async inspect(access) {
    const file = await WimFile.open(access);
    const info = wimInfo(file);
    const count = info.images.length === 1 ? "1 image" : `${info.images.length} images`;
    const part = info.totalParts > 1 ? `, part ${info.partNumber} of ${info.totalParts}` : "";
    const description = `Windows image (${info.solid ? "solid " : ""}${info.compression}, ${count}${part})`;
    return { description, facts: { ...info }, findings: file.findings.list };
  },

  async openVolume(access, selector) {
    const file = await WimFile.open(access);
    return openImage(file, selectImage(file, selector), true);
  },
};

/**
 * The number of the image that a selector names. Without one, the only image of the file.
 *
 * @throws AdkError `WIM_NO_SUCH_IMAGE`, `WIM_IMAGE_NEEDED`
 */
export function selectImage(file: WimFile, selector: SourceSelector | undefined): number {
  const choices = file.xml.images.map(({ index, name }) => `${index} "${name}"`).join(", ");
  switch (selector?.kind) {
    case "index":
      file.metadataBlob(selector.index);
      return selector.index;
    case "name": {
      const index = file.findImage(selector.name);
      if (index !== undefined) return index;
      throw new AdkError("WIM_NO_SUCH_IMAGE", `The file has no image named "${selector.name}".`, {
        file: file.access.name,
        expected: choices || "no image has a name",
      });
    }
    default:
      if (selector === undefined && file.imageCount === 1) return 1;
      throw new AdkError("WIM_IMAGE_NEEDED", "The file holds several images: say which one.", {
        kind: "usage",
        file: file.access.name,
        expected: choices,
        hint: `For instance ${file.access.name}:1`,
      });
  }
}
