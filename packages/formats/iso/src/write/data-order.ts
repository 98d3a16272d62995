import { normalizePath } from "@adk/core";
import type { SourceFile } from "./source-tree.ts";

/** Where the data of which files lies: a drive reads what is used together in one go, and old boot code only the disc's first part. */
export interface DataOrder {
  /** Paths of files whose data comes first, in this order; the rest follows by path. */
  readonly order?: readonly string[] | undefined;
  /**
   * What comes next: `i386` the files of directories of that name, the last one first; `dvd-video` the directories of a video
   * DVD, in them each title set from its information to the copy of it, as players need it.
   */
  readonly first?: "i386" | "dvd-video" | undefined;
}

export function inDataOrder(files: readonly SourceFile[], { order = [], first }: DataOrder): readonly SourceFile[] {
  if (order.length === 0 && first === undefined) return files;
  const places = new Map(order.map((path, place) => [normalizePath(path).toLowerCase(), place]));
  const rest = first === "i386" ? i386First(files) : first === "dvd-video" ? videoFirst(files) : files;
  const placeOf = ({ path }: SourceFile) => places.get(path.toLowerCase()) ?? places.size;
  return rest.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function i386First(files: readonly SourceFile[]): SourceFile[] {
  const isFirst = ({ path }: SourceFile) => /\/i386\//i.test(path);
  return [...files.filter(isFirst).reverse(), ...files.filter((file) => !isFirst(file))];
}

const VIDEO_DIRECTORIES = ["/VIDEO_TS/", "/AUDIO_TS/", "/JACKET_P/"];
/** `VIDEO_TS.IFO`, `VTS_01_0.IFO`, `VTS_01_1.VOB`, `VTS_01_0.BUP` ... */
const VIDEO_FILE = /^(?:VIDEO_TS|VTS_(\d\d)_(\d))\.(IFO|VOB|BUP)$/i;
const VIDEO_KINDS = ["IFO", "VOB", "BUP"];

function videoFirst(files: readonly SourceFile[]): SourceFile[] {
  const keys = new Map(files.map((file) => [file, videoKey(file)] as const));
  return files.toSorted((a, b) => (keys.get(a) as number) - (keys.get(b) as number));
}

/** Directory, then title set (0 the menu of the disc), then kind, then part. */
function videoKey({ path, name }: SourceFile): number {
  const directory = VIDEO_DIRECTORIES.findIndex((each) => path.toUpperCase().startsWith(each));
  if (directory < 0) return VIDEO_DIRECTORIES.length * 1e6;
  const [, set = "0", part = "0", kind = ""] = VIDEO_FILE.exec(name) ?? [];
  if (kind === "") return directory * 1e6 + 999_999;
  return directory * 1e6 + Number(set) * 1000 + VIDEO_KINDS.indexOf(kind.toUpperCase()) * 100 + Number(part);
}
