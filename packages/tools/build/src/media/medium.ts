import { basename, dirname } from "node:path";
import {
  childPath,
  containerOf,
  equalNames,
  extension,
  Findings,
  filetimeFromUnixNanoseconds,
  formatSourceName,
  LayeredVolume,
  openDirectory,
  parentPath,
  parseSourceName,
  type SourceName,
  type VolumeEntry,
} from "@adk/core";
import { checkAnswerFile } from "@adk/image";
import { type AnswerFile, fromManifest, toManifest } from "@adk/unattend";
import { partNumberOf } from "@adk/wim";
import { files as filesLayer } from "../layers/files.ts";
import { readHostFile } from "../layers/host-file.ts";
import type { LayerContext } from "../layers/layer.ts";
import { LayerChanges } from "../layers/layer-changes.ts";
import { toImagePath } from "../manifest/fields.ts";
import type { MediaDescription } from "../manifest/media.ts";
import type { ImageFile } from "../outputs/image-file.ts";
import { type Amount, survey } from "../tree/survey.ts";
import { openMediumSource } from "./medium-source.ts";

/** Where Setup looks for its answers on a medium ("Windows Setup Automation Overview", learn.microsoft.com). */
export const ANSWER_FILE = "/Autounattend.xml";
const USUAL_IMAGE = "/sources/install.wim";
const MOST_ANSWER_FILE_BYTES = 16 << 20;

export interface MediumOptions extends Omit<LayerContext, "changes"> {
  /** The name of the image that it gets. */
  readonly imageName: string;
  /** The base of the manifest, its path resolved: a medium that it lies on gets the image in its place. */
  readonly base: SourceName;
  /** FILETIME of what the build makes. */
  readonly stamp: bigint;
  /** FILETIME that no time of a file of this host exceeds. */
  readonly latest: bigint | undefined;
}

/** The medium of a manifest, without an image yet. */
export interface Medium extends AsyncDisposable {
  /** As the manifest names it. */
  readonly source: string;
  readonly description: string;
  /** Of a disc that has one. */
  readonly label: string | undefined;
  /** All that it holds beside the image. */
  readonly volume: LayeredVolume;
  readonly content: Amount;
  /** Files of the host that were put on it. */
  readonly added: Amount;
  /** Where the image goes. */
  readonly imagePath: string;
  /** Files that it takes the place of. */
  readonly replaced: readonly { readonly path: string; readonly bytes: number }[];
  readonly answerFile: string | undefined;
  /** Files and directories of the host that were read. */
  readonly hostInputs: readonly string[];
  /** FILETIME of what the build makes. */
  readonly stamp: bigint;
  /** The host path that a path of the manifest means. */
  resolve(path: string): string;
  /** The options of an image for the medium: one that is started is marked so. */
  optionsOf(image: ImageFile): ImageFile;
  /** The same once more; closing it is the caller's. */
  reopen(): Promise<Medium>;
  /**
   * The medium with an image on it, opened anew.
   *
   * @param file a WIM file of the host
   */
  withImage(file: string, options: ImageFile): Promise<MediumWithImage>;
}

export interface MediumWithImage {
  /** Closing it is the caller's. */
  readonly volume: LayeredVolume;
  readonly file: { readonly path: string; readonly bytes: number };
}

/**
 * Opens a medium and does to it what the manifest says. Data is not read, but for the answer file.
 *
 * @throws AdkError `MEDIUM_DAMAGED`, `ANSWER_FILE_BAD`, those of sources and of layers with files
 */
