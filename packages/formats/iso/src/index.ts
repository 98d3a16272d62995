/** Reads and writes images of discs: ISO 9660, Joliet, UDF and El Torito. */

export { type BootEntry, EMULATIONS, type Emulation, Platform } from "./boot-catalog.ts";
export type { DiscEntry, DiscTree, Extent } from "./disc-entry.ts";
export { type IsoImage, openIso } from "./iso-image.ts";
export { openIsoVolume } from "./iso-volume.ts";
export { type VerifyIsoResult, verifyIso } from "./verify.ts";
export type { VolumeDescriptor } from "./volume-descriptor.ts";
export type { BootImage } from "./write/boot-images.ts";
export { type CreatedIso, type CreateIsoOptions, type PlannedIso, planIso } from "./write/create-iso.ts";
export type { DataOrder } from "./write/data-order.ts";
export type { IsoAllocation } from "./write/disc-layout.ts";
export type { Duplicate } from "./write/equal-files.ts";
