import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CompressionLevel, createEncoder } from "@adk/compression";
import { temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { minimalWim } from "./support/minimal-wim.ts";
import { describeWithPeer } from "./support/peers.ts";
import { sampleFiles } from "./support/sample-files.ts";

const LEVELS: CompressionLevel[] = ["fast", "default", "max"];
const CHUNK_SIZES = {
  xpress: [4096, 8192, 16384, 32768, 65536],
  lzx: [32768, 65536, 131072, 262144, 524288, 1048576, 2097152],
};
const FORMATS = ["xpress", "lzx"] as const;

/** Each chunk size at the default level, each level at one of them. */
const cases = FORMATS.flatMap((format) => [
  ...CHUNK_SIZES[format].map((chunkSize) => ({ format, chunkSize, level: "default" as CompressionLevel })),
  ...LEVELS.filter((level) => level !== "default").map((level) => ({ format, chunkSize: 32768, level })),
]);

async function writeSample(format: "xpress" | "lzx", chunkSize: number, level: CompressionLevel): Promise<string> {
  const path = join(temporaryDirectory(), "sample.wim");
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