export async function openMedium(description: MediaDescription, options: MediumOptions): Promise<Medium> {
  const { findings, operation, resolve, stamp, latest } = options;
  const named = parseSourceName(description.from);
  const source = { ...named, path: resolve(named.path) };
  const found = await openMediumSource(source, findings);
  const volume = new LayeredVolume(found.volume, {
    time: stamp,
    latest: found.kind === "directory" ? latest : undefined,
  });
  try {
    const place = imagePlace(description, source, options.base);
    const replaced = await removeImage(volume, place);
    const changes = new LayerChanges(volume, 1, findings, latest);
    for (const each of description.files ?? []) {
      await filesLayer.apply({ kind: "files", ...each }, { ...options, changes });
    }
    const answers = await addAnswerFile(description, changes, options);
    if (answers && !isBootImage(place)) checkChoice(answers, options);
    const content = await survey(volume, operation, "read medium");
    found.checkDamage();
    const reopen = () => openMedium(description, { ...options, findings: new Findings() });
    const pathFor = ({ solid }: ImageFile) =>
      solid && description.image === undefined ? place.replace(/\.[^./]*$/, ".esd") : place;
    return {
      source: description.from,
      description: found.description,
      label: found.label,
      volume,
      content,
      added: changes.added,
      imagePath: place,
      replaced,
      answerFile: (await volume.lookup(ANSWER_FILE))?.path,
      hostInputs: [source.path, ...changes.hostDirectories],
      stamp,
      resolve,
      reopen,
      optionsOf: (image) => ({ ...image, boot: image.boot ?? isBootImage(place) }),
      async withImage(file, image) {
        const { volume } = await reopen();
        try {
          const entry = await putImage(volume, file, pathFor(image), stamp);
          return { volume, file: { path: entry.path, bytes: entry.size } };
        } catch (error) {
          await volume.close();
          throw error;
        }
      },
      [Symbol.asyncDispose]: () => volume.close(),
    };
  } catch (error) {
    await volume.close();
    throw error;
  }
}

/** @throws TypeError where the manifest was not checked */
export function requireMedium(medium: Medium | undefined): Medium {
  if (medium) return medium;
  throw new TypeError("an output without the medium that it is made of");
}

/** Where the image goes: as the manifest says, where the base lies on the medium, or where Setup looks. */
function imagePlace({ image }: MediaDescription, medium: SourceName, base: SourceName): string {
  if (image !== undefined) return toImagePath(image);
  const container = containerOf(base);
  const last = base.inner.at(-1);
  if (!container || last === undefined || formatSourceName(container) !== formatSourceName(medium)) return USUAL_IMAGE;
  return last.replace(/\.(esd|swm)$/i, ".wim");
}

function isBootImage(path: string): boolean {
  return /\/boot\.wim$/i.test(path);
}

/** Takes away what the image takes the place of: a file of its name as WIM or ESD, or a set of parts. */
async function removeImage(volume: LayeredVolume, place: string): Promise<Medium["replaced"]> {
  const directory = await volume.lookup(parentPath(place));
  const stem = basename(place, extension(place));
  const isImage = (name: string) =>
    [".wim", ".esd"].some((ending) => equalNames(name, stem + ending)) ||
    partNumberOf(`${stem}.swm`, name) !== undefined;
  const replaced: { path: string; bytes: number }[] = [];
  for (const { name, path, size } of directory ? await volume.list(directory) : []) {
    if (!isImage(name)) continue;
    await volume.remove(path);
    replaced.push({ path, bytes: size });
  }
  return replaced;
}

async function addAnswerFile(
  description: MediaDescription,
  changes: LayerChanges,
  { findings, env, resolve, time }: MediumOptions,
): Promise<AnswerFile | undefined> {
  const { answerFile, unattend, target } = description;
  if (answerFile !== undefined) {
    const { bytes, modified } = await readHostFile(resolve(answerFile), MOST_ANSWER_FILE_BYTES);
    await changes.addFile(ANSWER_FILE, bytes, filetimeFromUnixNanoseconds(modified));
    return checkAnswerFile(bytes, resolve(answerFile), target, findings, "setup");
  }
  if (unattend === undefined) return undefined;
  const bytes = fromManifest(unattend, { env, directory: resolve(".") }).toBytes();
  await changes.addFile(ANSWER_FILE, bytes, time);
  return checkAnswerFile(bytes, basename(ANSWER_FILE), unattend.target, findings, "setup");
}

/** Setup stops where it is told to install an image that is not there; the one that is built is the only one. */
function checkChoice(answers: AnswerFile, { imageName, findings }: MediumOptions): void {
  const chosen = toManifest(answers).manifest.windows?.image;
  if (chosen === undefined || chosen === 1 || (typeof chosen === "string" && equalNames(chosen, imageName))) return;
  const message = `The answer file chooses the image ${chosen}; the medium has one, "${imageName}", with the number 1.`;
  findings.warning("ANSWER_FILE_IMAGE", message);
}

async function putImage(volume: LayeredVolume, file: string, path: string, time: bigint): Promise<VolumeEntry> {
  const source = volume.addSource(await openDirectory(dirname(file)));
  const entry = await source.volume.lookup(childPath("/", basename(file)));
  if (!entry) throw new TypeError("the image is not where it was written");
  return (await volume.putFile(path, { kind: "entry", source, entry, time }, 2)).entry;
}
