import { AdkError, fromHex, toHex } from "@adk/core";
import { random } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { type CompressionFormat, createDecoder, type Decoder, type EngineName } from "./index.ts";
import { INPUTS } from "./testing/inputs.ts";
import { compressSample, damage, sampleData } from "./testing/samples.ts";

const FORMATS: CompressionFormat[] = ["xpress", "lzx", "lzms"];
const ENGINES: EngineName[] = ["wasm", "javascript"];

/** What the decoder makes of it, or the code of its error. */
function attempt(decoder: Decoder, input: Uint8Array, size: number): string {
  try {
    return Buffer.from(decoder.decodeView(input, size)).toString("latin1");
  } catch (error) {
    if (!(error instanceof AdkError)) throw error;
    return `${error.code}: ${error.found}`;
  }
}

/** A table of codeword lengths with these symbols, and the words and bytes after it. */
function xpressChunk(lengths: Record<number, number>, data: string): Uint8Array {
  const chunk = new Uint8Array(256 + data.length / 2);
  for (const [symbol, length] of Object.entries(lengths)) {
    const at = Number(symbol) >> 1;
    chunk[at] = (chunk[at] as number) | (length << (Number(symbol) & 1 ? 4 : 0));
  }
  chunk.set(fromHex(data), 256);
  return chunk;
}

describe.each(ENGINES)("engine %s", (engine) => {
  // The examples of [MS-XCA] 3.2.
  test("xpress: literals", () => {
    const alphabet = "abcdefghijklmnopqrstuvwxyz";
    const lengths = Object.fromEntries([...alphabet].map((letter) => [letter.charCodeAt(0), letter < "w" ? 5 : 4]));
    const chunk = xpressChunk({ ...lengths, 256: 4 }, "d8523ed794115be9195ff9d67cdf8d0400000000");
    const output = new Uint8Array(26);
    createDecoder("xpress", 65536, { engine }).decode(chunk, output);
    expect(new TextDecoder().decode(output)).toBe(alphabet);
  });

  test("xpress: a match that overlaps itself, with a length of 16 bits", () => {
    const chunk = xpressChunk({ 97: 3, 98: 3, 99: 2, 256: 2, 287: 2 }, "a8dc0000ff2601");
    const output = new Uint8Array(300);
    createDecoder("xpress", 65536, { engine }).decode(chunk, output);
    expect(new TextDecoder().decode(output)).toBe("abc".repeat(100));
  });

  test("lzx: uncompressed blocks, and calls in them made relative", () => {
    // The bits 011 for the type, 0 and 16 bits for the size, 12 bits up to the next word; then the three last offsets.
    const header = `006000c0${"01000000".repeat(3)}`;
    const chunk = fromHex(`${header}909090e80a00000090909090${header}000102030405060708090a0b`);
    const output = new Uint8Array(24);
    createDecoder("lzx", 32768, { engine }).decode(chunk, output);
    expect(toHex(output)).toBe("909090e80700000090909090000102030405060708090a0b");
  });

  test.each(FORMATS)("%s: chunks of all kinds and sizes", (format) => {
    for (const [size, maxChunkSize] of [
      [2000, 2000],
      [5001, 32768],
      [40_000, 65_536],
    ] as const) {
      const decoder = createDecoder(format, maxChunkSize, { engine });
      const data = sampleData(size, size);
      const chunk = compressSample(format, data, maxChunkSize);
      const output = new Uint8Array(size);
      decoder.decode(chunk, output);
      expect(Buffer.compare(output, data)).toBe(0);
      expect(Buffer.compare(decoder.decodeView(chunk, size), data)).toBe(0);
    }
  });

  test.each(FORMATS)("%s: chunks side by side, one of them stored as it is", (format) => {
    const decoder = createDecoder(format, 32_768, { engine });
    const [first, second, third] = [sampleData(1, 32_768), sampleData(2, 32_768), sampleData(3, 9000)] as const;
    const size = 2 * 32_768 + 9000;
    decoder.reserve(size);
    decoder.decodeAt(0, compressSample(format, first, 32_768), 32_768);
    decoder.decodeAt(32_768, second, 32_768);
    decoder.decodeAt(65_536, compressSample(format, third, 32_768), 9000);
    expect(Buffer.compare(decoder.view(size), Buffer.concat([first, second, third]))).toBe(0);
    expect(() => decoder.decodeAt(65_537, third, 9000)).toThrow(AdkError);
  });

  test.each(FORMATS)("%s: the memory grows to the chunks that come", (format) => {
    const decoder = createDecoder(format, 65_536, { engine });
    for (const size of [3000, 65_536, 3000]) {
      const data = sampleData(size, size);
      expect(Buffer.compare(decoder.decodeView(compressSample(format, data, 65_536), size), data)).toBe(0);
    }
  });

  test.each(FORMATS)("%s: every truncation is an error", (format) => {
    const data = sampleData(7, 3000);
    const chunk = compressSample(format, data, 32_768);
    const decoder = createDecoder(format, 32_768, { engine });
    for (let length = 0; length < chunk.length; length++) {
      const result = attempt(decoder, chunk.subarray(0, length), data.length);
      // The end of an XPRESS stream holds nothing that is needed: the end-of-data symbol and a word that is read ahead.
      if (format === "xpress" && result === Buffer.from(data).toString("latin1")) {
        expect(length).toBeGreaterThan(chunk.length - 8);
      } else expect(result).toMatch(/^COMPRESSION_BAD_DATA: /);
    }
  });

  test.each(FORMATS)("%s: anything as input, nothing as output", (format) => {
    const decoder = createDecoder(format, 32_768, { engine });
    for (const byte of [0, 0x11, 0x88, 0xff]) {
      for (const length of [0, 1, 2, 3, 4, 5, 255, 256, 257, 1000]) {
        const input = new Uint8Array(length).fill(byte);
        expect(decoder.decodeView(input, 0)).toHaveLength(0);
        for (const size of [1, 2, 17, 18, 32_767, 32_768]) {
          const result = attempt(decoder, input, size);
          if (!result.startsWith("COMPRESSION_BAD_DATA: ")) expect(result).toHaveLength(size);
        }
      }
    }
  });

  test("a failed chunk leaves the output as it was, and the decoder usable", () => {
    const data = sampleData(3, 3000);
    const chunk = compressSample("lzx", data, 32_768);
    const decoder = createDecoder("lzx", 32_768, { engine });
    const output = new Uint8Array(3000).fill(7);
    expect(() => decoder.decode(chunk.subarray(0, chunk.length / 2), output)).toThrow(AdkError);
    expect(output.every((byte) => byte === 7)).toBe(true);
    decoder.decode(chunk, output);
    expect(Buffer.compare(output, data)).toBe(0);
  });
});

