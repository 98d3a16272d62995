import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { makeTree } from "@adk/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { groups } from "./index.ts";

let cwd = "";
beforeEach(async () => {
  cwd = await makeTree({
    "media/boot/etfsboot.com": new Uint8Array(4096).fill(3),
    "media/sources/a.txt": "equal",
    "media/sources/b.txt": "equal",
    "media/Ein langer Name.txt": "name",
  });
});

const adk = (...argv: string[]) => runForTest(groups, argv, { cwd, env: { SOURCE_DATE_EPOCH: "1700000000" } });

async function json(...argv: string[]) {
  const { exitCode, stdout } = await adk(...argv, "--json");
  return { exitCode, ...JSON.parse(stdout) };
}

describe("adk iso", () => {
  test("a disc is made, told of, listed, verified and extracted", async () => {
    const boot = ["--boot-bios", "media/boot/etfsboot.com"];
    const made = await json("iso", "create", "media", "out.iso", "--label", "WIN", "--dedup", ...boot);
    expect(made).toMatchObject({
      exitCode: 0,
      form: "udf",
      files: 4,
      directories: 3,
      saved: { files: 2, bytes: 4101 },
    });
    expect(await json("iso", "info", "out.iso")).toMatchObject({
      label: "WIN",
      size: made.size,
      fileSystems: ["udf", "iso9660"],
      boot: [{ platform: "BIOS", sectorCount: 8, emulation: "none" }],
    });
    const { entries } = await json("iso", "ls", "out.iso");
    expect(entries.map(({ path }: { path: string }) => path)).toContain("/Ein langer Name.txt");
    expect(await json("iso", "verify", "out.iso")).toMatchObject({ exitCode: 0, ok: true });
    expect(await json("iso", "extract", "out.iso", "sources", "--to", "x")).toMatchObject({ files: 2, findings: [] });
    expect(await readFile(join(cwd, "x/sources/b.txt"), "utf8")).toBe("equal");
  });

  test("info tells of the boot images, the descriptors and the partitions", async () => {
    // A table that leads to this file at sector 0 is that of another disc.
    const table = new Uint8Array(4096).fill(9);
    const view = new DataView(table.buffer);
    table.fill(0, 8, 64);
    view.setUint32(8, 16, true);
    view.setUint32(16, 4096, true);
    await writeFile(join(cwd, "table.bin"), table);
    await writeFile(join(cwd, "floppy.img"), new Uint8Array(1_474_560).fill(1));
    const boot = ["--boot-bios", "table.bin", "--boot-uefi", "floppy.img"];
    await json("iso", "create", "media", "out.iso", "--label", "WIN", "--bridge", ...boot);
    const info = await json("iso", "info", "out.iso");
    expect(info).toMatchObject({
      rockRidge: false,
      primary: { volumeId: "WIN" },
      udf: { revision: "1.02", blockSize: 2048, partitions: ["physical"], closed: true, files: 4 },
      boot: [
        { platform: "BIOS", bytes: 4096, infoTable: "wrong" },
        { platform: "UEFI", bytes: 1_474_560 },
      ],
      findings: [],
    });
    expect((await adk("iso", "info", "out.iso")).stdout).toContain("boot information table of another disc");
  });

  test("the same tree gives the same bytes", async () => {
    for (const name of ["a.iso", "b.iso"]) await adk("iso", "create", "media", name, "--bridge", "--label", "SAME");
    expect((await readFile(join(cwd, "a.iso"))).equals(await readFile(join(cwd, "b.iso")))).toBe(true);
  });

  test("a boot image that no firmware starts is told of", async () => {
    const made = await json("iso", "create", "media", "out.iso", "--boot-uefi", "media/sources/a.txt");
    expect(made).toMatchObject({ exitCode: 0, findings: [{ code: "ISO_BOOT_IMAGE_UNKNOWN", severity: "warning" }] });
  });

  test("nothing is overwritten, and nothing written where it is only asked", async () => {
    expect(await json("iso", "create", "media", "out.iso", "--dry-run")).toMatchObject({ exitCode: 0, dryRun: true });
    await expect(readFile(join(cwd, "out.iso"))).rejects.toThrow();
    await writeFile(join(cwd, "out.iso"), "mine");
    expect((await json("iso", "create", "media", "out.iso")).error.code).toBe("ALREADY_EXISTS");
    expect(await readFile(join(cwd, "out.iso"), "utf8")).toBe("mine");
  });

  test.each([
    [["--udf", "--bridge"], "USAGE_CONTRADICTING_OPTIONS"],
    [["--iso9660", "--joliet"], "USAGE_CONTRADICTING_OPTIONS"],
    [["--boot", "cdrom=x"], "USAGE_BAD_OPTION_VALUE"],
    [["--boot", "bios=x,sectors=70000"], "USAGE_BAD_OPTION_VALUE"],
    [["--boot", "bios=x,emulation=tape"], "USAGE_BAD_OPTION_VALUE"],
    [["--hybrid"], "ISO_NO_EFI_IMAGE"],
    [["--boot-uefi", "media/sources/none.efi"], "FILE_NOT_FOUND"],
    [["--timestamp", "yesterday"], "USAGE_BAD_OPTION_VALUE"],
    [["--boot-uefi", "none.img"], "FILE_NOT_FOUND"],
  ])("%j is refused", async (options, code) => {
    expect((await json("iso", "create", "media", "out.iso", ...options)).error.code).toBe(code);
  });

  test("a disc that is damaged", async () => {
    await adk("iso", "create", "media", "out.iso");
    const bytes = await readFile(join(cwd, "out.iso"));
    await writeFile(join(cwd, "cut.iso"), bytes.subarray(0, bytes.length - 8192));
    expect(await json("iso", "verify", "cut.iso")).toMatchObject({ exitCode: 1, ok: false });
    await writeFile(join(cwd, "none.iso"), "no disc");
    expect((await json("iso", "info", "none.iso")).exitCode).toBe(3);
  });
});

describe("adk oscdimg", () => {
  test("makes a disc with OSCDIMG's words", async () => {
    const bootdata = '-bootdata:2#p0,e,b"media\\boot\\etfsboot.com"#pEF,e,bmedia\\boot\\etfsboot.com';
    const { exitCode, stdout } = await adk(
      "oscdimg",
      "-m",
      "-o",
      "-u2",
      "-udfver102",
      "-lWIN",
      bootdata,
      "media",
      "o.iso",
    );
    expect(exitCode).toBe(0);
    for (const line of [
      "Scanning source tree complete (4 files in 3 directories)",
      "Writing 4 files in 3 directories to o.iso",
      "100% complete",
      "Storage optimization saved 2 files, 4101 bytes (1% of image)",
      "Done.",
    ]) {
      expect(stdout).toContain(`${line}\n`);
    }
    expect((await json("iso", "info", "o.iso")).boot).toMatchObject([{ platform: "BIOS" }, { platform: "UEFI" }]);
  });

  test.each([
    [["-zz", "media", "o.iso"], "ERROR: This option is not known"],
    [["-u2", "none", "o.iso"], "ERROR: "],
    [["-bnone.com", "media", "o.iso"], "ERROR: "],
    [["-bmedia/boot/etfsboot.com", "media", "o.iso"], "ERROR: The image has not the size of a floppy disk"],
  ])("%j ends with 1", async (argv, text) => {
    const { exitCode, stdout } = await adk("oscdimg", ...argv);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(text);
  });
});
