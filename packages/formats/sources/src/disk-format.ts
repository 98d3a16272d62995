import { AdkError } from "@adk/core";
import type { DiskImage, DiskParts } from "@adk/disk";
import type { FileFormat } from "./file-format.ts";

/** Disk images: raw, VHD and VHDX. What a file of another format begins with may look like one, so it comes last. */
export const diskFormat: FileFormat = {
  name: "disk",

  async recognises(head) {
    const { isDiskImage } = await import("@adk/disk");
    return isDiskImage(head);
  },

  async inspect(access) {
    const { openDiskImage, readDiskParts } = await import("@adk/disk");
    const image = await openDiskImage(access);
    const { format, findings } = image;
    const disk = await image.openDisk();
    const parts = await readDiskParts(disk, findings);
    const facts = {
      container: format,
      size: disk.size,
      scheme: parts.table?.scheme ?? "none",
      partitions: parts.parts.map(({ number, partition, fileSystem }) => ({
        number,
        fileSystem,
        ...(partition && { type: partition.typeName ?? partition.type, bytes: partition.length }),
      })),
    };
    return { format, description: describe(image, parts), facts, findings: findings.list };
  },

  async openVolume(access, selector) {
    if (selector && selector.kind !== "index") {
      const message = "A partition is named by its number.";
      throw new AdkError("DISK_NO_SUCH_PARTITION", message, { kind: "usage", file: access.name });
    }
    const { openDiskVolume } = await import("@adk/disk");
    return openDiskVolume(access, selector?.index);
  },
};

const CONTAINERS: Readonly<Record<DiskImage["format"], string>> = { raw: "raw", vhd: "VHD", vhdx: "VHDX" };

function describe({ format }: DiskImage, { table, parts }: DiskParts): string {
  const count = parts.length === 1 ? "1 partition" : `${parts.length} partitions`;
  const kind = parts[0]?.fileSystem;
  const content = table ? `${table.scheme.toUpperCase()}, ${count}` : kind === "fat" ? "FAT" : "no partitions";
  return `Disk image (${CONTAINERS[format]}, ${content})`;
}
