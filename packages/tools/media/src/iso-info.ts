import { finding } from "@adk/cli-kit/schemas";
import { AdkError, FileAccess, Findings, formatFiletime } from "@adk/core";
import { readPartitionTable } from "@adk/disk";
import { EMULATIONS, type IsoImage, openIso, Platform, type VolumeDescriptor } from "@adk/iso";
import * as z from "zod";
import { type BootImageFacts, bootImageFacts } from "./boot-image-facts.ts";

const volumeDescriptor = z.object({
  volumeId: z.string(),
  systemId: z.string(),
  volumeSetId: z.string(),
  publisher: z.string(),
  preparer: z.string(),
  application: z.string(),
  created: z.string().optional(),
  modified: z.string().optional(),
  /** Sectors of 2,048 bytes. */
  volumeSize: z.number(),
});

/** `adk iso info` */
export const isoInfoResult = z.object({
  file: z.string(),
  size: z.number(),
  label: z.string(),
  fileSystems: z.array(z.enum(["udf", "joliet", "iso9660", "enhanced"])),
  /** Bytes of the sectors of an image of whole sectors, and their mode. */
  rawSectors: z.object({ sectorBytes: z.number(), mode: z.number() }).optional(),
  primary: volumeDescriptor.optional(),
  joliet: volumeDescriptor.optional(),
  enhanced: volumeDescriptor.optional(),
  /** There are names of Unix too, which Windows does not read. */
  rockRidge: z.boolean(),
  udfRevision: z.string().optional(),
  udf: z
    .object({
      revision: z.string(),
      volumeId: z.string(),
      blockSize: z.number(),
      partitions: z.array(z.enum(["physical", "sparable", "virtual", "metadata"])),
      /** What the disc says of itself when it was last written to. */
      closed: z.boolean().optional(),
      files: z.number().optional(),
      directories: z.number().optional(),
    })
    .optional(),
  /** A partition table before the file systems: a disc that is a disk too. */
  partitionTable: z
    .object({
      scheme: z.enum(["gpt", "mbr"]),
      partitions: z.array(z.object({ offset: z.number(), length: z.number(), type: z.string() })),
    })
    .optional(),
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
      /** Bytes of the image: those of its file, of the floppy disk that is emulated, or of its FAT volume. */
      bytes: z.number().optional(),
      fileSystem: z.string().optional(),
      /** The boot information table of isolinux and others, and whether it is that of this disc. */
      infoTable: z.enum(["right", "wrong"]).optional(),
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
  const { trees, primary, joliet, enhanced, udf, bootCatalog, rawSectors } = image;
  const findings = new Findings();
  const boot = await bootFacts(image, findings);
  const partitionTable = await partitionFacts(image, findings);
  const revision = udf && `${udf.revision >> 8}.${(udf.revision & 0xff).toString(16).padStart(2, "0")}`;
  return {
    file,
    size: image.access.size,
    label: udf?.volumeId || joliet?.volumeId || primary?.volumeId || "",
    fileSystems: trees.map(({ kind }) => kind),
    rawSectors,
    primary: primary && descriptorFacts(primary),
    joliet: joliet && descriptorFacts(joliet),
    enhanced: enhanced && descriptorFacts(enhanced),
    rockRidge: image.hasRockRidge,
    udfRevision: revision,
    udf: udf && {
      revision: revision as string,
      volumeId: udf.volumeId,
      blockSize: udf.blockSize,
      partitions: udf.partitions.map(({ kind }) => kind),
      closed: udf.integrity?.closed,
      files: udf.integrity?.files,
      directories: udf.integrity?.directories,
    },
    partitionTable,
    bootCatalog,
    boot,
    findings: [...image.findings.list, ...findings.list],
  };
}

async function bootFacts(image: IsoImage, findings: Findings): Promise<IsoInfo["boot"]> {
  const boot: IsoInfo["boot"] = [];
  for (const { platform, bootable, emulation, loadSegment, sectorCount, extent } of image.boot) {
    const entry = { bootable, emulation, loadSegment, sectorCount, extent };
    let facts: BootImageFacts = {};
    try {
      facts = await bootImageFacts(image, entry);
    } catch (error) {
      findings.fromError(error);
    }
    boot.push({ platform: PLATFORMS.get(platform) ?? `0x${platform.toString(16)}`, ...entry, ...facts });
  }
  return boot;
}

async function partitionFacts({ access }: IsoImage, findings: Findings): Promise<IsoInfo["partitionTable"]> {
  try {
    const table = await readPartitionTable(access, findings);
    return (
      table && {
        scheme: table.scheme,
        partitions: table.partitions.map(({ offset, length, type, typeName }) => ({
          offset,
          length,
          type: typeName ?? type,
        })),
      }
    );
  } catch (error) {
    // Whatever stands before the file systems is no concern of theirs.
    if (!(error instanceof AdkError) || error.kind === "environment") throw error;
    findings.warning(error.code, error.message, { file: access.name });
    return undefined;
  }
}

function descriptorFacts(descriptor: VolumeDescriptor): z.output<typeof volumeDescriptor> {
  const { volumeId, systemId, volumeSetId, publisher, preparer, application, created, modified, volumeSize } =
    descriptor;
  const time = (filetime: bigint) => (filetime > 0n ? formatFiletime(filetime) : undefined);
  const texts = { volumeId, systemId, volumeSetId, publisher, preparer, application };
  return { ...texts, created: time(created), modified: time(modified), volumeSize };
}
