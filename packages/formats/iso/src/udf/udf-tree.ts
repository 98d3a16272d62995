import { AdkError, type Findings, type Limits, limitExceeded, type RandomAccess } from "@adk/core";
import type { DiscEntry, DiscTree } from "../disc-entry.ts";
import { ExtentAccess } from "../extent-access.ts";
import { PieceCache } from "../piece-cache.ts";
import { type AllocationDescriptor, AllocationKind } from "./allocation.ts";
import { FileType } from "./file-entry.ts";
import { type ExtentBudget, readExtents } from "./file-extents.ts";
import { Characteristic, type FileIdentifier, parseFileIdentifier } from "./file-identifier.ts";
import { readIcb } from "./icb.ts";
import type { LogicalVolume } from "./partition.ts";
import { parseLinkTarget } from "./path-component.ts";
import { TagId } from "./tag.ts";
import type { UdfVolume } from "./volume-structure.ts";

/** Least bytes of an allocation descriptor: no disc has more of them than this makes, but by using some for several files. */
const ALLOCATION_MIN = 8;
const LINK_BYTES_MAX = 65_536;
/** What is a file with data, or a directory, or a link to one. */
const FILE_TYPES: readonly number[] = [
  FileType.UNSPECIFIED,
  FileType.DIRECTORY,
  FileType.FILE,
  FileType.SYMLINK,
  FileType.REAL_TIME,
];

/** The tree of a UDF volume. */
export class UdfTree implements DiscTree {
  readonly kind = "udf";
  readonly root: DiscEntry;
  readonly #disc: RandomAccess;
  readonly #volume: LogicalVolume;
  readonly #limits: Limits;
  readonly #findings: Findings;
  readonly #budget: ExtentBudget;

  private constructor(
    volume: LogicalVolume,
    root: DiscEntry,
    limits: Limits,
    findings: Findings,
    budget: ExtentBudget,
  ) {
    this.#disc = volume.disc;
    this.#volume = volume;
    this.root = root;
    this.#limits = limits;
    this.#findings = findings;
    this.#budget = budget;
  }

  static async open(volume: UdfVolume, limits: Limits, findings: Findings): Promise<UdfTree> {
    // Entries of one directory lie side by side.
    const cached = { ...volume, disc: new PieceCache(volume.disc) };
    const budget = { left: Math.min(limits.entries, Math.ceil(volume.disc.size / ALLOCATION_MIN)) };
    const root = await readEntry(cached, { name: "", icb: volume.root, hidden: false }, budget, findings);
    if (!root?.isDirectory)
      throw new AdkError("UDF_BAD_DESCRIPTOR", "The root of the disc is no directory.", { file: volume.disc.name });
    return new UdfTree(cached, root, limits, findings, budget);
  }

  async list(directory: DiscEntry): Promise<readonly DiscEntry[]> {
    const most = Math.min(this.#limits.memoryBytes, this.#disc.size);
    if (directory.size > most) {
      throw limitExceeded(
        "memoryBytes",
        directory.size,
        { ...this.#limits, memoryBytes: most },
        this.#where(directory),
      );
    }
    const entries: DiscEntry[] = [];
    const data = await new ExtentAccess(this.#disc, directory, this.#disc.name).read(0, directory.size);
    for (const { name, characteristics, icb } of this.#identifiers(data, directory)) {
      if (characteristics & (Characteristic.PARENT | Characteristic.DELETED)) continue;
      const hidden = (characteristics & Characteristic.HIDDEN) !== 0;
      try {
        const entry = await readEntry(this.#volume, { name, icb, hidden }, this.#budget, this.#findings);
        if (entry) entries.push(entry);
      } catch (error) {
        this.#findings.fromError(error);
      }
      if (entries.length > this.#limits.entries) throw limitExceeded("entries", entries.length, this.#limits);
    }
    return entries;
  }

  /** The descriptors of a directory; behind one that is damaged, those that follow. */
  *#identifiers(data: Uint8Array, directory: DiscEntry): Generator<FileIdentifier> {
    let damaged = false;
    for (let at = 0; at < data.length; ) {
      const found =
        data[at] === (TagId.FILE_IDENTIFIER & 0xff) && data[at + 1] === TagId.FILE_IDENTIFIER >> 8
          ? parseFileIdentifier(data.subarray(at))
          : undefined;
      if (found) yield found;
      else if (!damaged) {
        damaged = true;
        const message = "A directory is damaged; some of its entries are lost.";
        this.#findings.error("UDF_BAD_DIRECTORY", message, this.#where(directory));
      }
      at += found?.length ?? 4;
    }
  }

  #where(directory: DiscEntry) {
    return { file: this.#disc.name, offset: directory.extents[0]?.offset ?? directory.place };
  }
}

interface NamedIcb {
  readonly name: string;
  readonly icb: AllocationDescriptor;
  readonly hidden: boolean;
}

/** @returns undefined for what is neither file, directory nor link; a finding tells of it */
async function readEntry(
  volume: LogicalVolume,
  { name, icb, hidden }: NamedIcb,
  budget: ExtentBudget,
  findings: Findings,
): Promise<DiscEntry | undefined> {
  const { disc } = volume;
  const { entry, offset, partition } = await readIcb(volume, icb);
  const { size, created, modified, fileType } = entry;
  const where = { file: disc.name, offset };
  if (!FILE_TYPES.includes(fileType)) {
    const message = `"${name}" is a device or something else that Windows has not (file type ${fileType}); it is left out.`;
    findings.warning("UDF_SPECIAL_FILE", message, where);
    return undefined;
  }
  if (entry.hasStreams) {
    const message = `"${name}" has named streams, which are not read.`;
    findings.warning("UDF_STREAMS_SKIPPED", message, where);
  }
  const isEmbedded = entry.allocationKind === AllocationKind.EMBEDDED;
  const data = {
    size,
    extents: isEmbedded ? [] : await readExtents(volume, entry, partition, budget),
    embedded: isEmbedded ? entry.allocation : undefined,
  };
  const isDirectory = fileType === FileType.DIRECTORY;
  const found = { name, isDirectory, hidden, created, modified, place: offset, ...data };
  if (fileType === FileType.SYMLINK) {
    const bytes = await new ExtentAccess(disc, data, disc.name).read(0, Math.min(size, LINK_BYTES_MAX));
    return { ...found, link: parseLinkTarget(bytes) };
  }
  return entry.linkCount > 1 && !isDirectory ? { ...found, isShared: true } : found;
}
