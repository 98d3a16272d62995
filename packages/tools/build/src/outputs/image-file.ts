import { captureVolume, WimWriter } from "@adk/wim";
import * as z from "zod";
import type { ImageContext, ImageFigures } from "./output.ts";

/** What a manifest may say of every output that is a WIM file with the image in it, or becomes one. */
export const imageFileFields = {
  compression: z
    .enum(["none", "xpress", "lzx", "lzms"])
    .optional()
    .describe("Default `xpress`, as DISM has it; `lzms` for a solid file."),
  solid: z.boolean().optional().describe("Compress all data together, as an ESD: smallest and slowest."),
  level: z.enum(["fast", "default", "max"]).optional().describe("How much work the compression may be."),
  integrity: z.boolean().optional().describe("Write an integrity table, by which damage is found."),
  boot: z.boolean().optional().describe("Mark the image as the one to boot, as in a boot.wim."),
};

const imageFile = z.object(imageFileFields);
export type ImageFile = z.output<typeof imageFile>;

/** `lzx, level default, bootable` */
export function describeImageFile(output: ImageFile): string {
  const { solid, compression = solid ? "lzms" : "xpress", level = "default", integrity, boot } = output;
  const parts = [compression === "none" ? "not compressed" : `${compression}, level ${level}`];
  if (solid) parts.push("solid");
  if (integrity) parts.push("integrity table");
  if (boot) parts.push("bootable");
  return parts.join(", ");
}

/** Writes the WIM file. @param path where it appears when it is complete */
export async function writeImageFile(output: ImageFile, path: string, context: ImageContext): Promise<ImageFigures> {
  const { compression, solid, level, integrity = false, boot = false } = output;
  const { volume, image, baseProperties, threads, time, findings, operation } = context;
  await using writer = await WimWriter.create(path, { compression, solid, level, threads });
  const { name, description, flags = baseProperties?.get("FLAGS") } = image;
  const how = { name, description, flags, time, findings, like: baseProperties, ...operation };
  const captured = await captureVolume(writer, volume, how);
  const properties = writer.properties(captured.index);
  properties.set("DISPLAYNAME", image.displayName);
  properties.set("DISPLAYDESCRIPTION", image.displayDescription);
  for (const [element, value] of Object.entries(image.properties ?? {})) properties.set(element, value);
  await writer.finish({ ...operation, bootIndex: boot ? 1 : 0, integrity });
  const { files, directories, bytes, newBytes, storedBytes } = captured;
  return { files, directories, bytes, distinctBytes: newBytes, storedBytes };
}
