import type { AnswerFile } from "../document/answer-file.ts";
import type { XmlElement } from "../document/tree.ts";
import {
  type DiskConfiguration,
  type DiskPlan,
  type ModifyPartition,
  readDiskConfiguration,
} from "./disk-configuration.ts";
import { checkCreations, checkInstall, checkModification, checkWhole } from "./disk-rules.ts";

export type PartitionType = "Primary" | "EFI" | "MSR" | "Extended" | "Logical";

export interface SimulatedPartition {
  /** What `PartitionID` means it by; an extended partition has none. */
  readonly number: number | undefined;
  readonly order: number | undefined;
  readonly type: PartitionType;
  /** MB; `rest` takes what is left of the disk. */
  readonly sizeMB: number | "rest" | undefined;
  format: string | undefined;
  label: string | undefined;
  letter: string | undefined;
  typeId: string | undefined;
  active: boolean;
  /** Whether it is enlarged to the free space behind it. */
  extended: boolean;
  /** The CreatePartition that makes it. */
  readonly element: XmlElement;
}

export interface SimulatedDisk {
  readonly id: number | undefined;
  /** As the partition types tell it: the firmware decides on plain ones. */
  readonly style: "gpt" | "mbr" | "unknown";
  readonly wiped: boolean;
  /** Empty for a disk whose partitions are only modified: what is on it is not known. */
  readonly partitions: readonly SimulatedPartition[];
  readonly element: XmlElement;
}

/** What Setup would stumble over. `rule` is the id of a rule of validation. */
export interface DiskProblem {
  readonly rule: string;
  readonly message: string;
  readonly element: XmlElement;
}

export interface DiskSimulation {
  readonly disks: readonly SimulatedDisk[];
  /** Where Windows goes: the partition, if it is one that is made here. */
  readonly install:
    | { readonly diskId: number | undefined; readonly partition: SimulatedPartition | undefined }
    | undefined;
  readonly problems: readonly DiskProblem[];
}

const TYPES: readonly PartitionType[] = ["Primary", "EFI", "MSR", "Extended", "Logical"];

/**
 * The partition tables that Setup makes of an answer file's DiskConfiguration, and what is wrong with it. The rules are those of the
 * reference pages (DiskConfiguration and below); nothing was run against a real Setup.
 */
export function simulateDisks(file: AnswerFile): DiskSimulation {
  const configuration = readDiskConfiguration(file);
  const problems: DiskProblem[] = [];
  const disks = configuration.disks.map((plan) => simulateDisk(plan, problems));
  const install = simulateInstall(configuration, disks, problems);
  return { disks, install, problems };
}

function simulateDisk(plan: DiskPlan, problems: DiskProblem[]): SimulatedDisk {
  const style = styleOf(plan);
  let number = 0;
  const partitions: SimulatedPartition[] = [];
  for (const { order, type, size, extend, element } of plan.create) {
    const known = TYPES.find((each) => each.toLowerCase() === type.toLowerCase());
    // What is no type is told by the catalogue.
    if (known === undefined) continue;
    partitions.push({
      // "The extended partition does not get an ID" (reference page of PartitionID).
      number: known === "Extended" ? undefined : ++number,
      order,
      type: known,
      sizeMB: extend ? "rest" : size,
      format: known === "EFI" ? "FAT32" : known === "MSR" || known === "Extended" ? undefined : "NTFS",
      label: undefined,
      letter: undefined,
      typeId: undefined,
      active: false,
      extended: false,
      element,
    });
  }
  const disk: SimulatedDisk = { id: plan.diskId, style, wiped: plan.willWipe, partitions, element: plan.element };
  checkCreations(plan, disk, problems);
  for (const change of plan.modify) {
    const partition = partitions.find((each) => each.number !== undefined && each.number === change.partitionId);
    checkModification(plan, disk, change, partition, problems);
    if (partition) modify(partition, change);
  }
  checkWhole(plan, disk, problems);
  return disk;
}

function modify(partition: SimulatedPartition, change: ModifyPartition): void {
  partition.format = change.format?.toUpperCase() ?? partition.format;
  partition.label = change.label ?? partition.label;
  partition.letter = change.letter?.toUpperCase() ?? partition.letter;
  partition.typeId = change.typeId ?? partition.typeId;
  partition.active ||= change.active;
  partition.extended ||= change.extend;
}

function styleOf(plan: DiskPlan): SimulatedDisk["style"] {
  const has = (...types: string[]) => plan.create.some(({ type }) => types.includes(type.toLowerCase()));
  if (has("efi", "msr")) return "gpt";
  if (has("extended", "logical")) return "mbr";
  if (plan.modify.some(({ typeId = "" }) => typeId.includes("-"))) return "gpt";
  const isMbr = plan.modify.some(({ active, typeId = "" }) => active || /^0x/i.test(typeId));
  return isMbr ? "mbr" : "unknown";
}

function simulateInstall(
  { install, disks: plans }: DiskConfiguration,
  disks: readonly SimulatedDisk[],
  problems: DiskProblem[],
): DiskSimulation["install"] {
  if (install === undefined) return undefined;
  const index = disks.findIndex((disk) => disk.id !== undefined && disk.id === install.diskId);
  const disk = disks[index];
  const partition = disk?.partitions.find((each) => each.number !== undefined && each.number === install.partitionId);
  checkInstall(install, disks, disk, plans[index], partition, problems);
  return { diskId: install.diskId, partition };
}
