import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CompressionLevel, createEncoder } from "@adk/compression";
import { describe, expect, test } from "vitest";
import { minimalWim } from "./support/minimal-wim.ts";
import { describeWithPeer } from "./support/peers.ts";
import { temporaryDirectory } from "./support/temporary.ts";

const LEVELS: CompressionLevel[] = ["fast", "default", "max"];
const CHUNK_SIZES = {
  xpress: [4096, 8192, 16384, 32768, 65536],
  lzx: [32768, 65536, 131072, 262144, 524288, 1048576, 2097152],
};
const FORMATS = ["xpress", "lzx"] as const;

/** Code, text and what the codecs treat in ways of their own. */
async function sampleFiles(): Promise<Map<string, Uint8Array>> {
  const program = await open(process.execPath);
  const code = new Uint8Array(1_500_000);
  await program.read(code, 0, code.length, 30_000_000);
  await program.close();
  const text = readFileSync(join(import.meta.dirname, "../package-lock.json"));
  const random = createHash("shake256", { outputLength: 200_000 }).update("seed").digest();
  const mixed = new Uint8Array(2_300_000);
  mixed.set(text.subarray(0, 70_001));
  mixed.set(random, 70_001);
  for (let i = 400_000; i < 500_000; i += 5) mixed.set([0xe8, i & 255, (i >> 8) & 255, i & 16 ? 255 : 0, 0], i);
  mixed.set(code.subarray(0, 800_000), 1_400_000);
  const calls = new Uint8Array(32_768).fill(0xe8);
  return new Map<string, Uint8Array>(
    Object.entries({
      "calls.bin": calls,
      "code.bin": code,
      "mixed.bin": mixed,
      "one-byte.bin": new Uint8Array([7]),
      "random.bin": random,
      "short.txt": text.subarray(0, 300),
      "text.txt": text.subarray(0, 400_000),
      "zeros.bin": new Uint8Array(2_100_000),
    }),
  );
}

/** Each chunk size at the default level, each level at one of them. */
const cases = FORMATS.flatMap((format) => [
  ...CHUNK_SIZES[format].map((chunkSize) => ({ format, chunkSize, level: "default" as CompressionLevel })),
  ...LEVELS.filter((level) => level !== "default").map((level) => ({ format, chunkSize: 32768, level })),
]);

async function writeSample(format: "xpress" | "lzx", chunkSize: number, level: CompressionLevel): Promise<string> {
  const path = join(await temporaryDirectory(), "sample.wim");
  const encoder = createEncoder(format, chunkSize, { level });
  const encode = (input: Uint8Array, output: Uint8Array) => encoder.encode(input, output);
  await writeFile(path, minimalWim({ format, chunkSize, files: await sampleFiles(), encode }));
  return path;
}

describe("chunks that the encoders write", () => {
  describeWithPeer(["wimlib-imagex"], (wimlib) => {
    test.each(cases)("are decoded by wimlib: $format $chunkSize $level", async ({ format, chunkSize, level }) => {
      const path = await writeSample(format, chunkSize, level);
      await wimlib.run(["verify", path]);
      const { text } = await wimlib.run(["dir", path, "1"]);
      expect(text.split("\n")).toContain("/mixed.bin");
    });
  });

  describeWithPeer(["7zz"], (sevenZip) => {
    test.each(cases)("are decoded by 7-Zip: $format $chunkSize $level", async ({ format, chunkSize, level }) => {
      const { text } = await sevenZip.run(["t", await writeSample(format, chunkSize, level)]);
      expect(text).toContain("Everything is Ok");
      expect(text).toMatch(/Files: 8\n/);
    });
  });
});
