import {
  AdkError,
  ByteWriter,
  check,
  checkName,
  FileAttribute,
  type Findings,
  isRealDirectory,
  type LongOperation,
  throwIfCancelled,
  upcase,
  type Volume,
  type VolumeEntry,
} from "@adk/core";
import { ATTRIBUTE_VOLUME_LABEL, DIRECTORY_ENTRY_BYTES, writeDirectoryEntry } from "./directory-entry.ts";
import { longNameEntries, shortNameChecksum, writeLongName } from "./long-name.ts";
import { isPlainName, type ShortName, ShortNames } from "./short-name.ts";
import { fatTimeOf } from "./time.ts";

/** A file's size is a 32-bit number. */
const MOST_FILE_BYTES = 0xffff_ffff;
/** Entries of one directory, long names counted: Windows stops at 2 MiB. */
const MOST_ENTRIES = 65_536;
const { READONLY, HIDDEN, SYSTEM, DIRECTORY, ARCHIVE } = FileAttribute;

/** A file or directory that is to be written, and where its data is to be. */
export interface FatNode {
  readonly entry: VolumeEntry;
  readonly shortName: ShortName | undefined;
  readonly parent: FatNode | undefined;
  /** Undefined for a file. */
  readonly children: readonly FatNode[] | undefined;
  /** 0 where it has no clusters: an empty file, a fixed root directory. */
  firstCluster: number;
  clusters: number;
}

/** All nodes of a volume: directories first, each before what it holds, in the order in which they are written. */
export interface FatTree {
  readonly root: FatNode;
  readonly directories: readonly FatNode[];
  readonly files: readonly FatNode[];
}

/**
 * Reads what a volume holds and gives each entry its 8.3 name.
 *
 * @param findings told of what FAT cannot hold and is lost: streams
 * @throws AdkError `FAT_BAD_NAME`, `FAT_NAME_COLLISION`, `FAT_NO_LINKS`, `FAT_FILE_TOO_LARGE`, `FAT_DIRECTORY_FULL`
 */
export async function readTree(volume: Volume, findings: Findings, operation: LongOperation): Promise<FatTree> {
  const directories: FatNode[] = [];
  const files: FatNode[] = [];
  const nodeOf = (entry: VolumeEntry, shortName: ShortName | undefined, parent: FatNode | undefined) => {
    const children: FatNode[] | undefined = isRealDirectory(entry) ? [] : undefined;
    const node = { entry, shortName, parent, children, firstCluster: 0, clusters: 0 };
    if (children) directories.push(node);
    else files.push(node);
    return node;
  };
  const root = nodeOf(volume.root, undefined, undefined);
  const tooLarge: VolumeEntry[] = [];
  // The list grows while it is gone through.
  for (const directory of directories) {
    throwIfCancelled(operation);
    const entries = await volume.list(directory.entry);
    checkNames(entries, volume);
    const shortNames = new ShortNames();
    const named = new Map<VolumeEntry, ShortName>();
    const plainFirst = [...entries].sort((a, b) => Number(isPlainName(b.name)) - Number(isPlainName(a.name)));
    for (const entry of plainFirst) named.set(entry, shortNames.add(entry.name));
    const children = directory.children as FatNode[];
    for (const entry of entries) {
      checkEntry(entry, volume, findings);
      if (entry.size > MOST_FILE_BYTES) tooLarge.push(entry);
      children.push(nodeOf(entry, named.get(entry), directory));
    }
    check(directoryEntries(directory) <= MOST_ENTRIES, () => {
      return cannotHold(
        "FAT_DIRECTORY_FULL",
        "A directory has more names than FAT can hold.",
        directory.entry,
        volume,
        "Spread its files over several directories.",
      );
    });
  }
  const [first] = tooLarge;
  if (first) {
    throw new AdkError("FAT_FILE_TOO_LARGE", "FAT has no files of 4 GiB and more.", {
      kind: "unsupported",
      file: `${volume.name}!${first.path}`,
      expected: `at most ${MOST_FILE_BYTES} bytes`,
      found: tooLarge.map(({ path, size }) => `${path} (${size} bytes)`).join(", "),
    });
  }
  return { root, directories, files };
}

