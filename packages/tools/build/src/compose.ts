import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import {
  AdkError,
  type Findings,
  filetimeFromUnixNanoseconds,
  formatSourceName,
  fromSystemError,
  isHostDirectory,
  LayeredVolume,
  type LongOperation,
  parseSourceName,
  type SourceName,
  type Volume,
} from "@adk/core";
import { openSource } from "@adk/sources";
import { type BaseImage, readBaseImage } from "./base-image.ts";
import { applyLayer, type Layer } from "./layers/kinds.ts";
import { LayerChanges } from "./layers/layer-changes.ts";
import { layersOf, type Manifest } from "./manifest/manifest.ts";
import type { ManifestFile } from "./manifest/manifest-file.ts";
import { type MediaDescription, mediaOf } from "./manifest/media.ts";
import { refuseMedium } from "./media/base-medium.ts";
import { type Medium, openMedium } from "./media/medium.ts";
import { needsMedium, planOutput } from "./outputs/kinds.ts";
import type { PlanContext, PlannedMedium } from "./outputs/output.ts";
import { makePlan, type Plan } from "./plan.ts";
import { type Survey, survey } from "./tree/survey.ts";

export interface ComposeOptions {
  /** FILETIME of what the build makes. */
  readonly time: bigint;
  /** FILETIME that no time of a file of this host exceeds. */
  readonly latest: bigint | undefined;
  readonly findings: Findings;
  readonly operation: LongOperation;
  /** For secrets that a manifest only names. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** The tree that a manifest describes. Closing it closes the base, the medium and all that layers opened. */
export interface Composition extends AsyncDisposable {
  readonly base: {
    readonly volume: Volume;
    readonly kind: "directory" | "image";
    /** Where it is an image of a WIM file. */
    readonly image: BaseImage | undefined;
  };
  readonly volume: LayeredVolume;
  readonly layers: readonly LayerChanges[];
  readonly result: Survey;
  /** Where an output is made of one. */
  readonly medium: Medium | undefined;
  /** What the media are made of beside medium and manifest, for the lock. */
  readonly mediaFacts: readonly string[];
  readonly plan: Plan;
  /** Files and directories of the host that were read, beside the manifest. */
  readonly hostInputs: readonly string[];
}

/**
 * Opens the base and applies the layers, in memory. Data is not read, but for what a layer makes.
 *
 * @param path of the manifest; its directory is that from which its paths count
 */
export async function compose(path: string, file: ManifestFile, options: ComposeOptions): Promise<Composition> {
  const { manifest } = file;
  const { findings, operation } = options;
  const directory = dirname(path);
  const source = sourceOf(manifest.base, directory);
  const kind =
    (await isHostDirectory(source.path).catch(() => false)) && source.inner.length === 0 ? "directory" : "image";
  const base = await told(() => openSource(formatSourceName(source), { findings }), "the base", file.place(["base"]));
  const volume = new LayeredVolume(base, {
    time: options.time,
    latest: kind === "directory" ? options.latest : undefined,
  });
  let medium: Medium | undefined;
  const close = async () => {
    await medium?.[Symbol.asyncDispose]();
    await volume.close();
  };
  try {
    await told(() => refuseMedium(base, manifest.base), "the base", file.place(["base"]));
    const before = await survey(volume, operation, "read base");
    const layers: LayerChanges[] = [];
    const time = earlier(filetimeFromUnixNanoseconds((await stat(path, { bigint: true })).mtimeNs), options.latest);
    for (const [i, layer] of layersOf(manifest).entries()) {
      const changes = new LayerChanges(volume, i + 1, findings, options.latest);
      const env = options.env ?? {};
      const context = { changes, findings, operation, time, env, resolve: (text: string) => resolve(directory, text) };
      await told(() => applyLayer(layer, context), nameOf(layer, i), file.place(placeOf(manifest, i)));
      layers.push(changes);
    }
    const result = await survey(volume, operation, "compose");
    const description = mediaFor(file);
    if (description) {
      const { latest, env = {} } = options;
      const context = { findings, operation, time, env, resolve: (text: string) => resolve(directory, text) };
      const about = { base: source, imageName: manifest.image.name, stamp: options.time, latest };
      const opening = () => openMedium(description, { ...context, ...about });
      medium = await told(opening, "the medium", file.place([manifest.media === undefined ? "base" : "media"]));
    }
    const media = await planMedia(file, medium, { findings, operation });
    const boots = media.map((planned) => planned?.boots);
    const plan = makePlan(basename(path), manifest, { baseKind: kind, base: before, layers, result, medium, boots });
    const layerInputs = layers.flatMap(({ hostDirectories }) => hostDirectories);
    const hostInputs = [source.path, ...layerInputs, ...(medium?.hostInputs ?? [])];
    const image = kind === "image" ? await readBaseImage(source) : undefined;
    return {
      base: { volume: base, kind, image },
      volume,
      layers,
      result,
      medium,
      mediaFacts: media.flatMap((planned) => planned?.facts ?? []),
      plan,
      hostInputs,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The medium that outputs are made of; undefined where none is. @throws AdkError `MANIFEST_INVALID` where none is named */
function mediaFor({ manifest, place }: ManifestFile): MediaDescription | undefined {
  const user = manifest.outputs.findIndex(needsMedium);
  if (user < 0) return undefined;
  const description = mediaOf(manifest);
  if (description) return description;
  const message = "This is made of a medium, and none is named: write `media: setup.iso`, or a folder.";
  throw new AdkError("MANIFEST_INVALID", message, { file: place(["outputs", user, "kind"]) });
}

/** What is known before of the outputs that are made of a medium. */
async function planMedia(
  file: ManifestFile,
  medium: Medium | undefined,
  context: PlanContext,
): Promise<(PlannedMedium | undefined)[]> {
  const planned: (PlannedMedium | undefined)[] = [];
  for (const [i, output] of file.manifest.outputs.entries()) {
    const planning = async () => medium && planOutput(output, medium, context);
    planned.push(await told(planning, `output ${i + 1}, ${output.kind}`, file.place(["outputs", i])));
  }
  return planned;
}

function earlier(time: bigint, latest: bigint | undefined): bigint {
  return latest !== undefined && latest < time ? latest : time;
}

function sourceOf(text: string, directory: string): SourceName {
  const source = parseSourceName(text);
  return { ...source, path: resolve(directory, source.path) };
}

/** The answer file has a section of its own. */
function placeOf({ layers = [] }: Manifest, index: number): readonly PropertyKey[] {
  return index < layers.length ? ["layers", index] : ["unattend"];
}

function nameOf(layer: Layer, index: number): string {
  return `layer ${index + 1}, ${layer.kind}`;
}

/** An error says which part of the manifest led to it. */
async function told<T>(action: () => Promise<T>, part: string, place: string): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    const error = fromSystemError(thrown);
    if (!(error instanceof AdkError) || error.kind === "cancelled") throw error;
    throw new AdkError(error.code, `${error.message.replace(/\.$/, "")} (${part}, ${place}).`, {
      ...error.toJSON(),
      // A manifest is input, whatever a command would say of the same name.
      kind: error.kind === "usage" ? "input" : error.kind,
      cause: error,
    });
  }
}
