import { FileAttribute } from "@adk/core";
import fc from "fast-check";
import { type Dentry, type ExtraStream, isStoredDirectory, newDentry, type TaggedItem } from "../dentry.ts";
import type { ResourceHeader } from "../resource-header.ts";

fc.configureGlobal({ seed: 1, numRuns: 200 });

const SIZE = fc.oneof(fc.nat(100), fc.maxSafeNat());
const U16 = fc.nat(0xffff);
export const u32: fc.Arbitrary<number> = fc.nat(0xffff_ffff);
const FILETIME = fc.bigInt(0n, 2n ** 64n - 1n);

export const bytes = (minLength: number, maxLength = minLength): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });

export const hash: fc.Arbitrary<string> = bytes(20).map((each) => Buffer.from(each).toString("hex"));

/** A name that an image may hold: any UTF-16 without separators and NUL, unpaired surrogates too. */
const name: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 1, max: 0xffff }), { minLength: 1, maxLength: 20 })
  .map((units) => String.fromCharCode(...units).replace(/[/\\]/g, "_"))
  .filter((text) => text !== "." && text !== "..");

export const resourceHeader: fc.Arbitrary<ResourceHeader> = fc.record({
  storedSize: fc.nat(Number.MAX_SAFE_INTEGER),
  flags: fc.nat(0xff),
  offset: SIZE,
  size: SIZE,
});

const item: fc.Arbitrary<TaggedItem> = fc.record({ tag: fc.integer({ min: 1, max: 0xffff_ffff }), data: bytes(0, 30) });
const stream: fc.Arbitrary<ExtraStream> = fc.record({ name: fc.oneof(fc.constant(""), name), sha1: hash });

/** A dentry with all that one may have, without children. */
export const dentry: fc.Arbitrary<Dentry> = fc
  .record({
    name,
    shortName: fc.oneof(fc.constant(""), name),
    attributes: u32,
    securityId: fc.integer({ min: -1, max: 5 }),
    creationTime: FILETIME,
    lastAccessTime: FILETIME,
    lastWriteTime: FILETIME,
    mainHash: hash,
    unknown: u32,
    reparseTag: u32,
    reparseReserved: U16,
    reparseFlags: U16,
    hardLinkGroup: FILETIME,
    extraStreams: fc.array(stream, { maxLength: 4 }),
    items: fc.array(item, { maxLength: 3 }),
    children: fc.constant(undefined),
  })
  .map((all) => {
    // The same bytes hold one or the other.
    return all.attributes & FileAttribute.REPARSE_POINT
      ? { ...all, hardLinkGroup: 0n }
      : { ...all, reparseTag: 0, reparseReserved: 0, reparseFlags: 0 };
  });

/** The root of a random tree, wide or deep. */
export const tree: fc.Arbitrary<Dentry> = fc.array(fc.tuple(fc.nat(), dentry), { maxLength: 40 }).map((placed) => {
  const root = newDentry("", FileAttribute.DIRECTORY, 0n);
  root.children = [];
  const directories = [root];
  for (const [place, child] of placed) {
    const parent = directories[place % directories.length] as Dentry;
    if (parent.children?.some((each) => each.name === child.name)) continue;
    parent.children?.push(child);
    if (!isStoredDirectory(child)) continue;
    child.children = [];
    directories.push(child);
  }
  return root;
});
