import { createCipheriv } from "node:crypto";
import { cp, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createDecoder, type EngineName } from "@adk/compression";
import { temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer } from "./support/peers.ts";
import { type Resource, readResources, sha1 } from "./support/wim-chunks.ts";

const ENGINES: EngineName[] = ["wasm", "javascript"];

/** Decodes every chunk and compares every blob with its hash; says how much it saw. */
function decodeAll(resources: readonly Resource[], engine: EngineName): { blobs: number; compressedChunks: number } {
  let blobs = 0;
  let compressedChunks = 0;
  for (const { format, chunkSize, chunks, blobs: content } of resources) {
    const decoder = createDecoder(format, chunkSize, { engine });
    const parts = chunks.map(({ compressed, size, raw }) => {
      if (raw) return compressed;
      compressedChunks++;
      const output = new Uint8Array(size);
      decoder.decode(compressed, output);
      return output;
    });
    const bytes = Buffer.concat(parts);
    for (const blob of content) {
      expect(sha1(bytes.subarray(blob.offset, blob.offset + blob.size))).toBe(blob.sha1);
      blobs++;
    }
  }
  return { blobs, compressedChunks };
}

describeWithData("imaging", (directory) => {
  // blobs that are stored compressed, and chunks of them
  test.each([
    ["peer_xpress4k.wim", 53, 977],
    ["peer_xpress64k.wim", 53, 102],
    ["peer_lzx_integrity.wim", 54, 159],
    ["peer_lzx128k.wim", 54, 78],
    ["peer_lzms_nonsolid.wim", 56, 80],
    ["peer_solid_lzms.esd", 56, 2],
    ["pebakery_LZX.wim", 1, 1],
    ["pebakery_BootLZX.wim", 1, 1],
    ["pebakery_LZMS.wim", 7, 1],
    ["pebakery_MultiImage.wim", 3, 3],
    ["pebakery_Split.swm", 1, 1],
    ["longpaths.wim", 1, 1],
    ["cyclic.wim", 1, 1],
    ["dotdot.wim", 1, 1],
  ])("%s: every blob has its hash", (name, blobs, compressedChunks) => {
    const resources = readResources(join(directory, name));
    for (const engine of ENGINES) expect(decodeAll(resources, engine)).toEqual({ blobs, compressedChunks });
  });
});

describeWithPeer(["wimlib-imagex"], (wimlib) => {
  let tree: Promise<string> | undefined;

  /** A directory with some of what is installed here, and what compresses badly, very well, and in turns. */
  async function makeTree(): Promise<string> {
    const directory = join(temporaryDirectory(), "tree");
    await mkdir(directory);
    await copySome(
      ["/usr/share/perl", "/usr/lib/git-core", "/usr/share/vim", "/usr/lib/python3"],
      directory,
      12_000_000,
    );
    // A stream cipher gives the same noise each time.
    const noise = createCipheriv("aes-128-ctr", new Uint8Array(16), new Uint8Array(16)).update(
      new Uint8Array(1_000_000),
    );
    await writeFile(join(directory, "noise"), noise);
    await writeFile(join(directory, "zeros"), new Uint8Array(2_500_000));
    const turns = Uint8Array.from(noise, (byte, i) => ((i >> 13) & 3 ? byte & 0x41 : byte));
    await writeFile(join(directory, "turns"), turns);
    await writeFile(
      join(directory, "counts"),
      Uint32Array.from({ length: 100_000 }, (_, i) => i * 24),
    );
    return directory;
  }

  async function copySome(from: string[], to: string, mostBytes: number): Promise<void> {
    let bytes = 0;
    for (const root of from) {
      const names = await readdir(root, { recursive: true }).catch(() => []);
      for (const name of names.sort()) {
        const path = join(root, name);
        const info = await stat(path).catch(() => undefined);
        if (!info?.isFile() || info.size > mostBytes / 4) continue;
        await cp(path, join(to, `${bytes}`));
        bytes += info.size;
        if (bytes > mostBytes) return;
      }
    }
  }

  describe("what it captures", { timeout: 300_000 }, () => {
    test.each([
      ["XPRESS, 4 KiB", "--compress=XPRESS:80 --chunk-size=4K"],
      ["XPRESS, 64 KiB", "--compress=XPRESS --chunk-size=64K"],
      ["LZX, fast", "--compress=LZX:20"],
      ["LZX, 64 KiB", "--compress=LZX:60 --chunk-size=64K"],
      ["LZX, 256 KiB", "--compress=LZX --chunk-size=256K"],
      ["LZX, 512 KiB", "--compress=LZX:20 --chunk-size=512K"],
      ["LZX, 1 MiB", "--compress=LZX --chunk-size=1M"],
      ["LZX, 2 MiB", "--compress=LZX --chunk-size=2M"],
      ["LZMS, 32 KiB", "--compress=LZMS --chunk-size=32K"],
      ["LZMS, 1 MiB", "--compress=LZMS:20 --chunk-size=1M"],
      ["LZMS, solid", "--compress=XPRESS --solid --solid-chunk-size=4M"],
      ["LZX, solid", "--compress=LZX --solid --solid-compress=LZX --solid-chunk-size=2M"],
      ["XPRESS, solid", "--compress=XPRESS --solid --solid-compress=XPRESS --solid-chunk-size=64K"],
    ])("%s", async (_, options) => {
      tree ??= makeTree();
      const path = join(temporaryDirectory(), "image.wim");
      await wimlib.run(["capture", await tree, path, "image", "--no-acls", ...options.split(" ")]);
      const resources = readResources(path);
      const { blobs, compressedChunks } = decodeAll(resources, "wasm");
      expect(blobs).toBeGreaterThan(50);
      expect(compressedChunks).toBeGreaterThan(1);
      expect(decodeAll(resources.slice(-20), "javascript").blobs).toBeGreaterThan(0);
    });
  });
});
