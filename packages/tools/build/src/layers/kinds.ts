import * as z from "zod";
import { answerFile } from "./answer-file.ts";
import { appx } from "./appx.ts";
import { directories } from "./directories.ts";
import { drivers } from "./drivers.ts";
import { files } from "./files.ts";
import type { LayerContext, LayerKind } from "./layer.ts";
import { oem } from "./oem.ts";
import { registry } from "./registry.ts";
import { remove } from "./remove.ts";
import { settings } from "./settings.ts";
import { setupComplete } from "./setup-complete.ts";
import { unattend } from "./unattend.ts";

const KINDS = [
  files,
  directories,
  remove,
  answerFile,
  oem,
  setupComplete,
  registry,
  drivers,
  settings,
  appx,
  unattend,
] as const;

export const layerSchema = z.discriminatedUnion("kind", [
  files.schema,
  directories.schema,
  remove.schema,
  answerFile.schema,
  oem.schema,
  setupComplete.schema,
  registry.schema,
  drivers.schema,
  settings.schema,
  appx.schema,
  unattend.schema,
]);
export type Layer = z.output<typeof layerSchema>;

export const LAYER_KINDS: readonly string[] = KINDS.map((kind) => kind.schema.shape.kind.value);

export function describeLayer(layer: Layer): string {
  return kindOf(layer).describe(layer);
}

export async function applyLayer(layer: Layer, context: LayerContext): Promise<void> {
  await kindOf(layer).apply(layer, context);
}

function kindOf(layer: Layer): LayerKind {
  const kind = KINDS.find(({ schema }) => schema.shape.kind.value === layer.kind);
  // The schema lets no other kind in; each kind gets the layers of its own schema.
  return kind as unknown as LayerKind;
}
