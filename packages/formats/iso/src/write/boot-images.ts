import { AdkError, check } from "@adk/core";
import { type BootEntry, type Emulation, Platform, writeBootCatalog } from "../boot-catalog.ts";
import { SECTOR, sectorsOf } from "../sector.ts";
import { FIRST_DESCRIPTOR } from "../volume-descriptor.ts";
import { readContent } from "./content-reader.ts";
import type { Content, SourceTree } from "./source-tree.ts";

/** An image that firmware starts. */
export interface BootImage {
  /** A `Platform`. */
  readonly platform: number;
  readonly bytes: Uint8Array;
  readonly emulation?: Emulation | undefined;
  readonly loadSegment?: number | undefined;
  /** Sectors of 512 bytes that the firmware loads. Default: all of the image, for emulated disks 1. */
  readonly sectorCount?: number | undefined;
  /** Write into the image where it lies and its checksum: isolinux and GRUB's El Torito images look for it. */
  readonly bootInfoTable?: boolean | undefined;
}

const FLOPPY_BYTES: Partial<Record<Emulation, number>> = { "1.2M": 1_228_800, "1.44M": 1_474_560, "2.88M": 2_949_120 };
/** The first partition of an MBR; its type goes into the catalog. */
const MBR_PARTITION = 446;
const INFO_TABLE = 8;
/** The checksum of a boot information table is that of what lies behind it. */
const INFO_TABLE_END = 64;

/** @throws AdkError `ISO_BAD_BOOT_IMAGE` for one that the firmware could not start as it is asked to */
export function checkBootImage({ bytes, emulation = "none", bootInfoTable }: BootImage, number: number): void {
  const bad = (message: string, expected: string) =>
    new AdkError("ISO_BAD_BOOT_IMAGE", `Boot image ${number}: ${message}`, {
      kind: "usage",
      expected,
      found: `${bytes.length} bytes`,
    });
  const floppy = FLOPPY_BYTES[emulation];
  check(bytes.length > 0, () => bad("It is empty.", "at least 1 byte"));
  check(floppy === undefined || bytes.length === floppy, () =>
    bad("An emulated floppy disk must have its size.", `${floppy} bytes`),
  );
  check(emulation !== "hard-disk" || (bytes.length >= 512 && bytes[510] === 0x55 && bytes[511] === 0xaa), () =>
    bad("An emulated hard disk must begin with an MBR.", "a boot signature in the first sector"),
  );
  check(!bootInfoTable || bytes.length >= INFO_TABLE_END, () =>
    bad("It has no room for a boot information table.", `at least ${INFO_TABLE_END} bytes`),
  );
}

/** The boot images of a disc, and where they and their catalog lie. */
export class PlacedBootImages {
  readonly #images: readonly BootImage[];
  readonly #starts: readonly number[];
  readonly catalog: number;
  /** The sector behind all of it. */
  readonly end: number;

  /** @param alignment sectors at whose multiples images for UEFI begin */
  constructor(images: readonly BootImage[], first: number, alignment: number) {
    this.#images = images;
    this.catalog = first;
    let at =
      first + (images.length > 0 ? sectorsOf(writeBootCatalog(images.map((each) => bootEntry(each, 0))).length) : 0);
    this.#starts = images.map((image) => {
      const start = isEfi(image) ? Math.ceil(at / alignment) * alignment : at;
      at = start + sectorsOf(image.bytes.length);
      return start;
    });
    this.end = at;
  }

  startOf(number: number): number {
    return this.#starts[number] as number;
  }

  /** Sectors of images that UEFI starts: each a FAT file system. */
  efiImages(): { readonly start: number; readonly sectors: number }[] {
    return this.#images.flatMap((image, i) =>
      isEfi(image) ? [{ start: this.startOf(i), sectors: sectorsOf(image.bytes.length) }] : [],
    );
  }

  *bytes(): Generator<Uint8Array> {
    if (this.#images.length === 0) return;
    const catalog = writeBootCatalog(this.#images.map((image, i) => bootEntry(image, this.startOf(i))));
    yield catalog;
    let at = this.catalog + sectorsOf(catalog.length);
    for (const [i, image] of this.#images.entries()) {
      if (this.startOf(i) > at) yield new Uint8Array((this.startOf(i) - at) * SECTOR);
      const sectors = sectorsOf(image.bytes.length);
      const padded = new Uint8Array(sectors * SECTOR);
      padded.set(image.bytes);
      if (image.bootInfoTable) writeInfoTable(padded, image.bytes.length, this.startOf(i));
      yield padded;
      at = this.startOf(i) + sectors;
    }
  }
}

/**
 * The contents of a tree that are the same as a boot image, and need no second place: the number of the image by content. An image
 * with a boot information table is not the file that it was made of.
 */
export async function sharedWithBoot(images: readonly BootImage[], tree: SourceTree): Promise<Map<Content, number>> {
  const shared = new Map<Content, number>();
  for (const [i, { bytes, bootInfoTable }] of images.entries()) {
    for (const content of tree.contents) {
      if (bootInfoTable || content.size !== bytes.length || shared.has(content)) continue;
      if (Buffer.compare(await readContent(content), bytes) === 0) shared.set(content, i);
    }
  }
  return shared;
}

function isEfi({ platform, emulation = "none" }: BootImage): boolean {
  return platform === Platform.EFI && emulation === "none";
}

function bootEntry(image: BootImage, extent: number): BootEntry {
  const { platform, bytes, emulation = "none", loadSegment = 0, sectorCount } = image;
  const all = Math.min(0xffff, Math.ceil(bytes.length / 512));
  return {
    platform,
    bootable: true,
    emulation,
    loadSegment,
    systemType: emulation === "hard-disk" ? (bytes[MBR_PARTITION + 4] as number) : 0,
    sectorCount: sectorCount ?? (emulation === "none" ? all : 1),
    extent,
  };
}

/** Place of the primary descriptor, of the image, its size, and the sum of its words from byte 64 on (mkisofs' manual). */
function writeInfoTable(padded: Uint8Array, size: number, start: number): void {
  const view = new DataView(padded.buffer);
  let sum = 0;
  for (let at = INFO_TABLE_END; at < size; at += 4) sum = (sum + view.getUint32(at, true)) >>> 0;
  padded.fill(0, INFO_TABLE, INFO_TABLE_END);
  for (const [i, value] of [FIRST_DESCRIPTOR, start, size, sum].entries())
    view.setUint32(INFO_TABLE + 4 * i, value, true);
}