test.each(FORMATS)("%s: sizes beyond the format or the chunk size are refused", (format) => {
  for (const size of [0, -1, 1.5, Number.NaN, 2 ** 40]) {
    expect(() => createDecoder(format, size)).toThrow(expect.objectContaining({ code: "CHUNK_SIZE_UNSUPPORTED" }));
  }
  const decoder = createDecoder(format, 4096);
  const tooLarge = expect.objectContaining({ code: "CHUNK_TOO_LARGE" });
  expect(() => decoder.decode(new Uint8Array(300), new Uint8Array(4097))).toThrow(tooLarge);
  expect(() => decoder.decodeView(new Uint8Array(300), Number.NaN)).toThrow(tooLarge);
  expect(() => decoder.decode(new Uint8Array(100_000), new Uint8Array(4096))).toThrow(tooLarge);
});

test.each(FORMATS)("%s: both engines agree on every sort of input, damaged or not", (format) => {
  const [wasm, javascript] = ENGINES.map((engine) => createDecoder(format, 32_768, { engine })) as [Decoder, Decoder];
  const next = random(11);
  for (const [name, make] of Object.entries(INPUTS)) {
    if (name === "random" || name === "a match from the last byte to the first") continue;
    const data = make(6000);
    const chunk = compressSample(format, data, 32_768);
    expect(attempt(wasm, chunk, data.length)).toBe(Buffer.from(data).toString("latin1"));
    for (let i = 0; i < 50; i++) {
      const damaged = damage(chunk, next);
      expect(attempt(javascript, damaged, data.length)).toBe(attempt(wasm, damaged, data.length));
    }
  }
});
