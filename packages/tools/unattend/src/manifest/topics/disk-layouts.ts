import * as z from "zod";

/** A partition that Setup creates, and what it does with it afterwards. */
export const partitionSchema = z.strictObject({
  type: z.enum(["efi", "msr", "primary", "extended", "logical"]),
  size: z.union([z.number().int().min(1), z.literal("rest")]).describe("Megabytes, or `rest` for what is left."),
  format: z.string().optional().describe("NTFS or FAT32; without it the partition is not formatted."),
  label: z.string().max(32).optional(),
  letter: z
    .string()
    .regex(/^[C-Z]$/, "Expected a drive letter from C to Z.")
    .optional(),
  active: z.boolean().optional().describe("Started by a BIOS."),
  typeId: z.string().optional().describe("GPT: a GUID. MBR: a byte, 0x27."),
});
export type Partition = z.output<typeof partitionSchema>;

/** Type of a partition for Windows RE ("UEFI/GPT-based hard drive partitions", learn.microsoft.com). */
const RECOVERY_GUID = "de94bba4-06d1-4d40-a16a-bfd50179d6ac";

interface Layout {
  readonly partitions: readonly Partition[];
  /** PartitionID of the partition for Windows. */
  readonly windows: number;
}

const EFI: Partition = { type: "efi", size: 300, format: "FAT32", label: "System" };
const MSR: Partition = { type: "msr", size: 16 };
const WINDOWS: Partition = { type: "primary", size: "rest", format: "NTFS", label: "Windows", letter: "C" };
const RECOVERY: Partition = { type: "primary", size: 1024, format: "NTFS", label: "WinRE", typeId: RECOVERY_GUID };

/** Sizes as Microsoft's pages on partitions recommend; Windows is last, as only the last partition can take the rest. */
export const LAYOUTS = {
  uefi: { partitions: [EFI, MSR, WINDOWS], windows: 3 },
  "uefi-recovery": { partitions: [RECOVERY, EFI, MSR, WINDOWS], windows: 4 },
  bios: {
    partitions: [
      { type: "primary", size: 500, format: "NTFS", label: "System Reserved", active: true },
      { type: "primary", size: "rest", format: "NTFS", label: "Windows", letter: "C" },
    ],
    windows: 2,
  },
} as const satisfies Record<string, Layout>;
export type LayoutName = keyof typeof LAYOUTS;

export function isLayout(name: string | undefined): name is LayoutName {
  return name !== undefined && name in LAYOUTS;
}

/** The layout that has exactly these partitions. */
export function layoutOf(partitions: readonly Partition[]): LayoutName | undefined {
  const wanted = plain(partitions);
  return (Object.keys(LAYOUTS) as LayoutName[]).find((name) => plain(LAYOUTS[name].partitions) === wanted);
}

function plain(partitions: readonly Partition[]): string {
  const fields = ["type", "size", "format", "label", "letter", "active", "typeId"] as const;
  return JSON.stringify(partitions.map((partition) => fields.map((field) => partition[field])));
}
