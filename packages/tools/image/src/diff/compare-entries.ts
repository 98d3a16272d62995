import {
  FileAttribute,
  REPARSE_TAG_MOUNT_POINT,
  REPARSE_TAG_SYMLINK,
  toHex,
  upcase,
  type Volume,
  type VolumeEntry,
} from "@adk/core";
import { type EntryDescriber, targetOf, typeOf } from "../describe-entry.ts";
import type { DataHashes } from "./data-hashes.ts";
import type { Pair } from "./match.ts";
import type { Aspect } from "./schema.ts";

/** One of the two volumes, with what is worked out of it. */
export interface ComparedVolume {
  readonly volume: Volume;
  readonly hashes: DataHashes;
  readonly describer: EntryDescriber;
}

const OBJECT_ID = 1;
const EXTENDED_ATTRIBUTES = 2;
/** Bits that the type of an entry tells already, and the one that stands for no other. */
const NOT_COMPARED = FileAttribute.DIRECTORY | FileAttribute.REPARSE_POINT | FileAttribute.NORMAL;
/** FILETIME units: Node sets the times of a host's files to a microsecond, rounded. */
const HOST_TIME_PRECISION = 20n;

/** Tells in what two entries differ. Hard links are told by `hard-links.ts`: they are a matter of more than two entries. */
export class EntryComparer {
  readonly #before: ComparedVolume;
  readonly #after: ComparedVolume;
  readonly #host: boolean;
  /** Images share a few descriptors among all their files, and each pair of them is compared once. */
  readonly #sameSecurity = new Map<Uint8Array, Map<Uint8Array, boolean>>();

  /** @param host one side is a directory of the host without a sidecar: only what it can hold is compared */
  constructor(before: ComparedVolume, after: ComparedVolume, host: boolean) {
    this.#before = before;
    this.#after = after;
    this.#host = host;
  }

  async compare({ before, after }: Pair): Promise<Aspect[]> {
    const what: Aspect[] = [];
    const sameType = this.#kindOf(before) === this.#kindOf(after);
    if (!sameType) what.push("type");
    if (before.path !== after.path) {
      if (upcase(before.path) !== upcase(after.path)) what.push("path");
      else if (before.name !== after.name) what.push("case");
    }
    if (this.#before.hashes.of(before) !== this.#after.hashes.of(after) || this.#damaged(before, after)) {
      what.push("content");
    }
    if (!this.#sameTimes(before, after)) what.push("times");
    if (sameType && before.reparseTag !== 0 && !(await this.#sameReparsePoint(before, after))) {
      what.push("reparse-point");
    }
    if (this.#host) return what;

    if ((before.attributes ^ after.attributes) & ~NOT_COMPARED) what.push("attributes");
    if (!this.#sameStreams(before, after)) what.push("streams");
    if (before.shortName !== after.shortName) what.push("short-name");
    if (!(await this.#hasSameSecurity(before, after))) what.push("security");
    what.push(...differentItems(before, after));
    return what;
  }

  /** A host has one kind of link. */
  #kindOf(entry: VolumeEntry): string {
    const { reparseTag } = entry;
    if (this.#host && isLink(reparseTag)) return "link";
    return reparseTag === 0 ? typeOf(entry) : `${reparseTag} ${entry.attributes & FileAttribute.DIRECTORY}`;
  }

  /** Data of one size that could be read on neither side. */
  #damaged(before: VolumeEntry, after: VolumeEntry): boolean {
    return this.#before.hashes.of(before) === undefined && before.size === after.size;
  }

  /** The time of the last access is left out: to look at a file, as a capture does, may change it. */
  #sameTimes(before: VolumeEntry, after: VolumeEntry): boolean {
    if (this.#host) {
      const distance = before.lastWriteTime - after.lastWriteTime;
      return distance <= HOST_TIME_PRECISION && distance >= -HOST_TIME_PRECISION;
    }
    return before.lastWriteTime === after.lastWriteTime && before.creationTime === after.creationTime;
  }

  #sameStreams(before: VolumeEntry, after: VolumeEntry): boolean {
    if (before.streams.length === 0 && after.streams.length === 0) return true;
    const list = ({ hashes }: ComparedVolume, entry: VolumeEntry) =>
      entry.streams.map(({ name, size }) => `${upcase(name)}\0${hashes.of(entry, name) ?? `? ${size}`}`).sort();
    return list(this.#before, before).join("\0\0") === list(this.#after, after).join("\0\0");
  }

  async #sameReparsePoint(before: VolumeEntry, after: VolumeEntry): Promise<boolean> {
    const [{ volume: old }, { volume: young }] = [this.#before, this.#after];
    if (this.#host && isLink(before.reparseTag)) {
      return withoutDrive(await targetOf(old, before)) === withoutDrive(await targetOf(young, after));
    }
    if (before.reparseSha1 !== undefined && after.reparseSha1 !== undefined) {
      return before.reparseSha1 === after.reparseSha1;
    }
    const [oldPoint, youngPoint] = [await old.reparsePoint(before), await young.reparsePoint(after)];
    return toHex(oldPoint?.data ?? new Uint8Array(0)) === toHex(youngPoint?.data ?? new Uint8Array(0));
  }

  async #hasSameSecurity(before: VolumeEntry, after: VolumeEntry): Promise<boolean> {
    const old = await this.#before.volume.securityDescriptor(before);
    const young = await this.#after.volume.securityDescriptor(after);
    if (!old || !young) return old === young;
    let known = this.#sameSecurity.get(old);
    if (!known) {
      known = new Map();
      this.#sameSecurity.set(old, known);
    }
    let same = known.get(young);
    if (same === undefined) {
      same = this.#compareSecurity(old, young);
      known.set(young, same);
    }
    return same;
  }

  /** The parts of a descriptor may lie in any order: what they say counts. Damaged ones are compared as they are. */
  #compareSecurity(old: Uint8Array, young: Uint8Array): boolean {
    if (toHex(old) === toHex(young)) return true;
    const sddl = this.#before.describer.sddl(old);
    return sddl !== undefined && sddl === this.#after.describer.sddl(young);
  }
}

function isLink(tag: number): boolean {
  return tag === REPARSE_TAG_SYMLINK || tag === REPARSE_TAG_MOUNT_POINT;
}

/** An absolute target that counts from the root of an image has no drive of its own. */
function withoutDrive(target: string | undefined): string | undefined {
  return target?.replace(/^[a-z]:(?=\\)/i, "");
}

function differentItems(before: VolumeEntry, after: VolumeEntry): Aspect[] {
  if (before.items.length === 0 && after.items.length === 0) return [];
  const differs = (ofTag: (tag: number) => boolean) => {
    const list = ({ items }: VolumeEntry) =>
      items.filter(({ tag }) => ofTag(tag)).map(({ tag, data }) => `${tag} ${toHex(data)}`);
    return list(before).sort().join() !== list(after).sort().join();
  };
  const what: Aspect[] = [];
  if (differs((tag) => tag === OBJECT_ID)) what.push("object-id");
  if (differs((tag) => tag === EXTENDED_ATTRIBUTES)) what.push("extended-attributes");
  if (differs((tag) => tag !== OBJECT_ID && tag !== EXTENDED_ATTRIBUTES)) what.push("other-items");
  return what;
}
