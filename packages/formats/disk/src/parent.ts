import type { Guid } from "@adk/core";

/** What a differencing disk says of the disk that it differs from. */
export interface DiskParent {
  /** Identities of which the parent has one: its UUID (VHD), the GUID of its last change of data (VHDX). */
  readonly ids: readonly Guid[];
  /** Paths of Windows at which it was: relative to the disk, absolute ones. */
  readonly paths: readonly string[];
}

/** The names that a parent may have, whatever directory it was in; those that name no file are left out. */
export function parentNames({ paths }: DiskParent): string[] {
  const names = paths.map((path) => path.replace(/^.*[/\\:]/s, ""));
  return [...new Set(names)].filter((name) => name !== "" && name !== "." && name !== ".." && !name.includes("\0"));
}
