import type { CreatePartition, DiskPlan, InstallTarget, ModifyPartition } from "./disk-configuration.ts";
import type { DiskProblem, SimulatedDisk, SimulatedPartition } from "./simulate.ts";

/** MB. Below, Setup refuses the partition or has no room for its files ("UEFI/GPT-based hard drive partitions"). */
const LEAST_EFI = 100;
const LEAST_WINDOWS = 16_384;
const MOST_PRIMARY = 4;

/** Checks what is created on one disk. */
export function checkCreations(plan: DiskPlan, disk: SimulatedDisk, problems: DiskProblem[]): void {
  const add = (rule: string, message: string, { element }: { element: DiskPlan["element"] }) => {
    problems.push({ rule, message, element });
  };
  const { create } = plan;
  checkOrders(create, add);
  for (const each of create) {
    if (each.extend && each.size !== undefined) {
      add("disk-size", "Size and Extend exclude each other: nothing would be created.", each);
    } else if (!each.extend && each.size === undefined && !hasSizeText(each)) {
      add("disk-size", "A partition needs a Size, or Extend=true.", each);
    }
    if (isType(each, "efi") && each.size !== undefined && each.size < LEAST_EFI) {
      add("disk-small", `An EFI system partition needs ${LEAST_EFI} MB (260 on disks of 4096-byte sectors).`, each);
    }
  }
  checkExtend(create, add);
  const primaries = create.filter((each) => isType(each, "primary", "extended"));
  const extended = create.filter((each) => isType(each, "extended"));
  const logical = create.filter((each) => isType(each, "logical"));
  const gpt = create.filter((each) => isType(each, "efi", "msr"));
  if (gpt.length > 0 && (extended.length > 0 || logical.length > 0)) {
    add(
      "disk-style",
      "EFI and MSR are for GPT, Extended and Logical for MBR: a disk is one or the other.",
      gpt[0] as CreatePartition,
    );
  }
  if (disk.style === "mbr" && primaries.length > MOST_PRIMARY) {
    add(
      "disk-style",
      `An MBR disk has at most ${MOST_PRIMARY} primary and extended partitions.`,
      primaries[MOST_PRIMARY]!,
    );
  }
  if (extended.length > 1) add("disk-style", "A disk has one extended partition.", extended[1]!);
  if (logical.length > 0 && extended.length === 0) {
    add("disk-style", "A logical partition needs an extended one around it.", logical[0]!);
  }
  if (gpt.some((each) => isType(each, "efi")) && !gpt.some((each) => isType(each, "msr"))) {
    add("disk-msr", "A GPT disk for Windows has an MSR partition beside the EFI partition.", plan);
  }
  if (gpt.some((each) => isType(each, "msr")) && !gpt.some((each) => isType(each, "efi"))) {
    add("disk-efi", "A GPT disk with an MSR partition but no EFI partition does not boot.", plan);
  }
  if (!plan.willWipe && create.length > 0) {
    add("disk-not-wiped", "Partitions are created without WillWipeDisk: it needs a disk with enough free space.", plan);
  }
}

type Add = (rule: string, message: string, place: { element: DiskPlan["element"] }) => void;

/** A size that is there and no number, a placeholder or a mistake that the catalogue tells. */
function hasSizeText({ element }: CreatePartition): boolean {
  return element.children.some((node) => node.kind === "element" && node.local === "Size");
}

function isType({ type }: CreatePartition, ...types: string[]): boolean {
  return types.includes(type.toLowerCase());
}

function checkOrders(create: readonly CreatePartition[], add: Add): void {
  const orders = create.map(({ order }) => order);
  if (orders.includes(undefined) || new Set(orders).size < orders.length) return;
  const gap = create.find(({ order }, index) => order !== index + 1);
  if (gap)
    add("disk-order", `The Orders of CreatePartition count from 1 without a gap; ${gap.order} does not follow.`, gap);
}

function checkExtend(create: readonly CreatePartition[], add: Add): void {
  for (const kinds of [["primary", "extended", "efi", "msr"], ["logical"]]) {
    const own = create.filter((each) => isType(each, ...kinds));
    const early = own.slice(0, -1).find(({ extend }) => extend);
    if (early)
      add("disk-extend", "Only the last partition can take the rest of the disk: none is left for the others.", early);
  }
}

