import { AdkError, Findings, type LongOperation, stampTime, type Volume, type VolumeEntry } from "@adk/core";
import type { Dentry } from "./dentry.ts";
import type { ImageMetadata } from "./metadata.ts";
import { storeTrees } from "./store-trees.ts";
import { type CapturedTree, captureTree, ImageParts } from "./tree-capture.ts";
import { TreeEditor, type UpdateChange } from "./tree-editor.ts";
import type { WimFile } from "./wim-file.ts";
import type { WimWriter } from "./wim-writer.ts";

/** A change of an image. Paths count from its root and are written either way: `/Windows/a.txt`, `\Windows\a.txt`. */
export type UpdateCommand = AddCommand | DeleteCommand | RenameCommand;

/** Puts an entry of a volume, with all that is below it, at a path of the image. */
export interface AddCommand {
  readonly kind: "add";
  readonly volume: Volume;
  /** Default: the root. */
  readonly entry?: VolumeEntry | undefined;
  readonly target: string;
}

export interface DeleteCommand {
  readonly kind: "delete";
  readonly path: string;
  /** A directory too, with all that it holds. */
  readonly recursive?: boolean | undefined;
  /** A path that is not there is no error. */
  readonly force?: boolean | undefined;
}

/** Renames an entry, or moves it to another directory. */
export interface RenameCommand {
  readonly kind: "rename";
  readonly from: string;
  readonly to: string;
  /** Replace a file that has the new name. */
  readonly force?: boolean | undefined;
}

export interface UpdateOptions extends LongOperation {
  /** FILETIME of the change. Default: now, or SOURCE_DATE_EPOCH. */
  readonly time?: bigint | undefined;
  /** Told of names that an image can hold and that Windows will not tell apart. */
  readonly findings?: Findings | undefined;
}

/** What an update will do. It can be carried out once. */
export interface UpdatePlan {
  readonly index: number;
  /** What happens to each entry, in the order of the commands; empty where nothing changes. */
  readonly changes: readonly UpdateChange[];
  readonly time: bigint;
  readonly metadata: ImageMetadata;
  /** Trees that are added, and whose data is to be stored. */
  readonly trees: readonly CapturedTree[];
}

export interface UpdateResult {
  /** Bytes of the blobs that were new to the file, and what they take in it. */
  readonly newBytes: number;
  readonly storedBytes: number;
}

/**
 * Applies commands, in their order, to the tree of an image in memory. Nothing is written. Entries that no command names stay
 * what they are: hard links, streams, security descriptors and all.
 *
 * @throws AdkError `UPDATE_BAD_PATH`, `UPDATE_INTO_ITSELF`, `PATH_NOT_FOUND`, `ALREADY_EXISTS`, `IS_A_DIRECTORY`,
 * `NOT_A_DIRECTORY`; `WIM_IMAGE_DAMAGED` where entries of the image cannot be read and would be lost
 */
export async function planUpdate(
  file: WimFile,
  index: number,
  commands: readonly UpdateCommand[],
  options: UpdateOptions = {},
): Promise<UpdatePlan> {
  const image = `${file.access.name}:${index}`;
  const time = options.time ?? stampTime();
  const damage = new Findings();
  const { root, security } = await file.readMetadata(index, damage);
  if (damage.hasErrors) {
    throw new AdkError("WIM_IMAGE_DAMAGED", "Entries of the image cannot be read; a change would lose them.", {
      file: image,
      found: damage.list[0]?.message,
      hint: "Export the image to a new file to give them up.",
    });
  }
  const parts = new ImageParts({ root, security });
  const editor = new TreeEditor(root, image, time);
  const trees: CapturedTree[] = [];
  for (const command of commands) {
    if (command.kind === "add") {
      const { volume, entry = volume.root, target } = command;
      const tree = await captureTree(volume, entry, parts, options);
      trees.push(tree);
      editor.add(tree.root, target);
    } else if (command.kind === "delete") editor.delete(command.path, command);
    else editor.rename(command.from, command.to, command);
  }
  const kept = entriesOf(root);
  return {
    index,
    changes: editor.changes,
    time,
    metadata: { root, security: parts.security },
    trees: trees.map((tree) => keepSources(tree, kept)),
  };
}

/** Writes what a plan adds, and the new tree. The writer is not finished: more may follow. */
export async function applyUpdate(
  writer: WimWriter,
  { index, metadata, trees, time }: UpdatePlan,
  operation: LongOperation = {},
): Promise<UpdateResult> {
  const stored = await storeTrees(writer, trees, "update", operation);
  const properties = await writer.replaceImage(index, metadata);
  properties.setTime("LASTMODIFICATIONTIME", time);
  return stored;
}

function entriesOf(root: Dentry): ReadonlySet<Dentry> {
  const entries = new Set([root]);
  for (const dentry of entries) for (const child of dentry.children ?? []) entries.add(child);
  return entries;
}

/** Without the data of what did not become part of the image, or was replaced or deleted by a later command. */
function keepSources(tree: CapturedTree, kept: ReadonlySet<Dentry>): CapturedTree {
  const links = tree.links.filter(([dentry]) => kept.has(dentry));
  // The first name of a file has its data, also where only another name is left.
  const firsts = new Set(links.map(([, first]) => first));
  return { ...tree, links, sources: tree.sources.filter(({ dentry }) => kept.has(dentry) || firsts.has(dentry)) };
}
