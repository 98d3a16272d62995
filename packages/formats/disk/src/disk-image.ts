import { Findings, type RandomAccess } from "@adk/core";
import { isFat } from "./fat/file-system.ts";
import { isGptHeader } from "./gpt.ts";
import { isMbr } from "./mbr.ts";
import type { DiskAccess } from "./pieces.ts";
import { FOOTER_BYTES, isVhdFooter } from "./vhd/footer.ts";
import { openVhd, type VhdFile } from "./vhd/vhd-disk.ts";
import { isVhdx } from "./vhdx/header.ts";
import { openVhdx, type VhdxFile } from "./vhdx/vhdx-disk.ts";

/** A file with a disk in it: as it is (raw), VHD or VHDX. */
export type DiskImage = {
  readonly access: RandomAccess;
  readonly findings: Findings;
  /** The disk. Closing it closes the file. */
  openDisk(): Promise<RandomAccess | DiskAccess>;
} & (
  | { readonly format: "raw" }
  | { readonly format: "vhd"; readonly vhd: VhdFile }
  | { readonly format: "vhdx"; readonly vhdx: VhdxFile }
);

/**
 * Recognises a disk image by its content; what is neither VHD nor VHDX is taken as raw.
 *
 * @throws AdkError as `openVhd` and `openVhdx`
 */
export async function openDiskImage(access: RandomAccess): Promise<DiskImage> {
  const head = await access.read(0, Math.min(FOOTER_BYTES, access.size));
  if (isVhdx(head)) {
    const vhdx = await openVhdx(access);
    return { access, format: "vhdx", vhdx, findings: vhdx.findings, openDisk: () => vhdx.openDisk() };
  }
  const tail = access.size >= FOOTER_BYTES ? await access.read(access.size - FOOTER_BYTES, FOOTER_BYTES) : head;
  if (isVhdFooter(head) || isVhdFooter(tail)) {
    const vhd = await openVhd(access);
    return { access, format: "vhd", vhd, findings: vhd.findings, openDisk: () => vhd.openDisk() };
  }
  return { access, format: "raw", findings: new Findings(), openDisk: async () => access };
}

/** Whether the start of a file is that of a disk image: VHDX, dynamic VHD, a partition table, or a FAT volume. */
export function isDiskImage(head: Uint8Array): boolean {
  const sector = head.subarray(0, 512);
  const sizes = [512, 4096];
  const hasGpt = sizes.some((size) => isGptHeader(head.subarray(size, size + 8)));
  return isVhdx(head) || isVhdFooter(head) || hasGpt || isMbr(sector) || isFat(sector);
}
