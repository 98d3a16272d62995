import { random } from "@adk/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CompressionLevel, createDecoder, createEncoder } from "./index.ts";
import { INPUTS } from "./testing/inputs.ts";
import { sampleData } from "./testing/samples.ts";

const LEVELS: CompressionLevel[] = ["fast", "default", "max"];
const CHUNK = 2 ** 20;

/** An encoder that checks its own work. @returns bytes that it wrote, 0 if the input is to be stored */
function checkedEncoder(level: CompressionLevel, chunkSize = CHUNK): (data: Uint8Array) => number {
  const encoder = createEncoder("lzms", chunkSize, { level });
  const decoder = createDecoder("lzms", chunkSize);
  const output = new Uint8Array(chunkSize);
  return (data) => {
    const size = encoder.encode(data, output);
    if (size === 0) return 0;
    expect(size % 2).toBe(0);
    expect(size).toBeLessThan(data.length);
    const decoded = decoder.decodeView(output.subarray(0, size), data.length);
    if (Buffer.compare(decoded, data) !== 0) expect.fail(`${data.length} bytes decode to something else`);
    return size;
  };
}

/** Samples of two channels, 16 bits each, that rise and fall by steps that change slowly. */
function sound(size: number): Uint8Array {
  const next = random(11);
  const samples = new Int16Array(size >> 1);
  let [left, right, step] = [0, 1000, 40];
  for (let i = 0; i + 1 < samples.length; i += 2) {
    if (next() % 40 === 0) step = (next() % 400) - 200;
    samples[i] = left += step;
    samples[i + 1] = right -= step;
  }
  return new Uint8Array(samples.buffer);
}

/** Addresses of records of one size, and a flag each. */
function table(size: number): Uint8Array {
  const words = new Uint32Array(size >> 2);
  const next = random(12);
  let address = 0x140_001_000;
  for (let i = 0; i + 1 < words.length; i += 2) {
    address += next() % 30 === 0 ? 16 * (next() % 64) : 48;
    words[i] = address;
    words[i + 1] = 3;
  }
  return new Uint8Array(words.buffer);
}

describe.each(LEVELS)("level %s", (level) => {
  test("every small size of every input", () => {
    const encode = checkedEncoder(level);
    let encoded = 0;
    for (const make of Object.values(INPUTS)) {
      for (let size = 0; size <= 200; size++) if (encode(make(size)) > 0) encoded++;
    }
    expect(encoded).toBeGreaterThan(1000);
    for (let size = 0; size < 4; size++) expect(encode(new Uint8Array(size))).toBe(0);
    expect(encode(new Uint8Array(20))).toBeGreaterThan(0);
  });

  test("data of all kinds in a row", () => {
    const encode = checkedEncoder(level);
    fc.assert(
      fc.property(fc.nat(60_000), fc.nat(), (size, seed) => {
        encode(sampleData(seed, size));
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  test("delta matches find what rises by steps", () => {
    const encode = checkedEncoder(level);
    expect(encode(sound(200_000))).toBeLessThan(35_000);
    expect(encode(table(200_000))).toBeLessThan(16_000);
    const lzx = createEncoder("lzx", 262_144, { level: "max" });
    expect(lzx.encode(table(200_000), new Uint8Array(262_144))).toBeGreaterThan(25_000);
  });

  test("repetitions are found across a large chunk", () => {
    const encode = checkedEncoder(level, 2 ** 23);
    const noise = INPUTS.random?.(1_000_000) as Uint8Array;
    const data = new Uint8Array(7_000_000);
    data.set(noise);
    data.set(INPUTS.text?.(2_000_000) as Uint8Array, 2_000_000);
    data.set(noise.subarray(1000), 6_000_000);
    const text = encode(data.slice(2_000_000, 4_000_000));
    expect(encode(data)).toBeLessThan(1_000_000 + text + 20_000);
    expect(encode(new Uint8Array(2 ** 23))).toBeLessThan(100);
  });
});
