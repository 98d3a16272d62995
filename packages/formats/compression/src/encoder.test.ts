import { AdkError } from "@adk/core";
import { describe, expect, test } from "vitest";
import { createDecoder } from "./decoder.ts";
import { type CompressionLevel, createEncoder, type EncoderFormat, type EncoderOptions } from "./encoder.ts";
import { INPUTS } from "./testing/inputs.ts";
import { sampleData } from "./testing/samples.ts";

const LEVELS: CompressionLevel[] = ["fast", "default", "max"];
const CHUNK_SIZES: Record<EncoderFormat, number[]> = {
  xpress: [4096, 8192, 16384, 32768, 65536],
  lzx: [32768, 65536, 131072, 262144, 524288, 1048576, 2097152],
  lzms: [32768, 131072, 1048576],
};
const MOST: Record<EncoderFormat, number> = { xpress: 2 ** 16, lzx: 2 ** 21, lzms: 2 ** 26 };
const FORMATS: EncoderFormat[] = ["xpress", "lzx", "lzms"];

function encodeWith(format: EncoderFormat, chunkSize: number, options: EncoderOptions) {
  const encoder = createEncoder(format, chunkSize, options);
  const output = new Uint8Array(chunkSize);
  return (input: Uint8Array) => output.slice(0, encoder.encode(input, output));
}

function input(name: string, size: number): Uint8Array {
  const make = INPUTS[name];
  if (!make) throw new Error(`no input ${name}`);
  return make(size);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

for (const format of FORMATS) {
  describe(format, () => {
    test.each(LEVELS)("level %s: what is encoded decodes to the input, for every chunk size", (level) => {
      for (const chunkSize of CHUNK_SIZES[format]) {
        const encode = encodeWith(format, chunkSize, { level });
        const decoder = createDecoder(format, chunkSize);
        // the largest windows differ from each other only in their offsets
        const names = chunkSize > 131072 ? ["text, then random, then zeros", "repeats"] : Object.keys(INPUTS);
        for (const name of names) {
          const data = input(name, chunkSize);
          const encoded = encode(data);
          if (encoded.length === 0) {
            expect(["random", "a match from the last byte to the first"]).toContain(name);
            continue;
          }
          const output = new Uint8Array(chunkSize);
          decoder.decode(encoded, output);
          expect(equal(output, data), `${name} in ${chunkSize}`).toBe(true);
        }
      }
    });

    test.each(LEVELS)("level %s: chunks that are shorter than the chunk size", (level) => {
      const encode = encodeWith(format, 32768, { level });
      const decoder = createDecoder(format, 32768);
      let smaller = 0;
      for (const make of Object.values(INPUTS)) {
        for (const size of [...Array(40).keys(), 63, 64, 65, 100, 300, 511, 1000, 5000, 32767]) {
          const data = make(size);
          const encoded = encode(data);
          if (encoded.length === 0) continue;
          smaller++;
          expect(encoded.length).toBeLessThan(size);
          const output = new Uint8Array(size);
          decoder.decode(encoded, output);
          expect(equal(output, data)).toBe(true);
        }
      }
      expect(smaller).toBeGreaterThan(40);
    });

    test.each(LEVELS)("level %s: data of all kinds in a row decodes to the input", (level) => {
      const encode = encodeWith(format, 65536, { level });
      const decoder = createDecoder(format, 65536);
      for (let seed = 0; seed < 60; seed++) {
        const data = sampleData(seed, 1 + ((seed * 7919) % 65536));
        const encoded = encode(data);
        if (encoded.length === 0) continue;
        const output = new Uint8Array(data.length);
        decoder.decode(encoded, output);
        expect(equal(output, data), `seed ${seed}`).toBe(true);
      }
    });

    test.each(LEVELS)("level %s: WebAssembly and JavaScript write the same bytes", (level) => {
      for (const chunkSize of [32768, 65536]) {
        const wasm = encodeWith(format, chunkSize, { level, engine: "wasm" });
        const javascript = encodeWith(format, chunkSize, { level, engine: "javascript" });
        for (const [name, make] of Object.entries(INPUTS)) {
          const data = make(20_001);
          expect(equal(javascript(data), wasm(data)), name).toBe(true);
        }
      }
    });

    test.each(LEVELS)("level %s: the result does not depend on what was encoded before", (level) => {
      const used = encodeWith(format, 65536, { level });
      for (const make of Object.values(INPUTS)) used(make(65536));
      for (const [name, make] of Object.entries(INPUTS)) {
        const data = make(50_000);
        const fresh = encodeWith(format, 65536, { level })(data);
        used(make(777));
        expect(equal(used(data), fresh), name).toBe(true);
        expect(equal(used(data), fresh), name).toBe(true);
      }
    });

    test("a higher level writes less", () => {
      const sizes = LEVELS.map((level) => {
        const encode = encodeWith(format, 32768, { level });
        return ["text", "calls", "repeats"].reduce((sum, name) => sum + encode(input(name, 32768)).length, 0);
      });
      expect(sizes[1]).toBeLessThan(sizes[0] ?? 0);
      expect(sizes[2]).toBeLessThan(sizes[1] ?? 0);
    });

    test("what would not be smaller, or does not fit, is refused", () => {
      const encoder = createEncoder(format, 32768);
      const text = input("text", 32768);
      const size = encoder.encode(text, new Uint8Array(32768));
      expect(size).toBeGreaterThan(1000);
      expect(encoder.encode(text, new Uint8Array(size))).toBe(size);
      expect(encoder.encode(text, new Uint8Array(size - 1))).toBe(0);
      expect(encoder.encode(text, new Uint8Array(0))).toBe(0);
      expect(encoder.encode(new Uint8Array(0), new Uint8Array(100))).toBe(0);
      expect(encoder.encode(input("random", 32768), new Uint8Array(40_000))).toBe(0);
    });

    test("the input is not changed", () => {
      const data = input("calls", 32768);
      createEncoder(format, 32768).encode(data, new Uint8Array(32768));
      expect(equal(data, input("calls", 32768))).toBe(true);
    });

    test("sizes that the format does not have are refused", () => {
      for (const size of [0, -1, 1.5, Number.NaN, MOST[format] + 1]) {
        expect(() => createEncoder(format, size)).toThrow(AdkError);
      }
      const encoder = createEncoder(format, 4096);
      expect(() => encoder.encode(new Uint8Array(4097), new Uint8Array(4097))).toThrow(AdkError);
    });
  });
}
