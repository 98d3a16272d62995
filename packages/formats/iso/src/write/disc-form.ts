import { ANCHOR_SECTOR } from "../udf/volume-descriptors.ts";
import { FIRST_DESCRIPTOR } from "../volume-descriptor.ts";
import type { CreateIsoOptions } from "./create-iso.ts";

// What the options of a disc say of its file systems.

export function hasUdf({ form }: CreateIsoOptions): boolean {
  return form === "udf" || form === "bridge";
}

export function hasJoliet({ form, joliet }: CreateIsoOptions): boolean {
  return form === "joliet" || joliet === true;
}

export function isoTreeOf({ form, isoTree }: CreateIsoOptions): "all" | "readme" | readonly string[] {
  return isoTree ?? (form === "udf" ? "readme" : "all");
}

/** Whether no other tree has the files: then their data needs not lie in one piece. */
export function hasUdfAlone(options: CreateIsoOptions): boolean {
  return hasUdf(options) && isoTreeOf(options) === "readme" && !hasJoliet(options);
}

/** Sectors of everything before the UDF partition, or before the first path table. */
export function headSectors(options: CreateIsoOptions): number {
  // With UDF the anchor stands at sector 256, and the partition begins behind it.
  if (hasUdf(options)) return ANCHOR_SECTOR + 1;
  const others = [options.boot?.length, options.level === 4, hasJoliet(options)].filter(Boolean).length;
  return FIRST_DESCRIPTOR + 1 + others + 1;
}
