import {
  AdkError,
  FileAttribute,
  type Filetime,
  LayeredVolume,
  MemoryAccess,
  type Volume,
  type VolumeEntry,
} from "@adk/core";
import { fatPieces, planFat } from "@adk/disk";
import { machineName, parsePe, subsystemName } from "@adk/pe";
import { loaderNameOf } from "./loader-names.ts";

/** Subsystem of a program that firmware starts. */
const EFI_APPLICATION = 10;

export interface EfiProgram {
  /** For errors. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Whether the bytes are those of a program (PE) instead of a disk image, whose first byte is a jump. */
export function isProgram(bytes: Uint8Array): boolean {
  return bytes[0] === 0x4d && bytes[1] === 0x5a;
}

/**
 * The FAT image that UEFI starts from a disc, with a boot manager of the user's own as `\EFI\BOOT\BOOTX64.EFI`, or what its machine's
 * firmware looks for. FAT12 or FAT16, as small as whole mebibytes can be; the same programs and time give the same bytes.
 *
 * @param programs one a machine, for instance `bootmgfw.efi`
 * @param time FILETIME of the files
 * @throws AdkError `ISO_NOT_EFI_PROGRAM`, `ISO_SAME_MACHINE` and what `parsePe` throws
 */
export async function efiBootImage(programs: readonly EfiProgram[], time: Filetime): Promise<Uint8Array> {
  await using volume = new LayeredVolume(emptyVolume(time), { time });
  for (const { name, bytes } of programs) {
    const path = `/EFI/BOOT/${await efiLoaderName({ name, bytes })}`;
    const { replaced } = await volume.putFile(path, { kind: "bytes", bytes, time }, 1);
    if (replaced) {
      throw new AdkError("ISO_SAME_MACHINE", "Two programs are for the same machine.", { kind: "usage", file: name });
    }
  }
  const plan = await planFat(volume, { label: "EFI", time });
  const image = new Uint8Array(plan.size);
  for await (const { offset, bytes } of fatPieces(plan)) image.set(bytes, offset);
  return image;
}

/**
 * `BOOTX64.EFI`: the name by which firmware of a program's machine finds it.
 *
 * @throws AdkError `ISO_NOT_EFI_PROGRAM` and what `parsePe` throws
 */
export async function efiLoaderName({ name: file, bytes }: EfiProgram): Promise<string> {
  const { fileHeader, optionalHeader } = await parsePe(new MemoryAccess(bytes, file));
  const machine = machineName(fileHeader.machine);
  const name = loaderNameOf(fileHeader.machine);
  if (name !== undefined && optionalHeader.subsystem === EFI_APPLICATION) return name;
  throw new AdkError("ISO_NOT_EFI_PROGRAM", "This is no program that UEFI starts.", {
    file,
    expected: "an EFI application for x86, x64, ARM or ARM64",
    found: `${machine}, ${subsystemName(optionalHeader.subsystem)}`,
  });
}

function emptyVolume(time: Filetime): Volume {
  const times = { creationTime: time, lastAccessTime: time, lastWriteTime: time };
  const none = { linkId: undefined, sha1: undefined, streams: [], items: [], reparseTag: 0, size: 0, shortName: "" };
  const root: VolumeEntry = { path: "/", name: "", attributes: FileAttribute.DIRECTORY, ...times, ...none };
  return {
    name: "EFI boot image",
    root,
    lookup: async (path) => (path === "/" ? root : undefined),
    list: async () => [],
    open: async () => new MemoryAccess(new Uint8Array(0)),
    read: async () => new Uint8Array(0),
    reparsePoint: async () => undefined,
    securityDescriptor: async () => undefined,
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}
