import { captureVolume, type ImageProperties, WimWriter } from "@adk/wim";
import * as z from "zod";
import { outputFileName, strict } from "../manifest/fields.ts";
import type { ImageDescription } from "../manifest/image.ts";
import { defineOutput } from "./output.ts";

/** A new WIM file with the image in it. */
export const wim = defineOutput({
  schema: strict({
    kind: z.literal("wim"),
    file: outputFileName.describe("Name of the file in the output directory."),
    compression: z.enum(["none", "xpress", "lzx"]).optional().describe("Default `xpress`, as DISM has it."),
    level: z.enum(["fast", "default", "max"]).optional().describe("How much work the compression may be."),
    integrity: z.boolean().optional().describe("Write an integrity table, by which damage is found."),
    boot: z.boolean().optional().describe("Mark the image as the one to boot, as in a boot.wim."),
  }),

  describe({ compression = "xpress", level = "default", integrity, boot }) {
    const parts = [compression === "none" ? "not compressed" : `${compression}, level ${level}`];
    if (integrity) parts.push("integrity table");
    if (boot) parts.push("bootable");
    return parts.join(", ");
  },

  async write({ compression, level, integrity = false, boot = false }, context) {
    const { volume, image, baseProperties, path, overwrite, threads, time, findings, operation } = context;
    await using writer = await WimWriter.create(path, { compression, level, threads, overwrite });
    takeProperties(writer, image, baseProperties);
    const { name, description, flags = baseProperties?.get("FLAGS") } = image;
    const captured = await captureVolume(writer, volume, { name, description, flags, time, findings, ...operation });
    await writer.finish({ ...operation, bootIndex: boot ? 1 : 0, integrity });
    const { files, directories, bytes, newBytes, storedBytes } = captured;
    return { files, directories, bytes, distinctBytes: newBytes, storedBytes };
  },
});

/**
 * Gives the image the properties that a capture does not know of, as soon as the writer makes them: those of the base image,
 * which say the edition and version of Windows, then those of the manifest.
 */
function takeProperties(writer: WimWriter, image: ImageDescription, base: ImageProperties | undefined): void {
  const addImage = writer.addImage.bind(writer);
  writer.addImage = async (metadata) => {
    const properties = await addImage(metadata, base);
    properties.set("DISPLAYNAME", image.displayName);
    properties.set("DISPLAYDESCRIPTION", image.displayDescription);
    for (const [path, value] of Object.entries(image.properties ?? {})) properties.set(path, value);
    return properties;
  };
}
