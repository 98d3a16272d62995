import { AdkError, type Guid, nameBasedGuid } from "@adk/core";
import { GptType, protectiveMbr, writeGpt } from "@adk/disk";
import { SECTOR } from "../sector.ts";

/** Namespace of the GUIDs of our hybrid discs (RFC 9562, version 5); made once, at random. */
const NAMESPACE = "0b6f7c52-3d1e-4b0a-9a5e-6c2f81d4e7b3";
/** Sectors of 512 bytes in one of a disc. */
const BLOCKS = SECTOR / 512;
/** Sectors of a disc that the backup of the partition table takes at its end: 33 of 512 bytes. */
export const BACKUP_SECTORS = Math.ceil(33 / BLOCKS);
/** EFI partitions begin at whole mebibytes. */
export const HYBRID_ALIGNMENT = 2 ** 20 / SECTOR;

/** A partition table that makes a disc a disk too: what stands before the descriptors, and the last sectors. */
export interface HybridTable {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
}

/**
 * A GPT whose partitions are the images that UEFI starts, with the protective MBR that the specification asks for (UEFI 2.10, 5.2.3).
 * There is no boot program in it: a BIOS starts from such a stick only what its own firmware makes of a disc.
 *
 * @param identity what tells this disc from others
 * @throws AdkError `ISO_NO_EFI_IMAGE` where there is nothing that could be started
 */
export function hybridTable(
  sectors: number,
  images: readonly { readonly start: number; readonly sectors: number }[],
  identity: string,
): HybridTable {
  if (images.length === 0) {
    throw new AdkError(
      "ISO_NO_EFI_IMAGE",
      "A disc that is a disk too starts by UEFI alone, and there is no image for it.",
      {
        kind: "usage",
        hint: "Give a boot image for UEFI, without emulation.",
      },
    );
  }
  const guid = (name: string): Guid => nameBasedGuid(NAMESPACE, new TextEncoder().encode(`${identity} ${name}`));
  const entries = images.map((image, i) => ({
    type: GptType.EFI_SYSTEM,
    guid: guid(`partition ${i + 1}`),
    firstSector: image.start * BLOCKS,
    lastSector: (image.start + image.sectors) * BLOCKS - 1,
    attributes: 0n,
    name: "EFI system partition",
  }));
  const { primary, backup } = writeGpt(sectors * BLOCKS, guid("disk"), entries);
  const start = new Uint8Array(16 * SECTOR);
  start.set(protectiveMbr(sectors * BLOCKS));
  start.set(primary, 512);
  const end = new Uint8Array(BACKUP_SECTORS * SECTOR);
  end.set(backup, end.length - backup.length);
  return { start, end };
}
