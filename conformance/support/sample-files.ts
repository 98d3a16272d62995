import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";

/** Code, text and what the codecs treat in ways of their own. */
export async function sampleFiles(): Promise<Map<string, Uint8Array>> {
  const program = await open(process.execPath);
  const code = new Uint8Array(1_500_000);
  await program.read(code, 0, code.length, 30_000_000);
  await program.close();
  const text = readFileSync(new URL("../../package-lock.json", import.meta.url));
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
