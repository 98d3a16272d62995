import type { AnswerFile } from "../document/answer-file.ts";
import { childrenAt, same } from "../document/setting-path.ts";
import { childText, firstChild, type XmlElement } from "../document/tree.ts";

/** `CreatePartition`: a partition that Setup makes. */
export interface CreatePartition {
  readonly order: number | undefined;
  /** As written: Primary, EFI, MSR, Extended, Logical. */
  readonly type: string;
  /** MB. */
  readonly size: number | undefined;
  readonly extend: boolean;
  readonly element: XmlElement;
}

/** `ModifyPartition`: what becomes of a partition. */
export interface ModifyPartition {
  readonly order: number | undefined;
  readonly partitionId: number | undefined;
  readonly format: string | undefined;
  readonly label: string | undefined;
  readonly letter: string | undefined;
  readonly typeId: string | undefined;
  readonly extend: boolean;
  readonly active: boolean;
  readonly element: XmlElement;
}

/** `Disk`: what Setup does to one disk. */
export interface DiskPlan {
  readonly diskId: number | undefined;
  readonly willWipe: boolean;
  /** In their Order. */
  readonly create: readonly CreatePartition[];
  readonly modify: readonly ModifyPartition[];
  readonly element: XmlElement;
}

/** Where `OSImage` puts Windows. */
export interface InstallTarget {
  readonly diskId: number | undefined;
  readonly partitionId: number | undefined;
  /** `InstallToAvailablePartition` is true. */
  readonly anyPartition: boolean;
  readonly hasInstallTo: boolean;
  readonly element: XmlElement;
}

export interface DiskConfiguration {
  readonly disks: readonly DiskPlan[];
  readonly install: InstallTarget | undefined;
  readonly element: XmlElement | undefined;
}

/** Reads `DiskConfiguration` and `ImageInstall` of the first Microsoft-Windows-Setup that has them. Placeholders read as missing. */
export function readDiskConfiguration(file: AnswerFile): DiskConfiguration {
  const setups = file.components.filter(
    ({ name, pass }) => same(name, "Microsoft-Windows-Setup") && pass === "windowsPE",
  );
  const find = (...names: string[]) => {
    for (const { element } of setups) {
      let at: XmlElement | undefined = element;
      for (const name of names) at = at && childrenAt(at, { name, item: undefined })[0];
      if (at) return at;
    }
    return undefined;
  };
  const element = find("DiskConfiguration");
  const osImage = find("ImageInstall", "OSImage");
  return {
    disks: element ? childrenAt(element, { name: "Disk", item: undefined }).map(readDisk) : [],
    install: osImage && readInstall(osImage),
    element,
  };
}

function readDisk(element: XmlElement): DiskPlan {
  const items = (group: string, name: string) => {
    const list = childrenAt(element, { name: group, item: undefined });
    return list.flatMap((each) => childrenAt(each, { name, item: undefined }));
  };
  return {
    diskId: numberIn(element, "DiskID"),
    willWipe: isTrue(element, "WillWipeDisk"),
    create: inOrder(items("CreatePartitions", "CreatePartition").map(readCreate)),
    modify: inOrder(items("ModifyPartitions", "ModifyPartition").map(readModify)),
    element,
  };
}

/** As they stand in the text where an Order is not known, in a template. */
function inOrder<T extends { readonly order: number | undefined }>(items: readonly T[]): readonly T[] {
  return items.some(({ order }) => order === undefined) ? items : items.toSorted((a, b) => a.order! - b.order!);
}

function readCreate(element: XmlElement): CreatePartition {
  return {
    order: numberIn(element, "Order"),
    type: childText(element, "Type") ?? "",
    size: numberIn(element, "Size"),
    extend: isTrue(element, "Extend"),
    element,
  };
}

function readModify(element: XmlElement): ModifyPartition {
  return {
    order: numberIn(element, "Order"),
    partitionId: numberIn(element, "PartitionID"),
    format: childText(element, "Format") || undefined,
    label: childText(element, "Label") || undefined,
    letter: childText(element, "Letter") || undefined,
    typeId: childText(element, "TypeID") || undefined,
    extend: isTrue(element, "Extend"),
    active: isTrue(element, "Active"),
    element,
  };
}

function readInstall(element: XmlElement): InstallTarget {
  const to = firstChild(element, "InstallTo");
  return {
    diskId: to && numberIn(to, "DiskID"),
    partitionId: to && numberIn(to, "PartitionID"),
    anyPartition: isTrue(element, "InstallToAvailablePartition"),
    hasInstallTo: to !== undefined,
    element: to ?? element,
  };
}

function numberIn(element: XmlElement, name: string): number | undefined {
  const text = childText(element, name);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function isTrue(element: XmlElement, name: string): boolean {
  const text = childText(element, name)?.toLowerCase();
  return text === "true" || text === "1";
}
