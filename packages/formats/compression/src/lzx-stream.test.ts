import { AdkError, fromHex, toHex } from "@adk/core";
import { random } from "@adk/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLzxStreamDecoder, type EngineName, LZX_FRAME } from "./index.ts";
import { encodeLzxStreamSample, type LzxStreamSampleOptions } from "./lzx-stream-sample.ts";
import { expectDamageIsTold } from "./testing/functions.ts";
import { sampleData } from "./testing/samples.ts";

const ENGINES: EngineName[] = ["wasm", "javascript"];

function decode(frames: readonly Uint8Array[], size: number, windowOrder: number, engine?: EngineName): Uint8Array {
  const decoder = createLzxStreamDecoder(windowOrder, engine);
  const output = new Uint8Array(size);
  for (const [i, frame] of frames.entries()) {
    const start = i * LZX_FRAME;
    output.set(decoder.decode(frame, Math.min(LZX_FRAME, size - start)), start);
  }
  return output;
}

function expectRoundTrip(data: Uint8Array, options: LzxStreamSampleOptions, engine?: EngineName): void {
  const output = decode(encodeLzxStreamSample(data, options), data.length, options.windowOrder, engine);
  expect(Buffer.compare(output, data)).toBe(0);
}

/** Data that repeats itself from far away, with calls in it. */
function mixed(size: number): Uint8Array {
  const data = sampleData(5, size);
  for (let i = 50; i + 5 < size; i += 321)
    data.set([0xe8, i & 255, (i >> 8) & 255, i & 16 ? 255 : 0, i & 16 ? 255 : 0], i);
  data.copyWithin(size - 9000, 10, 8000);
  return data;
}

describe.each(ENGINES)("engine %s", (engine) => {
  test.each([15, 16, 19, 20, 21])("a window of 2^%i bytes is moved along", (windowOrder) => {
    expectRoundTrip(mixed(200_000), { windowOrder, blockSizes: [70_000] }, engine);
  });

  test.each([
    ["verbatim", [1]],
    ["aligned", [2]],
    ["uncompressed", [3]],
    ["all in turn", [1, 3, 2, 3, 3]],
  ])("blocks: %s", (_, kinds) => {
    for (const blockSizes of [[32768], [40_001], [99, 1, 3, 12_345], [32_767, 32_769]]) {
      expectRoundTrip(mixed(100_001), { windowOrder: 17, kinds, blockSizes }, engine);
    }
  });

  test("calls are made relative, frame by frame, in a file of the size that is told", () => {
    for (const callSize of [1, 20_000, 12_000_000, 0x7fffffff]) {
      expectRoundTrip(mixed(100_000), { windowOrder: 16, callSize, blockSizes: [50_000] }, engine);
    }
  });
});

test("a stream made by hand", () => {
  // No calls; a block of 3 uncompressed bytes: the bits 0, 011, 24 bits of size, padding; three offsets; the bytes, padded.
  const frame = fromHex(`00303000${"01000000".repeat(3)}61626300`);
  expect(toHex(createLzxStreamDecoder(15).decode(frame, 3))).toBe("616263");
});

test("the padding of an uncompressed block may come with the next frame", () => {
  const data = mixed(LZX_FRAME + 500);
  // A block up to the end of the first frame whose size is odd.
  const frames = encodeLzxStreamSample(data, {
    windowOrder: 15,
    kinds: [1, 3, 1],
    blockSizes: [1, LZX_FRAME - 1, 500],
  });
  const [first, second] = frames as [Uint8Array, Uint8Array];
  expect(Buffer.compare(decode(frames, data.length, 15), data)).toBe(0);
  const moved = [first.subarray(0, -1), Uint8Array.from([0, ...second])];
  expect(Buffer.compare(decode(moved, data.length, 15), data)).toBe(0);
});

test("any data, any blocks", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 70_000 }),
      fc.integer({ min: 15, max: 21 }),
      fc.array(fc.integer({ min: 400, max: 40_000 }), { minLength: 1, maxLength: 5 }),
      fc.array(fc.constantFrom(1, 2, 3), { minLength: 1, maxLength: 4 }),
      fc.constantFrom(0, 30_000),
      (size, windowOrder, blockSizes, kinds, callSize) => {
        expectRoundTrip(sampleData(size, size), { windowOrder, blockSizes, kinds, callSize });
      },
    ),
    { numRuns: 30 },
  );
});

test("both engines make the same of damaged streams", () => {
  const data = mixed(40_000);
  const next = random(3);
  for (const kinds of [[1], [2], [1, 3]]) {
    const frames = encodeLzxStreamSample(data, { windowOrder: 15, kinds, blockSizes: [5000] });
    for (let i = 0; i < 40; i++) {
      const damaged = frames.map((frame) => frame.slice());
      const frame = damaged[next() % 2] as Uint8Array;
      frame[next() % Math.min(900, frame.length)] = next();
      const [wasm, javascript] = ENGINES.map((engine) => attempt(() => decode(damaged, data.length, 15, engine)));
      expect(wasm).toBe(javascript);
    }
  }
});

function attempt(action: () => Uint8Array): string {
  try {
    return toHex(action());
  } catch (error) {
    if (!(error instanceof AdkError)) throw error;
    return `${error.code} ${error.found}`;
  }
}

test("every truncation is an error", () => {
  const data = sampleData(7, 300);
  for (const kinds of [[1], [2], [3]]) {
    const [frame] = encodeLzxStreamSample(data, { windowOrder: 15, kinds }) as [Uint8Array];
    for (let length = 0; length < frame.length - 2; length++) {
      expect(attempt(() => decode([frame.subarray(0, length)], data.length, 15))).toMatch(/^COMPRESSION_BAD_DATA/);
    }
  }
});

test("what no stream can have is refused", () => {
  for (const order of [14, 22, 15.5, Number.NaN]) {
    expect(() => createLzxStreamDecoder(order)).toThrow(expect.objectContaining({ code: "WINDOW_UNSUPPORTED" }));
  }
  const tooLong = expect.objectContaining({ code: "CHUNK_TOO_LARGE" });
  expect(() => createLzxStreamDecoder(15).decode(new Uint8Array(4), 32_769)).toThrow(tooLong);
  expect(() => createLzxStreamDecoder(15).decode(new Uint8Array(70_000), 5)).toThrow(tooLong);
  expect(() => createLzxStreamDecoder(15).decode(new Uint8Array(4), Number.NaN)).toThrow(tooLong);
});

test("damage is told", { timeout: 0 }, () => {
  const samples = [[1], [2], [1, 3, 2]].map(
    (kinds) =>
      encodeLzxStreamSample(sampleData(1, 9000), { windowOrder: 16, kinds, blockSizes: [4000] })[0] as Uint8Array,
  );
  expectDamageIsTold(samples, (frame) => createLzxStreamDecoder(16).decode(frame.subarray(0, 60_000), 9000));
});
