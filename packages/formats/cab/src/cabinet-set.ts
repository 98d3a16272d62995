import { type Finding, Findings, type RandomAccess } from "@adk/core";
import { Cabinet } from "./cabinet.ts";
import { CONTINUED_FROM_PREV, CONTINUED_PREV_AND_NEXT, CONTINUED_TO_NEXT, type FileEntry } from "./file-entry.ts";
import type { FolderEntry } from "./folder-entry.ts";

/** A folder of a set: its data blocks may lie in several cabinets. */
export interface CabFolder extends Pick<FolderEntry, "compression" | "windowOrder"> {
  readonly runs: readonly BlockRun[];
  /** The folder begins in a cabinet that is not there: nothing of it can be read. */
  readonly startMissing: boolean;
  /** It goes on in a cabinet that is not there. */
  readonly endMissing: boolean;
}

/** Data blocks of a folder that follow each other in one cabinet. */
export interface BlockRun {
  readonly cabinet: Cabinet;
  /** Of the first block, in the cabinet's file. */
  readonly offset: number;
  readonly count: number;
}

export interface CabFile extends Omit<FileEntry, "folder"> {
  readonly folder: CabFolder;
  /** The name as names of folders and the file; `\` and `/` both part them. */
  readonly path: readonly string[];
}

/** Opens the cabinet of a name beside the first one; undefined where there is none. */
export type OpenNeighbour = (cabinet: string) => Promise<RandomAccess | undefined>;

export interface OpenCabOptions {
  /** Where the cabinet begins in its file; see `findCabinets`. */
  readonly start?: number | undefined;
  /** Without it only the one cabinet is looked at. */
  readonly openNeighbour?: OpenNeighbour | undefined;
}

/** Longer sets are refused: a chain that names itself would never end. */
const MOST_CABINETS = 4096;

/** The files of a cabinet, or of all cabinets of a set. */
export class CabinetSet implements AsyncDisposable {
  /** In the order of the set. */
  readonly cabinets: readonly Cabinet[];
  readonly folders: readonly CabFolder[];
  readonly files: readonly CabFile[];
  readonly #findings: Findings;

  private constructor(cabinets: readonly Cabinet[], tables: SetTables, findings: Findings) {
    this.cabinets = cabinets;
    this.folders = tables.folders;
    this.files = tables.files;
    this.#findings = findings;
  }

  /**
   * Opens a cabinet and those of its set. The access is closed with the set, also when opening fails.
   *
   * @throws AdkError `CAB_BAD_MAGIC`, `CAB_BAD_HEADER`, `CAB_VERSION`, `CAB_IS_WIM`, `CAB_BAD_NAME`, `UNEXPECTED_END`
   */
  static async open(access: RandomAccess, options: OpenCabOptions = {}): Promise<CabinetSet> {
    const findings = new Findings();
    const cabinets: Cabinet[] = [];
    try {
      cabinets.push(await openOrClose(access, options.start));
      const { openNeighbour } = options;
      if (openNeighbour) {
        await follow(cabinets, "previous", openNeighbour, findings);
        await follow(cabinets, "next", openNeighbour, findings);
      }
      return new CabinetSet(cabinets, joinTables(cabinets, findings), findings);
    } catch (error) {
      for (const cabinet of cabinets) await cabinet.access.close();
      throw error;
    }
  }

  get name(): string {
    return this.cabinets[0]?.access.name ?? "";
  }

