import * as z from "zod";
import { SETUP } from "../../catalog/component-names.ts";
import type { AnswerBuilder } from "../answer-builder.ts";
import type { ItemReader } from "../answer-reader.ts";
import { definedFields, defineTopic, filled, toBoolean, toNumber } from "../topic.ts";
import { isLayout, LAYOUTS, type LayoutName, layoutOf, type Partition, partitionSchema } from "./disk-layouts.ts";

const diskSchema = z
  .strictObject({
    id: z.number().int().min(0).describe("The number of the disk, from 0."),
    wipe: z.boolean().describe("Whether everything on the disk is erased; this must be said."),
    layout: z
      .enum(Object.keys(LAYOUTS) as [LayoutName, ...LayoutName[]])
      .optional()
      .describe("A usual set of partitions."),
    partitions: z.array(partitionSchema).min(1).optional().describe("The partitions to create, in their order."),
  })
  .superRefine(({ layout, partitions, wipe }, context) => {
    if ((layout === undefined) === (partitions === undefined)) {
      context.addIssue({ code: "custom", message: "Give `layout` or `partitions`, one of both." });
    }
    if (layout !== undefined && !wipe) {
      context.addIssue({ code: "custom", message: "A layout needs the whole disk: `wipe: true`.", path: ["wipe"] });
    }
  });

/** What Setup does with the disks, and where it puts Windows. */
export const storage = defineTopic({
  name: "storage",
  schema: z.strictObject({
    disks: z.array(diskSchema).min(1).optional(),
    install: z
      .union([
        z.strictObject({ disk: z.number().int().min(0), partition: z.number().int().min(1) }),
        z.literal("available"),
      ])
      .optional()
      .describe("The partition for Windows, or `available` for the first that fits (default: that of the layout)."),
  }),

  write({ disks: list = [], install }, builder) {
    for (const { id, wipe, layout, partitions } of list) {
      writeDisk(builder, id, wipe, layout === undefined ? (partitions ?? []) : LAYOUTS[layout].partitions);
    }
    const target = install ?? defaultTarget(list);
    if (target === "available") builder.set("windowsPE", SETUP, `${OS_IMAGE}/InstallToAvailablePartition`, true);
    else if (target) {
      builder.set("windowsPE", SETUP, `${OS_IMAGE}/InstallTo/DiskID`, target.disk);
      builder.set("windowsPE", SETUP, `${OS_IMAGE}/InstallTo/PartitionID`, target.partition);
    }
  },

  read(reader) {
    const list = reader.items("windowsPE", SETUP, "DiskConfiguration/Disk").map((item) => {
      const partitions = readPartitions(item);
      const layout = layoutOf(partitions);
      const wipe = toBoolean(item.get("WillWipeDisk")) ?? false;
      const id = toNumber(item.get("DiskID")) ?? 0;
      return layout !== undefined && wipe ? { id, wipe, layout } : { id, wipe, partitions };
    });
    const disk = toNumber(reader.get("windowsPE", SETUP, `${OS_IMAGE}/InstallTo/DiskID`));
    const partition = toNumber(reader.get("windowsPE", SETUP, `${OS_IMAGE}/InstallTo/PartitionID`));
    const target = disk === undefined || partition === undefined ? undefined : { disk, partition };
    const available = toBoolean(reader.get("windowsPE", SETUP, `${OS_IMAGE}/InstallToAvailablePartition`));
    const install = available ? ("available" as const) : target;
    const usual = JSON.stringify(install) === JSON.stringify(defaultTarget(list));
    return definedFields({ disks: filled(list), install: usual ? undefined : install });
  },
});

const OS_IMAGE = "ImageInstall/OSImage";

/** The partition for Windows of the only layout. */
function defaultTarget(list: readonly { id: number; layout?: string | undefined }[]) {
  const found = list.filter(({ layout }) => layout !== undefined);
  const [only] = found;
  if (!only || found.length > 1 || !isLayout(only.layout)) return undefined;
  return { disk: only.id, partition: LAYOUTS[only.layout].windows };
}

function writeDisk(builder: AnswerBuilder, id: number, wipe: boolean, partitions: readonly Partition[]): void {
  const disk = builder.add("windowsPE", SETUP, "DiskConfiguration/Disk", { DiskID: id, WillWipeDisk: wipe });
  for (const [i, { type, size }] of partitions.entries()) {
    const extent = size === "rest" ? { Extend: true } : { Size: size };
    builder.addInside(disk, SETUP, DISK, CREATE, { Order: i + 1, Type: CREATED_TYPES[type], ...extent });
  }
  let order = 0;
  for (const [number, partition] of numbered(partitions)) {
    const { format, label, letter, active, typeId } = partition;
    if (format === undefined && label === undefined && letter === undefined && !active && typeId === undefined)
      continue;
    builder.addInside(disk, SETUP, DISK, MODIFY, {
      Order: ++order,
      PartitionID: number,
      Format: format,
      Label: label,
      Letter: letter,
      Active: active,
      TypeID: typeId,
    });
  }
}

const DISK = "DiskConfiguration/Disk";
const CREATE = "CreatePartitions/CreatePartition";
const MODIFY = "ModifyPartitions/ModifyPartition";
const CREATED_TYPES = { primary: "Primary", efi: "EFI", msr: "MSR", extended: "Extended", logical: "Logical" } as const;

/** Partitions with their PartitionID; an extended one has none. */
function numbered(partitions: readonly Partition[]): [number: number, partition: Partition][] {
  return partitions.filter(({ type }) => type !== "extended").map((partition, i) => [i + 1, partition]);
}

function readPartitions(disk: ItemReader): Partition[] {
  const created = disk.items(CREATE).map((item): Partition => {
    const type = Object.entries(CREATED_TYPES).find(([, name]) => name === item.get("Type"))?.[0] ?? "primary";
    return { type: type as Partition["type"], size: toNumber(item.get("Size")) ?? "rest" };
  });
  const modified = new Map(disk.items(MODIFY).map((item) => [toNumber(item.get("PartitionID")), item]));
  const details = new Map(numbered(created).map(([number, partition]) => [partition, modified.get(number)]));
  return created.map((partition) => {
    const item = details.get(partition);
    const fields = item && {
      format: item.get("Format"),
      label: item.get("Label"),
      letter: item.get("Letter"),
      active: toBoolean(item.get("Active")),
      typeId: item.get("TypeID"),
    };
    return { ...partition, ...definedFields(fields ?? {}) } as Partition;
  });
}
