import type { EntrySource, Volume, VolumeEntry } from "@adk/core";

/**
 * Where edits of an image go: a session, or a layer of a build. What was changed is seen through `volume` at once; the image
 * itself changes when the session is committed.
 */
export interface EditTarget {
  readonly volume: Volume;
  /** Takes a host directory over, so that entries of it can be put into the image. */
  openHost(directory: string): Promise<EntrySource>;
  /**
   * Puts a file in its place; directories that are missing above it are made.
   *
   * @param time FILETIME
   */
  addFile(path: string, bytes: Uint8Array, time: bigint): Promise<void>;
  /** Puts one entry of a source at a path, without what is below it. */
  addEntry(source: EntrySource, entry: VolumeEntry, path: string): Promise<void>;
  addDirectory(path: string): Promise<void>;
  /** Takes away an entry and all below it. @returns whether there was one */
  remove(path: string): Promise<boolean>;
}
