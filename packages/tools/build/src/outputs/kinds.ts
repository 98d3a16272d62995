import * as z from "zod";
import type { OutputContext, OutputFigures, OutputKind } from "./output.ts";
import { swm } from "./swm.ts";
import { wim } from "./wim.ts";

const KINDS = [wim, swm] as const;

export const outputSchema = z.discriminatedUnion("kind", [wim.schema, swm.schema]);
export type Output = z.output<typeof outputSchema>;

export const OUTPUT_KINDS: readonly string[] = KINDS.map((kind) => kind.schema.shape.kind.value);

export function describeOutput(output: Output): string {
  return kindOf(output).describe(output);
}

/** Whether a file of this name in the output directory belongs to the output. */
export function ownsFile(output: Output, name: string): boolean {
  return kindOf(output).owns(output, name);
}

export async function writeOutput(output: Output, context: OutputContext): Promise<OutputFigures> {
  return kindOf(output).write(output, context);
}

function kindOf(output: Output): OutputKind {
  const kind = KINDS.find(({ schema }) => schema.shape.kind.value === output.kind);
  // The schema lets no other kind in; each kind gets the outputs of its own schema.
  return kind as unknown as OutputKind;
}
