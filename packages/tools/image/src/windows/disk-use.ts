import { isRealDirectory, type LongOperation, ProgressCounter, splitPath, type Volume, walk } from "@adk/core";
import * as z from "zod";

/** What the areas of an installation take; hard links count once, where they are met first. */
export const diskUse = z.array(z.object({ area: z.string(), files: z.number(), bytes: z.number() }));
export type DiskUse = z.output<typeof diskUse>;

/** First match wins; what is none of them is told by its first directory. */
const AREAS: readonly (readonly [area: string, path: string])[] = [
  ["Component store (WinSxS)", "/Windows/WinSxS"],
  ["Driver store", "/Windows/System32/DriverStore"],
  ["Installer cache", "/Windows/Installer"],
  ["Servicing", "/Windows/servicing"],
  ["Fonts", "/Windows/Fonts"],
  ["Logs", "/Windows/Logs"],
  ["Temporary files", "/Windows/Temp"],
  ["Windows Update downloads", "/Windows/SoftwareDistribution"],
  ["Windows, 32-bit system", "/Windows/SysWOW64"],
  ["Windows, system", "/Windows/System32"],
  ["Windows, other", "/Windows"],
  ["Apps (WindowsApps)", "/Program Files/WindowsApps"],
];

/** Walks the whole tree. Bytes are those of the unnamed data; what compression saves on a disk is not known. */
export async function readDiskUse(volume: Volume, operation: LongOperation = {}): Promise<DiskUse> {
  const areas = new Map<string, { files: number; bytes: number }>();
  const seen = new Set<string>();
  const progress = new ProgressCounter(operation, "disk use", "files", 0);
  for await (const batch of walk(volume)) {
    progress.add(batch.length);
    for (const entry of batch) {
      if (isRealDirectory(entry) || entry.reparseTag !== 0) continue;
      if (entry.linkId !== undefined) {
        if (seen.has(entry.linkId)) continue;
        seen.add(entry.linkId);
      }
      const area = areaOf(entry.path);
      const sum = areas.get(area) ?? { files: 0, bytes: 0 };
      areas.set(area, sum);
      sum.files++;
      sum.bytes += entry.size;
    }
  }
  return [...areas].map(([area, sum]) => ({ area, ...sum })).sort((a, b) => b.bytes - a.bytes);
}

function areaOf(path: string): string {
  const lower = path.toLowerCase();
  const found = AREAS.find(([, area]) => lower.startsWith(`${area.toLowerCase()}/`));
  if (found) return found[0];
  const [first = "", second] = splitPath(path);
  return second === undefined ? "Root" : first;
}
