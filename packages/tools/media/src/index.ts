/** Boot stores. */
export { addToStore, createStore, deleteFromStore, setElement } from "./bcd/edit-store.ts";
export { checkStoreFile, enumStore, showObject } from "./bcd/read-store.ts";
export {
  type BcdChangeResult,
  type BcdCheckResult,
  type BcdListResult,
  bcdChangeResult,
  bcdCheckResult,
  bcdListResult,
} from "./bcd/schemas.ts";
export { exportStore, importStore } from "./bcd/transfer-store.ts";
export {
  type InstallBootOptions,
  type InstallBootResult,
  installBoot,
  installBootResult,
} from "./bcdboot/install-boot.ts";
/** Discs, and disks: sticks and images. */
export { type ConvertDiskOptions, convertDisk, type DiskConvert, diskConvertResult } from "./convert-disk.ts";
export { type CreateUsbOptions, type CreateUsbResult, createUsb, createUsbResult } from "./create-usb.ts";
export { type DiskInfo, diskInfo, diskInfoResult } from "./disk-info.ts";
/** Discs and sticks of media of Windows. */
export { type EfiProgram, efiBootImage } from "./efi-boot-image.ts";
export { type IsoInfo, isoInfo, isoInfoResult } from "./iso-info.ts";
export type { MediaBoot } from "./media/boot-look-up.ts";
export {
  type CreateMediaIsoOptions,
  type CreateMediaIsoResult,
  createMediaIso,
  createMediaIsoResult,
  type GivenBootFile,
} from "./media/media-iso.ts";
export { type CreateMediaUsbResult, createMediaUsb, createMediaUsbResult } from "./media/media-usb.ts";
/** Media of Windows PE. */
export {
  type CreateWinPeOptions,
  type CreateWinPeResult,
  createWinPe,
  createWinPeResult,
} from "./winpe/create-winpe.ts";
export { type PlannedComponent, planComponents } from "./winpe/optional-components.ts";
export { type CreatePxeResult, createPxe, createPxeResult } from "./winpe/pxe.ts";
export { readWinPeInfo, type WinPeInfo, winPeInfoResult } from "./winpe/winpe-info.ts";
export {
  createWinPeMedia,
  type WinPeMediaOptions,
  type WinPeMediaResult,
  type WinPeSource,
  type WinPeTargets,
  winPeMediaResult,
} from "./winpe/winpe-media.ts";
