import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CompressionLevel, createEncoder } from "@adk/compression";
import { temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { minimalWim } from "./support/minimal-wim.ts";
import { describeWithPeer } from "./support/peers.ts";
import { sampleFiles } from "./support/sample-files.ts";

interface Case {
  readonly solid: boolean;
  readonly chunkSize: number;
  readonly level: CompressionLevel;
}

const cases: Case[] = [
  { solid: false, chunkSize: 32_768, level: "default" },
  { solid: false, chunkSize: 131_072, level: "fast" },
  { solid: false, chunkSize: 131_072, level: "default" },
  { solid: false, chunkSize: 131_072, level: "max" },
  { solid: true, chunkSize: 1_048_576, level: "default" },
  { solid: true, chunkSize: 67_108_864, level: "fast" },
  { solid: true, chunkSize: 67_108_864, level: "default" },
];

/** Small chunks: their two streams end in many ways, which peers look at. */
async function shortFiles(): Promise<Map<string, Uint8Array>> {
  const text = (await sampleFiles()).get("text.txt") as Uint8Array;
  return new Map(
    Array.from({ length: 400 }, (_, i) => [
      `text-${String(i).padStart(3, "0")}.txt`,
      text.slice(i * 200, i * 200 + 800 + i * 7),
    ]),
  );
}

async function writeShortFiles(): Promise<string> {
  const path = join(temporaryDirectory(), "short.wim");
  const encoder = createEncoder("lzms", 32_768);
  let encoded = 0;
  const encode = (input: Uint8Array, output: Uint8Array) => {
    const size = encoder.encode(input, output);
    if (size > 0) encoded++;
    return size;
  };
  await writeFile(path, minimalWim({ format: "lzms", chunkSize: 32_768, files: await shortFiles(), encode }));
  expect(encoded).toBeGreaterThan(300);
  return path;
}

async function writeSample({ solid, chunkSize, level }: Case): Promise<string> {
  const path = join(temporaryDirectory(), "sample.esd");
  const encoder = createEncoder("lzms", chunkSize, { level });
  const encode = (input: Uint8Array, output: Uint8Array) => encoder.encode(input, output);
  await writeFile(path, minimalWim({ format: "lzms", solid, chunkSize, files: await sampleFiles(), encode }));
  return path;
}

describe("LZMS chunks that the encoder writes", () => {
  describeWithPeer(["wimlib-imagex"], (wimlib) => {
    test.each(cases)("are decoded by wimlib: solid $solid $chunkSize $level", async (sample) => {
      const path = await writeSample(sample);
      await wimlib.run(["verify", path]);
      const { text } = await wimlib.run(["dir", path, "1"]);
      expect(text.split("\n")).toContain("/mixed.bin");
    });

    test("however they end, wimlib decodes them", async () => {
      await wimlib.run(["verify", await writeShortFiles()]);
    });
  });

  describeWithPeer(["7zz"], (sevenZip) => {
    test.each(cases)("are decoded by 7-Zip: solid $solid $chunkSize $level", async (sample) => {
      const { text } = await sevenZip.run(["t", await writeSample(sample)]);
      expect(text).toContain("Everything is Ok");
      expect(text).toMatch(/Files: 8\n/);
    });

    test("however they end, 7-Zip decodes them", async () => {
      const { text } = await sevenZip.run(["t", await writeShortFiles()]);
      expect(text).toMatch(/Files: 400\n/);
    });
  });
});
