/** What is on a disc. */

/** Disks: sticks and images. */
export { type ConvertDiskOptions, convertDisk, type DiskConvert, diskConvertResult } from "./convert-disk.ts";
export { type CreateUsbOptions, type CreateUsbResult, createUsb, createUsbResult } from "./create-usb.ts";
export { type DiskInfo, diskInfo, diskInfoResult } from "./disk-info.ts";
export { type IsoInfo, isoInfo, isoInfoResult } from "./iso-info.ts";
