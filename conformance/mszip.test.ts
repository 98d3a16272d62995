import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeMsZip, encodeMsZip, MSZIP_BLOCK } from "@adk/compression";
import { ByteWriter } from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { describeWithPeer } from "./support/peers.ts";
import { sampleFiles } from "./support/sample-files.ts";

const HEADER_SIZE = 36;
const FOLDER_SIZE = 8;
const BLOCK_HEADER_SIZE = 8;
const MSZIP = 1;

/** A cabinet of one file, whose blocks have no checksums. */
function cabinet(name: string, data: Uint8Array): Uint8Array {
  const blocks: { block: Uint8Array; size: number }[] = [];
  for (let at = 0; at < data.length; at += MSZIP_BLOCK) {
    const part = data.subarray(at, at + MSZIP_BLOCK);
    blocks.push({ block: encodeMsZip(part, data.subarray(0, at)), size: part.length });
  }
  const nameBytes = new TextEncoder().encode(`${name}\0`);
  const filesOffset = HEADER_SIZE + FOLDER_SIZE;
  const dataOffset = filesOffset + 16 + nameBytes.length;
  const size = blocks.reduce((sum, { block }) => sum + BLOCK_HEADER_SIZE + block.length, dataOffset);
  const file = new ByteWriter(size);
  file.bytes(new TextEncoder().encode("MSCF")).u32(0).u32(size).u32(0).u32(filesOffset).u32(0);
  file.u8(3).u8(1).u16(1).u16(1).u16(0).u16(0).u16(0);
  file.u32(dataOffset).u16(blocks.length).u16(MSZIP);
  file.u32(data.length).u32(0).u16(0).u16(0x5021).u16(0).u16(0x20).bytes(nameBytes);
  for (const { block, size: partSize } of blocks) file.u32(0).u16(block.length).u16(partSize).bytes(block);
  return file.finish();
}

describeWithPeer(["7zz"], (sevenZip) => {
  test.each(["mixed.bin", "code.bin", "random.bin", "one-byte.bin"])("7-Zip decodes the blocks of %s", async (name) => {
    const data = (await sampleFiles()).get(name) as Uint8Array;
    const path = join(temporaryDirectory(), "sample.cab");
    await writeFile(path, cabinet(name, data));
    const { stdout } = await sevenZip.run(["x", "-so", path]);
    expect(Buffer.compare(stdout, data)).toBe(0);
  });
});

test("real-size data comes back", async () => {
  const data = (await sampleFiles()).get("mixed.bin") as Uint8Array;
  const output = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += MSZIP_BLOCK) {
    const end = Math.min(at + MSZIP_BLOCK, data.length);
    const block = encodeMsZip(data.subarray(at, end), data.subarray(0, at));
    decodeMsZip(block, output.subarray(at, end), output.subarray(0, at));
  }
  expect(Buffer.compare(output, data)).toBe(0);
});
