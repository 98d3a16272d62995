import { finding } from "@adk/cli-kit/schemas";
import { FileAccess } from "@adk/core";
import { EMULATIONS, openIso, Platform } from "@adk/iso";
import * as z from "zod";

/** `adk iso info` */
export const isoInfoResult = z.object({
  file: z.string(),
  size: z.number(),
  label: z.string(),
  fileSystems: z.array(z.enum(["udf", "joliet", "iso9660", "enhanced"])),
  udfRevision: z.string().optional(),
  /** Sector of the boot catalog. */
  bootCatalog: z.number().optional(),
  boot: z.array(
    z.object({
      platform: z.string(),
      bootable: z.boolean(),
      emulation: z.enum(EMULATIONS),
      loadSegment: z.number(),
      sectorCount: z.number(),
      extent: z.number(),
    }),
  ),
  findings: z.array(finding),
});
export type IsoInfo = z.output<typeof isoInfoResult>;

/** The names that firmware people know; others as numbers. */
const PLATFORMS: ReadonlyMap<number, string> = new Map([
  [Platform.BIOS, "BIOS"],
  [Platform.EFI, "UEFI"],
  [Platform.MAC, "Mac"],
  [Platform.POWER_PC, "PowerPC"],
]);

/** What is on a disc and how it boots. @throws AdkError `ISO_BAD_MAGIC` ... */
export async function isoInfo(file: string): Promise<IsoInfo> {
  await using image = await openIso(await FileAccess.open(file));
  const { trees, primary, joliet, udf, boot, bootCatalog, findings } = image;
  return {
    file,
    size: image.access.size,
    label: udf?.volumeId || joliet?.volumeId || primary?.volumeId || "",
    fileSystems: trees.map(({ kind }) => kind),
    udfRevision: udf && `${udf.revision >> 8}.${(udf.revision & 0xff).toString(16).padStart(2, "0")}`,
    bootCatalog,
    boot: boot.map(({ platform, ...entry }) => ({
      ...entry,
      platform: PLATFORMS.get(platform) ?? `0x${platform.toString(16)}`,
    })),
    findings: findings.list,
  };
}
