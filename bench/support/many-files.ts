import {
  FileAttribute,
  filetimeFromUnixSeconds,
  isRealDirectory,
  MemoryAccess,
  parseSddl,
  securityDescriptorToBytes,
  type Volume,
  type VolumeEntry,
} from "@adk/core";
import { captureVolume, WimWriter } from "@adk/wim";

const DIRECTORIES = 1000;
const TIME = filetimeFromUnixSeconds(1_700_000_000);
const SECURITY = [
  "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;0x1200a9;;;BU)",
  "O:BAG:SYD:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)",
].map((sddl) => securityDescriptorToBytes(parseSddl(sddl)));

/** What a later state of the tree has otherwise: each in so many of a thousand files. */
export interface Changes {
  readonly changed: number;
  readonly removed: number;
  readonly added: number;
  readonly moved: number;
}

export const NO_CHANGES: Changes = { changed: 0, removed: 0, added: 0, moved: 0 };

/** Writes an image of a tree of small files, each with its own data, in 1,000 directories. Always the same bytes. */
export async function writeManyFiles(path: string, files: number, changes: Changes): Promise<void> {
  await using writer = await WimWriter.create(path, { compression: "none", overwrite: true });
  await captureVolume(writer, manyFiles(files, changes), { name: "many files", time: TIME });
  await writer.finish();
}

function manyFiles(files: number, { changed, removed, added, moved }: Changes): Volume {
  const root = entryOf("/", 0);
  const children = new Map<string, VolumeEntry[]>([["/", []]]);
  const listOf = (path: string) => children.get(path) as VolumeEntry[];
  for (let i = 0; i < DIRECTORIES; i++) {
    const parent = i < 10 ? "/" : `/Directory ${i % 10}`;
    const directory = entryOf(`${parent === "/" ? "" : parent}/Directory ${i}`, 0);
    listOf(parent).push(directory);
    children.set(directory.path, []);
  }
  const directories = [...children.keys()].slice(1);
  const data = new Map<string, string>();
  for (let i = 0; i < files; i++) {
    const directory = directories[i % DIRECTORIES] as string;
    const fate = Math.floor(i / DIRECTORIES + i) % 1000;
    const put = (name: string, content: string) => {
      const file = entryOf(`${directory}/${name}`, content.length);
      data.set(file.path, content);
      listOf(directory).push(file);
    };
    const name = `component-${i.toString(16).padStart(6, "0")}.dll`;
    if (fate < added) put(`new-${name}`, `added ${i}`);
    if (fate < changed) put(name, `another content of file ${i}`);
    else if (fate < changed + moved) put(`moved-${name}`, `content of file ${i}`);
    else if (fate >= changed + moved + removed) put(name, `content of file ${i}`);
  }
  const bytesOf = (entry: VolumeEntry) => new TextEncoder().encode(data.get(entry.path) ?? "");
  return {
    name: "many files",
    root,
    lookup: async (path) => [...children.values()].flat().find((entry) => entry.path === path),
    list: async ({ path }) => listOf(path),
    open: async (entry) => new MemoryAccess(bytesOf(entry), entry.path),
    read: async (entry) => bytesOf(entry),
    reparsePoint: async () => undefined,
    securityDescriptor: async (entry) => SECURITY[isRealDirectory(entry) ? 0 : 1],
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

function entryOf(path: string, size: number): VolumeEntry {
  return {
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
    shortName: "",
    attributes: size === 0 ? FileAttribute.DIRECTORY : FileAttribute.ARCHIVE,
    size,
    creationTime: TIME,
    lastAccessTime: TIME,
    lastWriteTime: TIME,
    reparseTag: 0,
    linkId: undefined,
    sha1: undefined,
    streams: [],
    items: [],
  };
}
