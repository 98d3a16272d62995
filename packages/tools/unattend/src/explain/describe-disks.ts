import * as z from "zod";
import { simulateDisks } from "../disk/simulate.ts";
import type { AnswerFile } from "../document/answer-file.ts";

export const diskSimulationSchema = z.object({
  disks: z.array(
    z.object({
      id: z.number().nullable(),
      /** As the types of the partitions tell it. */
      style: z.enum(["gpt", "mbr", "unknown"]),
      wiped: z.boolean(),
      partitions: z.array(
        z.object({
          /** What `PartitionID` means it by; null for an extended one. */
          number: z.number().nullable(),
          type: z.string(),
          /** Megabytes, `rest`, or null if it is not said. */
          size: z.union([z.number(), z.literal("rest")]).nullable(),
          format: z.string().nullable(),
          label: z.string().nullable(),
          letter: z.string().nullable(),
          active: z.boolean(),
          typeId: z.string().nullable(),
          line: z.number(),
        }),
      ),
    }),
  ),
  /** Where Windows goes; null if the file does not say it. */
  install: z.object({ disk: z.number().nullable(), partition: z.number().nullable() }).nullable(),
  problems: z.array(z.object({ rule: z.string(), line: z.number(), message: z.string() })),
});
export type DescribedDisks = z.infer<typeof diskSimulationSchema>;

/** The partition tables that Setup would make of an answer file, as plain data. */
export function describeDisks(file: AnswerFile): DescribedDisks {
  const lineOf = (start: number) => file.rangeOf(start).line;
  const { disks, install, problems } = simulateDisks(file);
  return {
    disks: disks.map(({ id, style, wiped, partitions }) => ({
      id: id ?? null,
      style,
      wiped,
      partitions: partitions.map((one) => ({
        number: one.number ?? null,
        type: one.type,
        size: one.sizeMB ?? null,
        format: one.format ?? null,
        label: one.label ?? null,
        letter: one.letter ?? null,
        active: one.active,
        typeId: one.typeId ?? null,
        line: lineOf(one.element.start),
      })),
    })),
    install: install ? { disk: install.diskId ?? null, partition: install.partition?.number ?? null } : null,
    problems: problems.map(({ rule, message, element }) => ({ rule, message, line: lineOf(element.start) })),
  };
}
