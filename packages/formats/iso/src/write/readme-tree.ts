import { type Filetime, MemoryAccess, type Volume, type VolumeEntry } from "@adk/core";
import type { Content, SourceDirectory, SourceFile } from "./source-tree.ts";

/** What stands on a disc with UDF only for systems that do not read it, in the words that OSCDIMG uses. */
const README = `This disc contains a "UDF" file system and requires an operating system\r\nthat supports the ISO-13346 "UDF" file system specification.\r\n`;

/** A tree with a readme alone. */
export function readmeTree(text = README, time: Filetime): { root: SourceDirectory; contents: readonly Content[] } {
  const bytes = new TextEncoder().encode(text);
  const entry = { path: "/README.TXT", size: bytes.length } as VolumeEntry;
  const volume = { read: async () => bytes, open: async () => new MemoryAccess(bytes) } as unknown as Volume;
  const content: Content = { size: bytes.length, volume, entry };
  const file: SourceFile = { kind: "file", name: "README.TXT", path: "/README.TXT", time, hidden: false, content };
  const root: SourceDirectory = { kind: "directory", name: "", path: "/", time, hidden: false, children: [file] };
  return { root, contents: bytes.length > 0 ? [content] : [] };
}