/** Checks one `ModifyPartition`. @param partition the one that it means, if it is created here */
export function checkModification(
  plan: DiskPlan,
  disk: SimulatedDisk,
  change: ModifyPartition,
  partition: SimulatedPartition | undefined,
  problems: DiskProblem[],
): void {
  const add = (rule: string, message: string) => problems.push({ rule, message, element: change.element });
  if (change.partitionId !== undefined && partition === undefined && plan.willWipe) {
    add("disk-partition", `There is no partition ${change.partitionId} on this disk after it was wiped.`);
  }
  if (change.extend && disk.style === "gpt") {
    add("disk-extend-gpt", "ModifyPartition/Extend is not supported on GPT disks: use Extend in CreatePartition.");
  }
  if (change.extend && partition?.sizeMB === "rest") {
    add("disk-extend-twice", "Extend stands in both CreatePartition and ModifyPartition; it can be in one.");
  }
  if (change.active && disk.style === "gpt") add("disk-active", "Active is for MBR disks.");
  if (change.letter?.toUpperCase() === "X") add("disk-letter", "The letter X belongs to Windows PE while Setup runs.");
  if (partition) checkAllowed(change, partition, add);
}

function checkAllowed(
  change: ModifyPartition,
  { type }: SimulatedPartition,
  add: (rule: string, message: string) => void,
): void {
  const set = (["format", "label", "letter", "typeId"] as const).filter((name) => change[name] !== undefined);
  if ((type === "MSR" || type === "Extended") && set.length > 0) {
    add("disk-modify", `Nothing can be modified of a partition of type ${type}.`);
  }
  if (type === "EFI" && change.typeId !== undefined)
    add("disk-modify", "An EFI partition takes Format, Letter and Label alone.");
  if (type === "Logical" && change.active) add("disk-modify", "A logical partition cannot be active.");
  if (type === "EFI" && change.format !== undefined && change.format.toUpperCase() !== "FAT32") {
    add("disk-efi-format", `Firmware reads an EFI partition as FAT32, not ${change.format}.`);
  }
}

/** Checks a disk after all its changes. */
export function checkWhole(plan: DiskPlan, disk: SimulatedDisk, problems: DiskProblem[]): void {
  const active = plan.modify.filter((change) => change.active);
  if (active.length > 1) {
    problems.push({
      rule: "disk-active",
      message: "Only one partition of a disk can be active.",
      element: active[1]!.element,
    });
  }
  const letters = new Map<string, ModifyPartition>();
  for (const change of plan.modify) {
    const letter = change.letter?.toUpperCase();
    if (letter === undefined) continue;
    const other = letters.get(letter);
    if (other && other.partitionId !== change.partitionId) {
      const message = `The letter ${letter} is given to partition ${other.partitionId} already.`;
      problems.push({ rule: "disk-letter", message, element: change.element });
    }
    letters.set(letter, change);
  }
  const { partitions } = disk;
  if (disk.style === "mbr" && disk.wiped && partitions.length > 0 && active.length === 0) {
    const message = "No partition of this MBR disk is active: BIOS firmware will not boot from it.";
    problems.push({ rule: "disk-active-missing", message, element: plan.element });
  }
}

/** Checks where Windows is put. */
export function checkInstall(
  install: InstallTarget,
  disks: readonly SimulatedDisk[],
  disk: SimulatedDisk | undefined,
  plan: DiskPlan | undefined,
  partition: SimulatedPartition | undefined,
  problems: DiskProblem[],
): void {
  const add = (rule: string, message: string, element = install.element) => problems.push({ rule, message, element });
  if (install.hasInstallTo && install.anyPartition) {
    add("install-to-both", "InstallTo and InstallToAvailablePartition=true exclude each other: Setup fails.");
  }
  if (install.diskId === undefined || install.partitionId === undefined) return;
  for (const other of disks) {
    if (other.wiped && other.id !== undefined && other.id !== install.diskId) {
      add("disk-wiped-other", `Disk ${other.id} is wiped, but Windows goes to disk ${install.diskId}.`, other.element);
    }
  }
  if (disk === undefined || plan === undefined || disk.partitions.length === 0) return;
  if (partition === undefined) {
    if (!disk.wiped) return;
    const there = disk.partitions.map((each) => each.number).filter((each) => each !== undefined);
    add("install-to", `Disk ${disk.id} will have no partition ${install.partitionId}; it has ${there.join(", ")}.`);
    return;
  }
  if (partition.type !== "Primary" && partition.type !== "Logical") {
    add(
      "install-to",
      `Partition ${partition.number} of disk ${disk.id} is of type ${partition.type}: Windows cannot be there.`,
    );
  } else if (partition.format !== "NTFS" && partition.format !== "REFS") {
    add(
      "install-to",
      `Partition ${partition.number} of disk ${disk.id} is formatted as ${partition.format}; Windows needs NTFS.`,
    );
  } else if (/^(?:0x27|de94bba4-06d1-4d40-a16a-bfd50179d6ac)$/i.test(partition.typeId ?? "")) {
    add("install-to", `Partition ${partition.number} of disk ${disk.id} is the recovery partition.`);
  }
  if (typeof partition.sizeMB === "number" && partition.sizeMB < LEAST_WINDOWS && !partition.extended) {
    add(
      "disk-small",
      `Partition ${partition.number} has ${partition.sizeMB} MB; Windows needs at least ${LEAST_WINDOWS}.`,
      partition.element,
    );
  }
}
