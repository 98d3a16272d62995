import { join } from "node:path";
import { AtomicFile, FileAccess, openDirectory } from "@adk/core";
import { fatDiskPieces, piecesOf, planFatDisk, writeRaw, writeVhdx } from "@adk/disk";
import { adkError, makeTree, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { inspectFile } from "./inspect-file.ts";
import { openSource } from "./open-source.ts";

const ID = "0f0e0d0c-0b0a-4908-8706-050403020100";

async function makeDisks(): Promise<{ raw: string; vhdx: string }> {
  const directory = temporaryDirectory();
  const [raw, vhdx] = [join(directory, "disk.img"), join(directory, "disk.vhdx")];
  const plan = await planFatDisk(await openDirectory(await makeTree({ "dir/file.txt": "content" })), { scheme: "gpt" });
  await using rawFile = await AtomicFile.create(raw);
  await writeRaw(rawFile, plan.size, fatDiskPieces(plan));
  await rawFile.commit();
  const access = await FileAccess.open(raw);
  await using vhdxFile = await AtomicFile.create(vhdx);
  await writeVhdx(vhdxFile, access.size, piecesOf(access), { type: "dynamic", id: ID });
  await vhdxFile.commit();
  await access.close();
  return { raw, vhdx };
}

test("a partition of a disk image is a source", async () => {
  const { raw, vhdx } = await makeDisks();
  expect(await inspectFile(raw)).toMatchObject({ format: "raw", description: "Disk image (raw, GPT, 1 partition)" });
  expect(await inspectFile(vhdx)).toMatchObject({
    format: "vhdx",
    description: "Disk image (VHDX, GPT, 1 partition)",
    facts: { scheme: "gpt", partitions: [{ number: 1, fileSystem: "fat", type: "Windows data" }] },
    findings: [],
  });
  for (const source of [raw, `${raw}:1`, `${vhdx}:1`]) {
    await using volume = await openSource(source);
    const entry = await volume.lookup("/DIR/File.txt");
    expect(Buffer.from(await volume.read(entry!)).toString()).toBe("content");
  }
  await expect(openSource(`${vhdx}:2`)).rejects.toThrow(adkError("DISK_NO_SUCH_PARTITION"));
  await expect(openSource(`${vhdx}:all`)).rejects.toThrow(adkError("DISK_NO_SUCH_PARTITION"));
});

test("what is no FAT is told of", async () => {
  const path = join(temporaryDirectory(), "ntfs.img");
  const sector = new Uint8Array(4096);
  sector.set([0xeb, 0x52, 0x90, ...new TextEncoder().encode("NTFS    "), 0, 2, 8]);
  sector.set([0x55, 0xaa], 510);
  // A disk whose only partition is that volume.
  const disk = new Uint8Array(8192);
  disk.set([0, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0], 446);
  disk.set([0x55, 0xaa], 510);
  disk.set(sector, 4096);
  await using file = await AtomicFile.create(path);
  await file.write(disk);
  await file.commit();
  expect(await inspectFile(path)).toMatchObject({ facts: { partitions: [{ fileSystem: "ntfs" }] } });
  await expect(openSource(path)).rejects.toThrow(adkError("DISK_UNSUPPORTED_FILE_SYSTEM", { kind: "unsupported" }));
});