function checkNames(entries: readonly VolumeEntry[], volume: Volume): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    const problem = checkName(entry.name);
    check(problem === undefined, () => {
      return cannotHold("FAT_BAD_NAME", `Windows cannot have a file of this name (${problem}).`, entry, volume);
    });
    const key = upcase(entry.name);
    check(!seen.has(key), () => {
      return cannotHold(
        "FAT_NAME_COLLISION",
        "Two names differ in nothing but case: FAT has one of them.",
        entry,
        volume,
      );
    });
    seen.add(key);
  }
}

function checkEntry(entry: VolumeEntry, volume: Volume, findings: Findings): void {
  check(entry.reparseTag === 0, () => {
    return cannotHold("FAT_NO_LINKS", "FAT has no links.", entry, volume, "Put what it leads to in its place.");
  });
  if (entry.streams.length > 0) {
    findings.warning("FAT_NO_STREAMS", "FAT has no streams; those of this file are left out.", { path: entry.path });
  }
}

const OTHER_NAME = "Rename it in the source, or leave it out.";

function cannotHold(code: string, message: string, entry: VolumeEntry, volume: Volume, hint = OTHER_NAME): AdkError {
  return new AdkError(code, message, {
    kind: "unsupported",
    file: `${volume.name}!${entry.path}`,
    found: entry.name,
    hint,
  });
}

/** Entries of 32 bytes that a directory takes: the label and no dots in the root, `.` and `..` elsewhere. */
export function directoryEntries({ parent, children = [] }: FatNode): number {
  let count = parent ? 2 : 1;
  for (const { entry, shortName } of children) count += shortName?.needsLongName ? longNameEntries(entry.name) + 1 : 1;
  return count;
}

/** Bytes of a directory, with the entry that ends it. */
export function directoryBytes(directory: FatNode): number {
  return (directoryEntries(directory) + 1) * DIRECTORY_ENTRY_BYTES;
}

export interface DirectoryTimes {
  /** FILETIME that no time exceeds. */
  readonly latest: bigint;
}

/**
 * The content of a directory. All times of an entry are its last write: when a file was made or read is a matter of this
 * host, and differs with every copy.
 *
 * @param label of the volume, for the root; empty for none
 */
export function writeDirectory(directory: FatNode, label: string, { latest }: DirectoryTimes): Uint8Array {
  const writer = new ByteWriter(directoryBytes(directory));
  const timesOf = ({ lastWriteTime }: VolumeEntry) => {
    const time = fatTimeOf(lastWriteTime < latest ? lastWriteTime : latest);
    return { created: time, accessed: time, written: time };
  };
  const add = (name: Uint8Array, attributes: number, node: FatNode, lowerCase = 0, cluster = node.firstCluster) => {
    const size = node.children ? 0 : node.entry.size;
    const times = timesOf(node.entry);
    writeDirectoryEntry(writer, { name, attributes, lowerCase, ...times, firstCluster: cluster, size });
  };
  const { parent, children = [] } = directory;
  if (parent) {
    add(dots("."), DIRECTORY, directory);
    // That of the root is told as 0, whatever it is.
    add(dots(".."), DIRECTORY, parent, 0, parent.parent ? parent.firstCluster : 0);
  } else if (label !== "") {
    add(new TextEncoder().encode(label.padEnd(11)), ATTRIBUTE_VOLUME_LABEL, directory, 0, 0);
  }
  for (const child of children) {
    const { entry, shortName } = child;
    if (!shortName) continue;
    if (shortName.needsLongName) writeLongName(writer, entry.name, shortNameChecksum(shortName.bytes));
    const kept = entry.attributes & (READONLY | HIDDEN | SYSTEM);
    add(shortName.bytes, kept | (child.children ? DIRECTORY : ARCHIVE), child, shortName.lowerCase);
  }
  return writer.finish();
}

function dots(name: string): Uint8Array {
  return new TextEncoder().encode(name.padEnd(11));
}