  /** What is wrong with the tables of the cabinets and with their being a set. */
  get findings(): readonly Finding[] {
    return [...this.cabinets.flatMap(({ findings }) => findings.list), ...this.#findings.list];
  }

  async close(): Promise<void> {
    for (const { access } of this.cabinets) await access.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function openOrClose(access: RandomAccess, start?: number): Promise<Cabinet> {
  try {
    return await Cabinet.open(access, start);
  } catch (error) {
    await access.close();
    throw error;
  }
}

/** Opens what lies before or behind the cabinets that are open, as far as it is there. */
async function follow(
  cabinets: Cabinet[],
  direction: "previous" | "next",
  openNeighbour: OpenNeighbour,
  findings: Findings,
): Promise<void> {
  for (;;) {
    const edge = direction === "next" ? cabinets.at(-1) : cabinets[0];
    const name = edge?.header[direction]?.cabinet;
    if (!edge || name === undefined || cabinets.length >= MOST_CABINETS) return;
    const access = await openNeighbour(name);
    const where = { file: edge.access.name };
    if (!access) {
      findings.warning(
        "CAB_MISSING",
        `The ${direction} cabinet of the set is not there: ${JSON.stringify(name)}.`,
        where,
      );
      return;
    }
    let found: Cabinet;
    try {
      found = await openOrClose(access);
    } catch (error) {
      findings.fromError(error);
      return;
    }
    const number = edge.header.number + (direction === "next" ? 1 : -1);
    if (found.header.setId !== edge.header.setId || found.header.number !== number) {
      findings.error("CAB_NOT_OF_SET", `The ${direction} cabinet is of another set, or at another place in it.`, {
        file: access.name,
      });
      await access.close();
      return;
    }
    if (direction === "next") cabinets.push(found);
    else cabinets.unshift(found);
  }
}

interface SetTables {
  readonly folders: readonly CabFolder[];
  readonly files: readonly CabFile[];
}

type GrowingFolder = { -readonly [Key in keyof CabFolder]: CabFolder[Key] } & { runs: BlockRun[] };

/** Puts folders together that go on from one cabinet to the next, and lists each file once. */
function joinTables(cabinets: readonly Cabinet[], findings: Findings): SetTables {
  const folders: GrowingFolder[] = [];
  const files: CabFile[] = [];
  for (const [i, cabinet] of cabinets.entries()) {
    const own = foldersOf(cabinet);
    const [first] = own;
    if (first && cabinet.files.some(isContinued)) {
      const before = i > 0 ? folders.at(-1) : undefined;
      if (!before) first.startMissing = true;
      else if (before.compression !== first.compression || before.windowOrder !== first.windowOrder) {
        const message = "A folder goes on in another compression than it began.";
        findings.error("CAB_NOT_OF_SET", message, { file: cabinet.access.name });
        first.startMissing = true;
      } else {
        before.runs.push(...first.runs);
        before.endMissing = false;
        own[0] = before;
      }
    }
    const last = own.at(-1);
    if (last && cabinet.files.some(goesOn)) last.endMissing = true;
    for (const folder of own) if (folder !== folders.at(-1)) folders.push(folder);
    addFiles(cabinet, own, i > 0, files, findings);
  }
  return { folders, files };
}

function foldersOf(cabinet: Cabinet): GrowingFolder[] {
  return cabinet.folders.map(({ compression, windowOrder, dataOffset, blockCount }) => {
    const runs = [{ cabinet, offset: cabinet.start + dataOffset, count: blockCount }];
    return { compression, windowOrder, runs, startMissing: false, endMissing: false };
  });
}

function isContinued({ folder }: FileEntry): boolean {
  return folder === CONTINUED_FROM_PREV || folder === CONTINUED_PREV_AND_NEXT;
}

function goesOn({ folder }: FileEntry): boolean {
  return folder === CONTINUED_TO_NEXT || folder === CONTINUED_PREV_AND_NEXT;
}

function addFiles(
  cabinet: Cabinet,
  own: readonly CabFolder[],
  hasPrevious: boolean,
  files: CabFile[],
  findings: Findings,
): void {
  const listed = new Set(hasPrevious && cabinet.files.some(isContinued) ? files.map(keyOf) : []);
  for (const { folder: number, ...entry } of cabinet.files) {
    const folder = isContinued({ ...entry, folder: number })
      ? own[0]
      : number === CONTINUED_TO_NEXT
        ? own.at(-1)
        : own[number];
    if (!folder) {
      const message = "A file is in a folder that the cabinet does not have. It is left out.";
      findings.error("CAB_NO_SUCH_FOLDER", message, { file: cabinet.access.name, path: entry.name });
      continue;
    }
    // Cabinets name a file again that began in the one before.
    if (isContinued({ ...entry, folder: number }) && listed.has(keyOf({ ...entry, folder }))) continue;
    files.push({ ...entry, folder, path: namesOf(entry.name) });
  }
}

function keyOf({ name, offset, size }: Pick<CabFile, "name" | "offset" | "size" | "folder">): string {
  return `${offset} ${size} ${name}`;
}

/** Unlike `splitPath` this keeps what is wrong with a name, so that extraction refuses it. */
function namesOf(name: string): readonly string[] {
  return name.split(/[\\/]/);
}
