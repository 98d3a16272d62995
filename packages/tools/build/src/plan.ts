import * as z from "zod";
import { describeLayer } from "./layers/kinds.ts";
import type { LayerChanges } from "./layers/layer-changes.ts";
import { layersOf, type Manifest } from "./manifest/manifest.ts";
import type { Medium } from "./media/medium.ts";
import { describeOutput, outputPlace } from "./outputs/kinds.ts";
import type { Amount } from "./tree/survey.ts";

const amountSchema = z.object({
  files: z.number(),
  directories: z.number(),
  /** Every name of a hard-linked file counted. */
  bytes: z.number(),
});

/** What a build will do, or did. */
export const planSchema = z.object({
  manifest: z.string(),
  image: z.string(),
  base: amountSchema.extend({ source: z.string(), kind: z.enum(["directory", "image"]) }),
  layers: z.array(
    z.object({
      /** From 1. */
      number: z.number(),
      kind: z.string(),
      /** For people: `oem/ -> /Windows, /`. */
      summary: z.string(),
      added: amountSchema,
      removed: amountSchema,
      /** Files that the layer put in the place of others. */
      overrides: z.number(),
    }),
  ),
  /** Files that were replaced; layer 0 is the base. */
  overrides: z.array(z.object({ path: z.string(), layer: z.number(), replaces: z.number() })),
  /** The tree that the image will hold. */
  result: amountSchema,
  /** The medium that outputs are made of; absent where none is. */
  media: amountSchema
    .extend({
      source: z.string(),
      /** For people: `disc, boots by BIOS and UEFI`. */
      description: z.string(),
      label: z.string().optional(),
      /** Where the image goes, and what it takes the place of. */
      image: z.string(),
      replaces: z.array(z.object({ path: z.string(), bytes: z.number() })),
      answerFile: z.string().optional(),
      /** Files of the host that were put on it, the answer file counted. */
      added: amountSchema,
    })
    .optional(),
  outputs: z.array(
    z.object({
      kind: z.string(),
      path: z.string(),
      summary: z.string(),
      /** Of a medium: what firmware will start, as `BIOS: /boot/etfsboot.com`. */
      boots: z.array(z.string()).optional(),
    }),
  ),
});
export type Plan = z.output<typeof planSchema>;

export interface PlannedTree {
  readonly baseKind: "directory" | "image";
  readonly base: Amount;
  readonly layers: readonly LayerChanges[];
  readonly result: Amount;
  readonly medium: Medium | undefined;
  /** For each output that is a medium, what firmware will start. */
  readonly boots: readonly (readonly string[] | undefined)[];
}

/** @param name of the manifest's file */
export function makePlan(name: string, manifest: Manifest, tree: PlannedTree): Plan {
  return {
    manifest: name,
    image: manifest.image.name,
    base: { source: manifest.base, kind: tree.baseKind, ...amount(tree.base) },
    layers: layersOf(manifest).map((layer, i) => {
      const { added, removed, overrides } = tree.layers[i]!;
      const changed = { added: amount(added), removed: amount(removed), overrides: overrides.length };
      return { number: i + 1, kind: layer.kind, summary: describeLayer(layer), ...changed };
    }),
    overrides: tree.layers.flatMap(({ overrides }) => overrides),
    result: amount(tree.result),
    ...(tree.medium && { media: planMedium(tree.medium) }),
    outputs: manifest.outputs.map((output, i) => {
      const boots = tree.boots[i];
      const summary = describeOutput(output);
      return { kind: output.kind, path: outputPlace(output).name, summary, ...(boots && { boots: [...boots] }) };
    }),
  };
}

function planMedium(medium: Medium): NonNullable<Plan["media"]> {
  const { source, description, label, content, imagePath, replaced, answerFile, added } = medium;
  return {
    source,
    description,
    ...(label !== undefined && { label }),
    ...amount(content),
    image: imagePath,
    replaces: [...replaced],
    ...(answerFile !== undefined && { answerFile }),
    added: amount(added),
  };
}

function amount({ files, directories, bytes }: Amount): Amount {
  return { files, directories, bytes };
}
