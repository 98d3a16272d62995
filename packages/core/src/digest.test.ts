import { expect, test } from "vitest";
import { digest, digestBytes, IncrementalDigest } from "./digest.ts";

const abc = new TextEncoder().encode("abc");

test("gives the digests of FIPS 180-4", () => {
  expect(digest("sha1", abc)).toBe("a9993e364706816aba3e25717850c26c9cd0d89d");
  expect(digest("sha256", abc)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(digestBytes("sha1", abc)).toHaveLength(20);
});

test("pieces make the same digest as the whole, however often it is asked", () => {
  const pieces = new IncrementalDigest("sha1").update(abc.subarray(0, 1)).update(abc.subarray(1));
  expect(pieces.finish()).toBe(digest("sha1", abc));
  expect(pieces.finish()).toBe(digest("sha1", abc));
});
