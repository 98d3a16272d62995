import { MemoryAccess } from "@adk/core";
import { checkFat, openFat, openFatVolume } from "@adk/disk";
import { expect, test } from "vitest";
import { efiBootImage } from "./efi-boot-image.ts";
import { efiProgram } from "./testing/windows.ts";

const TIME = 133_500_000_000_000_000n;

async function loadersIn(image: Uint8Array): Promise<string[]> {
  const volume = openFatVolume(await openFat(new MemoryAccess(image)));
  const directory = await volume.lookup("/EFI/BOOT");
  return directory ? (await volume.list(directory)).map(({ path }) => path).sort() : [];
}

test("the image has each program under the name that its firmware looks for", async () => {
  const machines = [0x8664, 0x14c, 0xaa64, 0x1c4];
  const programs = machines.map((machine) => ({ name: `${machine}`, bytes: efiProgram(machine) }));
  const image = await efiBootImage(programs, TIME);
  expect(await loadersIn(image)).toEqual([
    "/EFI/BOOT/BOOTAA64.EFI",
    "/EFI/BOOT/BOOTARM.EFI",
    "/EFI/BOOT/BOOTIA32.EFI",
    "/EFI/BOOT/BOOTX64.EFI",
  ]);
  const fat = await openFat(new MemoryAccess(image));
  await checkFat(fat);
  expect(fat).toMatchObject({ label: "EFI", boot: { kind: 12 } });
  expect(fat.findings.list).toEqual([]);
  expect(image.length).toBe(1 << 20);
  expect(await efiBootImage(programs, TIME)).toEqual(image);
});

test("it is as large as it must be, and then FAT16", async () => {
  const bytes = new Uint8Array(9 << 20);
  bytes.set(efiProgram());
  const image = await efiBootImage([{ name: "large", bytes }], TIME);
  expect(image.length).toBe(10 << 20);
  expect((await openFat(new MemoryAccess(image))).boot.kind).toBe(16);
});

test("what no firmware starts is refused", async () => {
  const program = efiProgram();
  program[0x58 + 68] = 3;
  const refused = (bytes: Uint8Array) => efiBootImage([{ name: "x.exe", bytes }], TIME);
  await expect(refused(program)).rejects.toMatchObject({ code: "ISO_NOT_EFI_PROGRAM", file: "x.exe" });
  await expect(refused(efiProgram(0x1234))).rejects.toMatchObject({ code: "ISO_NOT_EFI_PROGRAM" });
  await expect(refused(program.subarray(0, 70))).rejects.toMatchObject({ kind: "input" });
  const twice = [efiProgram(), efiProgram()].map((bytes) => ({ name: "same", bytes }));
  await expect(efiBootImage(twice, TIME)).rejects.toMatchObject({ code: "ISO_SAME_MACHINE" });
});
