import { childPath, FileAttribute } from "@adk/core";
import { type Dentry, isStoredDirectory } from "./dentry.ts";
import { inodeStreams, setInodeStreams } from "./inode-streams.ts";
import { ZERO_HASH } from "./lookup-table.ts";

/** A file, or a stream of one, whose data is gone. */
export interface LostPath {
  /** `/Windows/x`, or `/Windows/x:stream`. */
  readonly path: string;
  readonly reason: "missing" | "corrupt";
}

/**
 * Takes out of a tree what has no data: files, and reparse points whose data is what they are; of other entries only the
 * streams that are lost.
 *
 * @param stateOf of a hash: undefined where the data is there
 */
export function removeLost(root: Dentry, stateOf: (sha1: string) => LostPath["reason"] | undefined): LostPath[] {
  const lost: LostPath[] = [];
  const stateOfStream = (sha1: string) => (sha1 === ZERO_HASH ? undefined : stateOf(sha1));
  /** True for an entry that stays. */
  const keep = (dentry: Dentry, path: string): boolean => {
    const streams = inodeStreams(dentry);
    const reason = stateOfStream(streams.reparse) ?? stateOfStream(streams.data);
    if (reason && !isStoredDirectory(dentry)) {
      lost.push({ path, reason });
      return false;
    }
    const named = streams.named.filter(({ name, sha1 }) => {
      const state = stateOfStream(sha1);
      if (state) lost.push({ path: `${path}:${name}`, reason: state });
      return state === undefined;
    });
    if (named.length < streams.named.length) setInodeStreams(dentry, { ...streams, named });
    // A directory has no data of its own; what a damaged one claims to have is left out.
    if (reason && dentry.attributes & FileAttribute.DIRECTORY) {
      setInodeStreams(dentry, { data: ZERO_HASH, reparse: ZERO_HASH, named });
    }
    return true;
  };
  keep(root, "/");
  const pending = [{ path: "/", dentry: root }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { dentry, path } = next;
    dentry.children = dentry.children?.filter((child) => keep(child, childPath(path, child.name)));
    for (const child of dentry.children ?? []) {
      if (child.children) pending.push({ path: childPath(path, child.name), dentry: child });
    }
  }
  return lost;
}
