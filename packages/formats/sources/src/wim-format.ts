import { beginsWith, type FileFormat } from "./file-format.ts";
import { selectImage } from "./select-image.ts";

/** WIM, ESD and the parts of split sets (SWM); also the pipable files of wimlib. */
export const wimFormat: FileFormat = {
  name: "wim",

  recognises: (head) => beginsWith(head, "MSWIM\0\0\0") || beginsWith(head, "WLPWM\0\0\0"),

  async inspect(access) {
    const { WimFile, wimInfo } = await import("@adk/wim");
    const file = await WimFile.open(access);
    const info = wimInfo(file);
    const count = info.images.length === 1 ? "1 image" : `${info.images.length} images`;
    const part = info.totalParts > 1 ? `, part ${info.partNumber} of ${info.totalParts}` : "";
    const description = `Windows image (${info.solid ? "solid " : ""}${info.compression}, ${count}${part})`;
    return { description, facts: { ...info }, findings: file.findings.list };
  },

  async openVolume(access, selector) {
    const { openImage, openWimFile } = await import("@adk/wim");
    const file = await openWimFile(access);
    return openImage(file, selectImage(file, selector), true);
  },
};
