import * as z from "zod";
import type { Medium } from "../media/medium.ts";
import { iso } from "./iso.ts";
import type { OutputContext, OutputFigures, OutputKind, OutputPlace, PlanContext, PlannedMedium } from "./output.ts";
import { pxe } from "./pxe.ts";
import { swm } from "./swm.ts";
import { usb } from "./usb.ts";
import { wim } from "./wim.ts";

const KINDS = [wim, swm, iso, usb, pxe] as const;

export const outputSchema = z.discriminatedUnion("kind", [wim.schema, swm.schema, iso.schema, usb.schema, pxe.schema]);
export type Output = z.output<typeof outputSchema>;

export const OUTPUT_KINDS: readonly string[] = KINDS.map((kind) => kind.schema.shape.kind.value);

export function describeOutput(output: Output): string {
  return kindOf(output).describe(output);
}

export function needsMedium(output: Output): boolean {
  return kindOf(output).plan !== undefined;
}

/** What is known of an output that is made of a medium; undefined for another. */
export async function planOutput(
  output: Output,
  medium: Medium,
  context: PlanContext,
): Promise<PlannedMedium | undefined> {
  return kindOf(output).plan?.(output, medium, context);
}

export function outputPlace(output: Output): OutputPlace {
  return "file" in output ? { key: "file", name: output.file } : { key: "directory", name: output.directory };
}

/** Whether a path in the output directory belongs to the output. */
export function ownsFile(output: Output, path: string): boolean {
  return kindOf(output).owns(output, path);
}

export async function writeOutput(output: Output, context: OutputContext): Promise<OutputFigures> {
  return kindOf(output).write(output, context);
}

/** Outputs in the order in which they are written: a WIM file that an output keeps serves the others too. */
export function writingOrder(outputs: readonly Output[]): readonly Output[] {
  const isWim = ({ kind }: Output) => kind === "wim";
  return [...outputs.filter(isWim), ...outputs.filter((output) => !isWim(output))];
}

function kindOf(output: Output): OutputKind {
  const kind = KINDS.find(({ schema }) => schema.shape.kind.value === output.kind);
  // The schema lets no other kind in; each kind gets the outputs of its own schema.
  return kind as unknown as OutputKind;
}
