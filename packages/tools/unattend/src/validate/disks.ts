import { simulateDisks } from "../disk/simulate.ts";
import type { Checker } from "./checker.ts";
import { error, info, type Rule, warning } from "./rule.ts";

const SETUP_STOPS =
  "Setup stops, or asks in the middle of an unattended installation. adk unattend simulate-disk shows the table that would be made.";

/** Rules of the disk layout. They are those of the reference pages; the simulation of src/disk finds what breaks them. */
export const DISKS: Readonly<Record<string, Rule>> = {
  size: error("disk-size", "A partition has no size, or two.", SETUP_STOPS),
  order: error("disk-order", "The Orders of the partitions have a gap.", SETUP_STOPS),
  extend: error("disk-extend", "A partition takes the rest of the disk, and others come behind it.", SETUP_STOPS),
  extendTwice: warning("disk-extend-twice", "Extend stands in CreatePartition and ModifyPartition.", SETUP_STOPS),
  extendGpt: warning("disk-extend-gpt", "A GPT partition is to be extended by ModifyPartition.", SETUP_STOPS),
  style: error("disk-style", "The partitions do not fit onto one disk together.", SETUP_STOPS),
  msr: warning(
    "disk-msr",
    "A GPT disk has no MSR partition.",
    "The reference page asks for EFI and MSR on a GPT disk.",
  ),
  efi: error("disk-efi", "A GPT disk has no EFI partition.", "UEFI firmware boots from the EFI partition alone."),
  efiFormat: error("disk-efi-format", "The EFI partition is not FAT32.", "UEFI firmware reads FAT32 alone."),
  partition: error("disk-partition", "A partition is modified that does not exist.", SETUP_STOPS),
  modify: warning("disk-modify", "A partition of this type cannot be modified so.", SETUP_STOPS),
  active: warning("disk-active", "A partition is made active that cannot be, or several are.", SETUP_STOPS),
  activeMissing: warning(
    "disk-active-missing",
    "No partition of an MBR disk is active.",
    "BIOS firmware boots from the active partition.",
  ),
  letter: warning("disk-letter", "A drive letter is given twice, or is Windows PE's own.", SETUP_STOPS),
  small: warning(
    "disk-small",
    "A partition is too small for its purpose.",
    "Setup stops when it runs out of room, or before.",
  ),
  notWiped: info(
    "disk-not-wiped",
    "Partitions are created on a disk that is not wiped.",
    "It works on disks with free space alone.",
  ),
  wipedOther: warning(
    "disk-wiped-other",
    "A disk is wiped that Windows is not installed on.",
    "What is on it is lost. Suppress this where it is meant so.",
  ),
  installTo: error("install-to", "Windows is to be installed where it cannot be.", SETUP_STOPS),
  installToBoth: error("install-to-both", "Two places are given for Windows.", SETUP_STOPS),
};

const BY_ID = new Map(Object.values(DISKS).map((rule) => [rule.id, rule]));

export function checkDisks(checker: Checker): void {
  for (const { rule, message, element } of simulateDisks(checker.file).problems) {
    const known = BY_ID.get(rule);
    if (known) checker.report(known, element, message);
  }
}
