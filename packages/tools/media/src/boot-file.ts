import { readFile } from "node:fs/promises";
import { AdkError, type Filetime, fromSystemError } from "@adk/core";
import { type BootImage, Platform } from "@adk/iso";
import { efiBootImage, isProgram } from "./efi-boot-image.ts";

export interface BootFile {
  readonly platform: "bios" | "uefi" | number;
  /** Path of the host, of an image or, for UEFI, of a program; with `bytes` a name for errors. */
  readonly file: string;
  /** The content, where the caller has it. */
  readonly bytes?: Uint8Array | undefined;
  /** `floppy`: the one that has the size of the image. Default: none. */
  readonly emulation?: BootImage["emulation"] | "floppy";
  readonly loadSegment?: number | undefined;
  readonly sectorCount?: number | undefined;
  readonly bootInfoTable?: boolean | undefined;
}

/** Firmware loads no more than this. */
const MOST_BOOT_BYTES = 64 << 20;

/**
 * What firmware starts. Of a program for UEFI, as `bootmgfw.efi` is, the image is made that holds it.
 *
 * @param time FILETIME of what is made
 * @throws AdkError `ISO_BAD_BOOT_IMAGE`, `ISO_NOT_EFI_PROGRAM`
 */
export async function readBootImage(boot: BootFile, time: Filetime): Promise<BootImage> {
  const { platform, file, emulation, loadSegment, sectorCount, bootInfoTable } = boot;
  const number = platform === "bios" ? Platform.BIOS : platform === "uefi" ? Platform.EFI : platform;
  const given = boot.bytes ?? (await readHostFile(file));
  const isBare = number === Platform.EFI && isProgram(given);
  const bytes = isBare ? await efiBootImage([{ name: file, bytes: given }], time) : given;
  if (bytes.length === 0 || bytes.length > MOST_BOOT_BYTES) {
    throw new AdkError("ISO_BAD_BOOT_IMAGE", "The boot image is empty, or larger than firmware loads.", {
      file,
      expected: `1 to ${MOST_BOOT_BYTES} bytes`,
      found: bytes.length,
    });
  }
  const drive = emulation === "floppy" ? floppyOf(bytes.length, file) : emulation;
  return { platform: number, bytes, emulation: drive, loadSegment, sectorCount, bootInfoTable };
}

async function readHostFile(file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    throw fromSystemError(error, file);
  }
}

const FLOPPIES = new Map<number, "1.2M" | "1.44M" | "2.88M">([
  [1_228_800, "1.2M"],
  [1_474_560, "1.44M"],
  [2_949_120, "2.88M"],
]);

function floppyOf(size: number, file: string): "1.2M" | "1.44M" | "2.88M" {
  const floppy = FLOPPIES.get(size);
  if (floppy) return floppy;
  throw new AdkError(
    "ISO_BAD_BOOT_IMAGE",
    "The image has not the size of a floppy disk, so that none can be emulated.",
    {
      file,
      expected: [...FLOPPIES.keys()].join(", "),
      found: size,
      hint: "Use it without emulation.",
    },
  );
}
