import { captureVolume, WimWriter } from "@adk/wim";
import * as z from "zod";
import { outputFileName, strict } from "../manifest/fields.ts";
import { defineOutput } from "./output.ts";

/** A new WIM file with the image in it. */
export const wim = defineOutput({
  schema: strict({
    kind: z.literal("wim"),
    file: outputFileName.describe("Name of the file in the output directory."),
    compression: z
      .enum(["none", "xpress", "lzx", "lzms"])
      .optional()
      .describe("Default `xpress`, as DISM has it; `lzms` for a solid file."),
    solid: z.boolean().optional().describe("Compress all data together, as an ESD: smallest and slowest."),
    level: z.enum(["fast", "default", "max"]).optional().describe("How much work the compression may be."),
    integrity: z.boolean().optional().describe("Write an integrity table, by which damage is found."),
    boot: z.boolean().optional().describe("Mark the image as the one to boot, as in a boot.wim."),
  }),

  describe({ solid, compression = solid ? "lzms" : "xpress", level = "default", integrity, boot }) {
    const parts = [compression === "none" ? "not compressed" : `${compression}, level ${level}`];
    if (solid) parts.push("solid");
    if (integrity) parts.push("integrity table");
    if (boot) parts.push("bootable");
    return parts.join(", ");
  },

  async write({ compression, solid, level, integrity = false, boot = false }, context) {
    const { volume, image, baseProperties, path, overwrite, threads, time, findings, operation } = context;
    await using writer = await WimWriter.create(path, { compression, solid, level, threads, overwrite });
    const { name, description, flags = baseProperties?.get("FLAGS") } = image;
    const how = { name, description, flags, time, findings, like: baseProperties, ...operation };
    const captured = await captureVolume(writer, volume, how);
    const properties = writer.properties(captured.index);
    properties.set("DISPLAYNAME", image.displayName);
    properties.set("DISPLAYDESCRIPTION", image.displayDescription);
    for (const [path, value] of Object.entries(image.properties ?? {})) properties.set(path, value);
    await writer.finish({ ...operation, bootIndex: boot ? 1 : 0, integrity });
    const { files, directories, bytes, newBytes, storedBytes } = captured;
    return { files, directories, bytes, distinctBytes: newBytes, storedBytes };
  },
});
