import { fromHex } from "@adk/core";
import { expect, test } from "vitest";
import { decodeLznt1 } from "./index.ts";
import { expectDamageIsTold } from "./testing/functions.ts";

const SONG =
  "F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D D E E F# D E F# G F# D E F# G F# E D E A F# F# G A A G F# E D D E F# E D D\0";
const SONG_DATA = fromHex(
  "38b08846232000204720410010a24701a045204400084501507900c045200524138805b4024a44ef0358028c0916014845" +
    "00be009e000401189000",
);

function decode(data: Uint8Array, most: number): string {
  const output = new Uint8Array(most);
  return Buffer.from(output.subarray(0, decodeLznt1(data, output))).toString("latin1");
}

test("the example of [MS-XCA] 3.3", () => {
  expect(decode(SONG_DATA, 5000)).toBe(SONG);
  expect(decode(SONG_DATA, SONG.length)).toBe(SONG);
});

test("chunks that are stored, several chunks, and the end", () => {
  const stored = Buffer.concat([fromHex("0230"), Buffer.from("abc")]);
  expect(decode(stored, 10)).toBe("abc");
  expect(decode(Buffer.concat([stored, stored]), 10)).toBe("abcabc");
  expect(decode(Buffer.concat([stored, fromHex("0000"), stored]), 10)).toBe("abc");
  expect(decode(Buffer.concat([stored, fromHex("00")]), 10)).toBe("abc");
  expect(decode(new Uint8Array(0), 10)).toBe("");
});

test("a match can fill a chunk", () => {
  // one byte, then 4095 bytes from the byte before, for which all 12 bits are length
  expect(decode(fromHex("03b00261fc0f"), 4096)).toBe("a".repeat(4096));
  expect(() => decode(fromHex("03b00261fd0f"), 5000)).toThrow(/damaged/);
});

test("the further into a chunk, the more bits are the offset", () => {
  for (const [before, lengthBits] of [
    [16, 12],
    [17, 11],
    [32, 11],
    [33, 10],
    [2048, 5],
    [2049, 4],
    [3000, 4],
  ] as const) {
    const literals = Uint8Array.from({ length: before }, (_, i) => (i * 7919) >> 3);
    const parts: number[] = [];
    for (let i = 0; i < before; i += 8)
      parts.push(before - i < 8 ? 1 << (before - i) : 0, ...literals.subarray(i, i + 8));
    if (before % 8 === 0) parts.push(1);
    const match = ((before - 1) << lengthBits) | 2;
    parts.push(match & 255, match >> 8);
    const header = 0xb000 | (parts.length - 1);
    const output = new Uint8Array(4096);
    const size = decodeLznt1(Uint8Array.from([header & 255, header >> 8, ...parts]), output);
    expect(output.subarray(0, size)).toEqual(Uint8Array.from([...literals, ...literals.subarray(0, 5)]));
  }
});

test("damaged data ends in an error or in something", () => {
  expectDamageIsTold([SONG_DATA, fromHex("03b00261fc0f")], (data) => decodeLznt1(data, new Uint8Array(5000)));
});
