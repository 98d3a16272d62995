import { fromHex } from "@adk/core";
import { noise, random } from "@adk/testing";
import { expect, test } from "vitest";
import { decodeXpressPlain, encodeXpressPlain } from "./index.ts";
import { expectDamageIsTold } from "./testing/functions.ts";
import { damage, sampleData } from "./testing/samples.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz";
const ALPHABET_DATA = fromHex("3f0000006162636465666768696a6b6c6d6e6f707172737475767778797a");
const REPEATED_DATA = fromHex("ffffff1f61626317000fff2601");

function decode(data: Uint8Array, most: number): string {
  const output = new Uint8Array(most);
  return Buffer.from(output.subarray(0, decodeXpressPlain(data, output))).toString("latin1");
}

/** What an engine makes of the data: bytes, or the code of its error. */
function outcome(data: Uint8Array, engine: "wasm" | "javascript"): string {
  const output = new Uint8Array(5000);
  try {
    return Buffer.from(output.subarray(0, decodeXpressPlain(data, output, engine))).toString("hex");
  } catch (error) {
    return String((error as { code?: string; found?: string }).found);
  }
}

test("the examples of [MS-XCA] 3.1", () => {
  expect(decode(ALPHABET_DATA, 26)).toBe(ALPHABET);
  expect(decode(ALPHABET_DATA, 100)).toBe(ALPHABET);
  expect(decode(REPEATED_DATA, 300)).toBe("abc".repeat(100));
  expect(decode(REPEATED_DATA, 1000)).toBe("abc".repeat(100));
});

test("two lengths share a byte, and the longest take two or four bytes", () => {
  // a; then matches of 3 + 7 + 2, 3 + 7 + 9, 65535 + 3 and 70000 + 3 bytes at distance 1
  const flags = fromHex("00000078");
  const [a, match] = [fromHex("61"), fromHex("0700")];
  const data = Buffer.concat([
    flags,
    a,
    match,
    fromHex("92"),
    match,
    match,
    fromHex("ffffffff"),
    match,
    fromHex("ff0000"),
    fromHex("70110100"),
  ]);
  const text = decode(data, 200_000);
  expect(text.length).toBe(1 + 12 + 19 + 65_538 + 70_003);
  expect(/^a+$/.test(text)).toBe(true);
});

test("nothing makes nothing", () => {
  expect(decodeXpressPlain(new Uint8Array(0), new Uint8Array(10))).toBe(0);
  expect(decodeXpressPlain(ALPHABET_DATA, new Uint8Array(0))).toBe(0);
});

test("what cannot be is told", () => {
  expect(() => decode(fromHex("ffffffff0000"), 100)).toThrow(/damaged/);
  expect(() => decode(REPEATED_DATA, 299)).toThrow(/damaged/);
  expect(() => decode(fromHex("0000"), 299)).toThrow(/damaged/);
});

test("both engines make the same of damaged data", () => {
  const next = random(7);
  const outcomes = new Set<string>();
  for (let i = 0; i < 3000; i++) {
    const data = damage(i % 2 ? ALPHABET_DATA : REPEATED_DATA, next);
    const made = outcome(data, "wasm");
    expect(outcome(data, "javascript")).toBe(made);
    outcomes.add(made);
  }
  expect(outcomes.size).toBeGreaterThan(500);
});

test("what is encoded decodes to the same", () => {
  const long = new Uint8Array(200_000);
  const samples = [long, long.fill(1, 70_100), ...Array.from({ length: 60 }, (_, i) => sampleData(i, i * i * 37))];
  for (const data of samples) {
    const output = new Uint8Array(data.length + 4096 + data.length / 8);
    const size = encodeXpressPlain(data, output);
    const decoded = new Uint8Array(data.length);
    expect(decodeXpressPlain(output.subarray(0, size), decoded)).toBe(data.length);
    expect(Buffer.compare(decoded, data)).toBe(0);
  }
  const text = new TextEncoder().encode("plain text is made smaller, and plain text again. ".repeat(50));
  expect(encodeXpressPlain(text, new Uint8Array(text.length))).toBeLessThan(100);
  expect(encodeXpressPlain(noise(1000), new Uint8Array(1000))).toBe(0);
});

test("damaged data ends in an error or in something", () => {
  expectDamageIsTold([ALPHABET_DATA, REPEATED_DATA], (data) => decodeXpressPlain(data, new Uint8Array(5000)));
});
