import type { Filetime, LongOperation, Volume } from "@adk/core";
import { SECTOR } from "../sector.ts";
import { mostHoles } from "../udf/file-entry.ts";
import { type BootImage, checkBootImage, sharedWithBoot } from "./boot-images.ts";
import type { DataOrder } from "./data-order.ts";
import { hasUdfAlone } from "./disc-form.ts";
import { DiscLayout, type IsoAllocation } from "./disc-layout.ts";
import { discPieces } from "./disc-writer.ts";
import type { Duplicate } from "./equal-files.ts";
import { type Content, scanTree } from "./source-tree.ts";

export interface CreateIsoOptions extends LongOperation, DataOrder {
  /** `udf`: UDF, and an ISO 9660 tree with a readme only; `bridge`: UDF and ISO 9660; `joliet`: Joliet and ISO 9660; `iso9660`. */
  readonly form: "udf" | "bridge" | "joliet" | "iso9660";
  readonly label: string;
  /** Rule of the ISO 9660 names, 4 with an enhanced descriptor. Default 1 (8.3) in a bridge, as OSCDIMG has it, else 3. */
  readonly level?: 1 | 2 | 3 | 4 | undefined;
  /** ISO 9660 names keep their small letters, which the standard does not allow. */
  readonly keepCase?: boolean | undefined;
  /** Names of files in ISO 9660 and Joliet end with `;1`, as the standard asks; `etfsboot.com` finds none of these. */
  readonly versions?: boolean | undefined;
  /** A Joliet tree beside UDF. */
  readonly joliet?: boolean | undefined;
  /** Most characters of a Joliet name: those of the specification, or what Windows and Linux read. Default 103. */
  readonly jolietLength?: 64 | 103 | undefined;
  /** The ISO 9660 tree: `readme` has a readme alone (default in the form `udf`), a list only these entries of the root. */
  readonly isoTree?: "all" | "readme" | readonly string[] | undefined;
  readonly boot?: readonly BootImage[] | undefined;
  /** The disc has a partition table too, so that a copy of it on a stick starts by UEFI; needs a boot image for that. */
  readonly hybrid?: boolean | undefined;
  /** Equal files share their data; so does a file that is a boot image. */
  readonly dedup?: boolean | undefined;
  /** Data of small files and directories, or of one of both, lies in their UDF entries. */
  readonly embed?: boolean | "files" | "directories" | undefined;
  /** With UDF alone: zeros in files take no room on the disc. */
  readonly sparse?: boolean | undefined;
  /** UDF entries tell the partition with each part of their data. */
  readonly longAllocation?: boolean | undefined;
  /** FILETIME of the disc. */
  readonly time: Filetime;
  /** All files have the time of the disc. */
  readonly fixedTimes?: boolean | undefined;
  /** Text of the readme of a disc whose ISO 9660 tree has nothing else. */
  readonly readme?: string | undefined;
  readonly publisher?: string | undefined;
}

export interface CreatedIso {
  readonly files: number;
  readonly directories: number;
  /** Bytes of the image. */
  readonly size: number;
  readonly saved: { readonly files: number; readonly bytes: number };
}

/** An image whose layout is known, and that can be written from its first byte to its last. */
export interface PlannedIso extends CreatedIso {
  /** With `dedup`: files that share the data of another. */
  readonly duplicates: readonly Duplicate[];
  readonly allocation: IsoAllocation;
  /** The bytes, in pieces; each stays as it is until the second one behind it is asked for: one can be written while the next is read. */
  write(operation?: LongOperation): AsyncGenerator<Uint8Array>;
}

/**
 * Decides where everything lies. Of the volume only the tree is read, and with `dedup` files of equal size, with `sparse` all of them.
 *
 * @throws AdkError `ISO_LINK`, `ISO_NAME_TOO_LONG`, `ISO_TOO_MANY_DIRECTORIES`, `ISO_TOO_LARGE`, `ISO_BAD_BOOT_IMAGE`, `ISO_NO_EFI_IMAGE`
 */
export async function planIso(volume: Volume, options: CreateIsoOptions): Promise<PlannedIso> {
  const { dedup = false, time, fixedTimes = false, boot = [], longAllocation = false } = options;
  for (const [i, image] of boot.entries()) checkBootImage(image, i + 1);
  const tree = await scanTree(volume, {
    ...options,
    dedup,
    time: fixedTimes ? time : undefined,
    mostHoles: options.sparse && hasUdfAlone(options) ? (size) => mostHoles(size, longAllocation) : undefined,
  });
  const shared = dedup ? await sharedWithBoot(boot, tree) : new Map<Content, number>();
  const layout = new DiscLayout(tree, shared, options);
  const bootDuplicates = [...shared].map(([{ entry }, i]) => ({ path: entry.path, of: `boot image ${i + 1}` }));
  const bootBytes = [...shared.keys()].reduce((sum, { size }) => sum + size, 0);
  const { files, directories, saved, duplicates } = tree;
  return {
    files,
    directories,
    saved: { files: saved.files + shared.size, bytes: saved.bytes + bootBytes },
    duplicates: [...duplicates, ...bootDuplicates],
    allocation: layout.allocation,
    size: layout.sectors * SECTOR,
    write: (operation = options) => discPieces(layout, operation),
  };
}
