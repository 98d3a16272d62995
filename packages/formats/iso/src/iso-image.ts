import { AdkError, Findings, type Limits, type RandomAccess, withLimits } from "@adk/core";
import { BOOT_RECORD_SECTOR, type BootEntry, parseBootCatalog, parseBootRecord } from "./boot-catalog.ts";
import type { DiscTree } from "./disc-entry.ts";
import { Iso9660Tree } from "./iso9660-tree.ts";
import { findRawSectors, RawSectorAccess, type RawSectors } from "./raw-sectors.ts";
import { recordHasRockRidge } from "./record-checks.ts";
import { SECTOR } from "./sector.ts";
import { UdfTree } from "./udf/udf-tree.ts";
import { openUdfVolume, type UdfVolume } from "./udf/volume-structure.ts";
import {
  DescriptorType,
  FIRST_DESCRIPTOR,
  parseDescriptorHead,
  parseVolumeDescriptor,
  type VolumeDescriptor,
} from "./volume-descriptor.ts";

/** Descriptors that are looked at before a terminator must have come. */
const MOST_DESCRIPTORS = 64;
/** Version of the supplementary descriptor of ISO 9660:1999. */
const ENHANCED = 2;

/** An image of a disc: the file systems that are on it, and how it boots. */
export interface IsoImage extends AsyncDisposable {
  /** The data of the disc, without what lies between the data of an image of whole sectors. */
  readonly access: RandomAccess;
  /** How the image holds whole sectors, if it does. */
  readonly rawSectors: RawSectors | undefined;
  readonly limits: Limits;
  readonly primary: VolumeDescriptor | undefined;
  readonly joliet: VolumeDescriptor | undefined;
  /** That of ISO 9660:1999. */
  readonly enhanced: VolumeDescriptor | undefined;
  /** Whether there are names of Unix too, which are not read. */
  readonly hasRockRidge: boolean;
  readonly udf: UdfVolume | undefined;
  /** The file systems, the one first that Windows would take: UDF, Joliet, ISO 9660. */
  readonly trees: readonly DiscTree[];
  /** El Torito boot entries, the default first. */
  readonly boot: readonly BootEntry[];
  /** Sector of the boot catalog. */
  readonly bootCatalog: number | undefined;
  readonly findings: Findings;
  close(): Promise<void>;
}

/**
 * Opens an image. A file system that is damaged is left out, with a finding, as long as another can be read.
 *
 * @throws AdkError `ISO_BAD_MAGIC` where there is neither ISO 9660 nor UDF
 */
export async function openIso(
  file: RandomAccess,
  options: { limits?: Partial<Limits> | undefined } = {},
): Promise<IsoImage> {
  const limits = withLimits(options.limits);
  const findings = new Findings();
  const rawSectors = await findRawSectors(file);
  const access = rawSectors ? new RawSectorAccess(file, rawSectors) : file;
  const { primary, joliet, enhanced, bootCatalog } = await readDescriptors(access, findings);
  const trees: DiscTree[] = [];
  const udf = await attempt(findings, () => openUdfVolume(access, findings));
  const udfTree = udf && (await attempt(findings, () => UdfTree.open(udf, limits, findings)));
  if (udfTree) trees.push(udfTree);
  for (const descriptor of [joliet, primary, enhanced]) {
    if (descriptor) trees.push(new Iso9660Tree(access, descriptor, limits, findings));
  }
  if (trees.length === 0) {
    throw new AdkError("ISO_BAD_MAGIC", "This is no image of a disc: it has neither ISO 9660 nor UDF.", {
      file: access.name,
      offset: FIRST_DESCRIPTOR * SECTOR,
      found: findings.list[0]?.message,
    });
  }
  const boot = bootCatalog === undefined ? [] : await attempt(findings, () => readBoot(access, bootCatalog));
  const close = () => access.close();
  return {
    access,
    rawSectors,
    limits,
    primary,
    joliet,
    enhanced,
    hasRockRidge: primary !== undefined && (await findRockRidge(access, primary)),
    udf,
    trees,
    boot: boot ?? [],
    bootCatalog,
    findings,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function readDescriptors(access: RandomAccess, findings: Findings) {
  let primary: VolumeDescriptor | undefined;
  let joliet: VolumeDescriptor | undefined;
  let enhanced: VolumeDescriptor | undefined;
  let bootCatalog: number | undefined;
  for (let sector = FIRST_DESCRIPTOR; sector < FIRST_DESCRIPTOR + MOST_DESCRIPTORS; sector++) {
    const offset = sector * SECTOR;
    if (offset + SECTOR > access.size) break;
    const bytes = await access.read(offset, SECTOR);
    const head = parseDescriptorHead(bytes);
    if (!head || head.type === DescriptorType.TERMINATOR) break;
    if (head.type === DescriptorType.BOOT && sector === BOOT_RECORD_SECTOR) bootCatalog = parseBootRecord(bytes);
    if (head.type !== DescriptorType.PRIMARY && head.type !== DescriptorType.SUPPLEMENTARY) continue;
    const descriptor = await attempt(findings, async () => parseVolumeDescriptor(bytes, access.name, offset));
    if (head.type === DescriptorType.PRIMARY) primary ??= descriptor;
    else if (descriptor?.joliet) joliet ??= descriptor;
    else if (descriptor?.version === ENHANCED) enhanced ??= descriptor;
  }
  return { primary, joliet, enhanced, bootCatalog };
}

async function findRockRidge(access: RandomAccess, { root }: VolumeDescriptor): Promise<boolean> {
  const offset = root.extent * SECTOR;
  return offset + SECTOR <= access.size && recordHasRockRidge(await access.read(offset, SECTOR));
}

async function readBoot(access: RandomAccess, sector: number): Promise<BootEntry[]> {
  const offset = sector * SECTOR;
  const room = Math.max(0, Math.min(8 * SECTOR, access.size - offset));
  return parseBootCatalog(await access.read(offset, Math.max(room, 64)), access.name, offset);
}

async function attempt<T>(findings: Findings, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    findings.fromError(error);
    return undefined;
  }
}
