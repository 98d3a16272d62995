import { AdkError, decodeUtf16, type Findings, limitExceeded } from "@adk/core";
import type { MappedImage } from "./mapped-image.ts";
import { Directory } from "./optional-header.ts";
import type { PeFile } from "./pe-file.ts";

const DIRECTORY_SIZE = 16;
const ENTRY_SIZE = 8;
/** Windows has three levels: type, name, language. */
const MOST_DEPTH = 32;
/** Entries of all directories. Large files have some ten thousand; directories that are shared could make millions. */
const MOST_ENTRIES = 0x20000;
/** Characters of all names together. */
const MOST_NAME_LENGTH = 1 << 20;
/** Entries that cannot be read, after which the tree is taken for noise. */
const MOST_DAMAGED = 100;
const HIGH_BIT = 0x8000_0000;

/** Predefined types (RT_*). */
export const ResourceType = {
  CURSOR: 1,
  BITMAP: 2,
  ICON: 3,
  MENU: 4,
  DIALOG: 5,
  STRING: 6,
  RCDATA: 10,
  MESSAGE_TABLE: 11,
  GROUP_ICON: 14,
  VERSION: 16,
  HTML: 23,
  MANIFEST: 24,
} as const;

/** A number, or a name as it is written: Windows writes them in capitals. */
export type ResourceId = number | string;

/** A leaf of the resource tree. */
export interface Resource {
  readonly type: ResourceId;
  /** 0 where the tree ends above. */
  readonly name: ResourceId;
  /** Language identifier: 0x409 is English (United States). */
  readonly language: ResourceId;
  /** Relative virtual address. */
  readonly address: number;
  /** Bytes. */
  readonly size: number;
  readonly codePage: number;
}

const TREES = new WeakMap<PeFile, Promise<readonly Resource[]>>();

/** All resources in the order of the tree; their bytes are read by `readResource`. Read once for a file. */
export function readResources(pe: PeFile): Promise<readonly Resource[]> {
  let resources = TREES.get(pe);
  if (!resources) {
    resources = pe.readPart<readonly Resource[]>([], (image, findings) => {
      const directory = pe.directory(Directory.RESOURCE);
      return directory ? new TreeReader(image, findings, directory.address).read() : [];
    });
    TREES.set(pe, resources);
  }
  return resources;
}

/** The resources of a type, and of a name if one is given; names are compared as Windows does, without case. */
export async function findResources(pe: PeFile, type: ResourceId, name?: ResourceId): Promise<Resource[]> {
  const resources = await readResources(pe);
  return resources.filter((each) => sameId(each.type, type) && (name === undefined || sameId(each.name, name)));
}

function sameId(a: ResourceId, b: ResourceId): boolean {
  return typeof a === "string" && typeof b === "string" ? a.toUpperCase() === b.toUpperCase() : a === b;
}

/**
 * The bytes of a resource.
 *
 * @throws AdkError `PE_BAD_ADDRESS` if they lie outside the image
 */
export function readResource(pe: PeFile, { address, size }: Resource): Promise<Uint8Array> {
  return pe.image.bytes.run(() => pe.image.view(address, size));
}

/** What each resource of a type holds; those that cannot be read or parsed become findings. */
export async function parseResources<T>(
  pe: PeFile,
  type: ResourceId,
  parse: (bytes: Uint8Array, resource: Resource) => T,
): Promise<T[]> {
  const parsed: T[] = [];
  for (const resource of await findResources(pe, type)) {
    try {
      parsed.push(parse(await readResource(pe, resource), resource));
    } catch (error) {
      pe.findings.fromError(error instanceof AdkError ? error.at({ file: pe.access.name }) : error);
    }
  }
  return parsed;
}

class TreeReader {
  readonly #image: MappedImage;
  readonly #findings: Findings;
  readonly #root: number;
  readonly #leaves: Resource[] = [];
  /** Directories from the root to the one that is read: one that comes again would never end. */
  readonly #open: number[] = [];
  readonly #path: ResourceId[] = [];
  #entries = 0;
  #damaged = 0;
  #nameLength = 0;

  constructor(image: MappedImage, findings: Findings, root: number) {
    this.#image = image;
    this.#findings = findings;
    this.#root = root;
  }

  read(): Resource[] {
    this.#guarded(() => this.#readDirectory(this.#root));
    return this.#leaves;
  }

  /** A branch that cannot be read is left out. */
  #guarded(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#findings.fromError(error);
      this.#damaged++;
    }
  }

  #readDirectory(directory: number): void {
    if (this.#open.includes(directory) || this.#open.length >= MOST_DEPTH) {
      throw this.#bad("The resource directories form a circle, or are nested too deep.", directory);
    }
    const image = this.#image;
    const count = image.u16(directory + 12) + image.u16(directory + 14);
    this.#open.push(directory);
    for (let index = 0; index < count; index++) {
      if (this.#damaged > MOST_DAMAGED) break;
      if (++this.#entries > MOST_ENTRIES) {
        this.#findings.fromError(this.#bad(`There are more than ${MOST_ENTRIES} resource entries.`, directory));
        this.#damaged = MOST_DAMAGED + 1;
        break;
      }
      const entry = directory + DIRECTORY_SIZE + index * ENTRY_SIZE;
      if (image.offsetOf(entry + ENTRY_SIZE - 1) === undefined) {
        this.#findings.fromError(this.#bad("A resource directory ends early.", entry));
        break;
      }
      this.#guarded(() => this.#readEntry(image.u32(entry), image.u32(entry + 4)));
    }
    this.#open.pop();
  }

  #readEntry(id: number, target: number): void {
    const depth = this.#path.length;
    const open = this.#open.length;
    try {
      this.#path.push(id >= HIGH_BIT ? this.#readName(this.#root + id - HIGH_BIT) : id);
      if (target >= HIGH_BIT) this.#readDirectory(this.#root + target - HIGH_BIT);
      else this.#readLeaf(this.#root + target);
    } finally {
      this.#path.length = depth;
      this.#open.length = open;
    }
  }

  #readLeaf(leaf: number): void {
    const image = this.#image;
    const [type = 0, name = 0, language = 0] = this.#path;
    this.#leaves.push({
      type,
      name,
      language,
      address: image.u32(leaf),
      size: image.u32(leaf + 4),
      codePage: image.u32(leaf + 8),
    });
  }

  #readName(at: number): string {
    const length = this.#image.u16(at);
    this.#nameLength += length;
    if (this.#nameLength > MOST_NAME_LENGTH) {
      throw limitExceeded("nameLength", this.#nameLength, {
        ...this.#image.bytes.limits,
        nameLength: MOST_NAME_LENGTH,
      });
    }
    return decodeUtf16(this.#image.view(at + 2, length * 2));
  }

  #bad(message: string, rva: number): AdkError {
    return new AdkError("PE_BAD_RESOURCES", message, {
      file: this.#image.bytes.name,
      offset: this.#image.offsetOf(rva),
    });
  }
}
