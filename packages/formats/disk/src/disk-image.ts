import { dirname, join } from "node:path";
import { AdkError, check, FileAccess, Findings, type Guid, type RandomAccess } from "@adk/core";
import { isFat } from "./fat/file-system.ts";
import { isGptHeader } from "./gpt.ts";
import { isMbr } from "./mbr.ts";
import { type DiskParent, parentNames } from "./parent.ts";
import type { DiskAccess } from "./pieces.ts";
import { FOOTER_BYTES, isVhdFooter } from "./vhd/footer.ts";
import { openVhd, type VhdFile } from "./vhd/vhd-disk.ts";
import { isVhdx } from "./vhdx/header.ts";
import { openVhdx, type VhdxFile } from "./vhdx/vhdx-disk.ts";

/** Differencing disks upon each other: a chain that is longer leads in a circle. */
const MOST_PARENTS = 64;

export interface OpenDiskOptions {
  /** Files of the parents of a differencing disk: its own, that one's ... Others are looked for in the directory of their child. */
  readonly parents?: readonly string[] | undefined;
}

/** A file with a disk in it: as it is (raw), VHD or VHDX. */
export type DiskImage = {
  readonly access: RandomAccess;
  readonly findings: Findings;
  /** Of a differencing disk. */
  readonly parent: DiskParent | undefined;
  /**
   * The disk; a differencing one with its parents. Closing it closes the files.
   *
   * @throws AdkError `VHD_NEEDS_PARENT`, `VHDX_NEEDS_PARENT` where no parent is found, `DISK_WRONG_PARENT`, and as `openDiskImage`
   */
  openDisk(options?: OpenDiskOptions): Promise<RandomAccess | DiskAccess>;
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
  return openImage(access, 0);
}

/** @param depth of the image among its children */
async function openImage(access: RandomAccess, depth: number): Promise<DiskImage> {
  const head = await access.read(0, Math.min(FOOTER_BYTES, access.size));
  if (isVhdx(head)) {
    const vhdx = await openVhdx(access);
    const { findings } = vhdx;
    const { parent } = vhdx.metadata;
    const openDisk = (options?: OpenDiskOptions) => openWithParent(access, parent, vhdx, depth, options);
    return { access, format: "vhdx", vhdx, findings, parent, openDisk };
  }
  const tail = access.size >= FOOTER_BYTES ? await access.read(access.size - FOOTER_BYTES, FOOTER_BYTES) : head;
  if (isVhdFooter(head) || isVhdFooter(tail)) {
    const vhd = await openVhd(access);
    const { findings, parent } = vhd;
    const openDisk = (options?: OpenDiskOptions) => openWithParent(access, parent, vhd, depth, options);
    return { access, format: "vhd", vhd, findings, parent, openDisk };
  }
  return { access, format: "raw", findings: new Findings(), parent: undefined, openDisk: async () => access };
}

interface WithParent {
  readonly findings: Findings;
  openDisk(parent?: RandomAccess | DiskAccess): Promise<RandomAccess | DiskAccess>;
}

async function openWithParent(
  access: RandomAccess,
  told: DiskParent | undefined,
  child: WithParent,
  depth: number,
  { parents = [] }: OpenDiskOptions = {},
): Promise<RandomAccess | DiskAccess> {
  if (!told) return child.openDisk();
  check(depth < MOST_PARENTS, () => {
    const message = "The chain of differencing disks is too long, or leads in a circle.";
    return new AdkError("DISK_WRONG_PARENT", message, { file: access.name });
  });
  const [named, ...others] = parents;
  const file = named === undefined ? await findParent(access, told, child) : await FileAccess.open(named);
  let opened: RandomAccess = file;
  try {
    const image = await openImage(file, depth + 1);
    const ids = identitiesOf(image);
    check(
      told.ids.some((id) => ids.includes(id)),
      () => {
        return new AdkError("DISK_WRONG_PARENT", "This is not the disk that the differencing one differs from.", {
          kind: "input",
          file: file.name,
          expected: told.ids.join(" or "),
          found: ids.join(", ") || image.format,
          hint: "A parent that was changed since no longer fits its children.",
        });
      },
    );
    const disk = await image.openDisk({ parents: others });
    opened = disk;
    for (const each of image.findings.list) child.findings.add(each);
    return await child.openDisk(disk);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** By what a child knows its parent: in VHDX it changes with the parent's data. */
function identitiesOf(image: DiskImage): Guid[] {
  if (image.format === "vhd") return [image.vhd.footer.id];
  return image.format === "vhdx" ? [image.vhdx.header.dataWriteGuid] : [];
}

/**
 * The parent beside its child, by the name that it had. What a file says of other directories is not followed: it would decide
 * what is read on this host.
 */
async function findParent({ path }: RandomAccess, told: DiskParent, child: WithParent): Promise<RandomAccess> {
  for (const name of path === undefined ? [] : parentNames(told)) {
    try {
      return await FileAccess.open(join(dirname(path as string), name));
    } catch (error) {
      if (!(error instanceof AdkError) || error.code !== "FILE_NOT_FOUND") throw error;
    }
  }
  // It says what is missing.
  await child.openDisk();
  throw new AdkError("DISK_WRONG_PARENT", "The disk has no parent.", { file: path });
}

/** Whether the start of a file is that of a disk image: VHDX, dynamic VHD, a partition table, or a FAT volume. */
export function isDiskImage(head: Uint8Array): boolean {
  const sector = head.subarray(0, 512);
  const sizes = [512, 4096];
  const hasGpt = sizes.some((size) => isGptHeader(head.subarray(size, size + 8)));
  return isVhdx(head) || isVhdFooter(head) || hasGpt || isMbr(sector) || isFat(sector);
}
