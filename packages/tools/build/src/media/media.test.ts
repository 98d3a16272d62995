import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openSource } from "@adk/sources";
import type { Tree } from "@adk/testing";
import { expect, test } from "vitest";
import { buildDeployment } from "../build.ts";
import { lockSchema } from "../lock.ts";
import { reportSchema } from "../report/report.ts";
import { deployment } from "../testing/deployment.ts";

const options = { threads: 1, env: { SOURCE_DATE_EPOCH: "1700000000" } };
const RESULTS = ["build-report.html", "build-report.json", "deployment.lock.json"];
const MEDIUM: Tree = {
  "media/Boot/ETFSBOOT.COM": new Uint8Array(2048).fill(1),
  "media/boot2/own.bin": new Uint8Array(4096).fill(2),
  "media/bootmgr": "manager",
  "media/Boot/bcd": "store",
  "media/Boot/boot.sdi": "carrier",
  "media/Boot/bootfix.bin": "press a key",
  "media/EFI/Microsoft/Boot/efisys.bin": new Uint8Array(4096).fill(3),
  "media/EFI/Microsoft/Boot/efisys_noprompt.bin": new Uint8Array(4096).fill(4),
  "media/EFI/Microsoft/Boot/bcd": "store",
  "media/Sources/boot.wim": "boot image",
  "media/Sources/install.swm": "part one",
  "media/Sources/install2.swm": "part two",
  "media/Sources/install.txt": "no image",
  "extra/a.txt": "extra",
};

async function project(outputs: string, media = "media", more: Tree = {}) {
  const manifest = `base: base\nmedia: ${media}\nimage: { name: Test }\noutputs: ${outputs}\n`;
  const root = await deployment(manifest, { ...MEDIUM, ...more });
  const path = join(root, "deployment.yaml");
  const build = (given = {}) => buildDeployment(path, { ...options, ...given });
  return { root, out: join(root, "out"), path, build, names: async () => (await readdir(join(root, "out"))).sort() };
}

const ISO = "[{ kind: iso, file: a.iso }]";

async function read(source: string, path: string): Promise<string | undefined> {
  await using volume = await openSource(source);
  const entry = await volume.lookup(path);
  return entry && Buffer.from(await volume.read(entry)).toString();
}

async function filesOn(source: string, directory: string): Promise<string[]> {
  await using volume = await openSource(source);
  const entry = await volume.lookup(directory);
  return entry ? (await volume.list(entry)).map(({ name }) => name).sort() : [];
}

test("the image takes the place of the medium's, in the case that is there; all else stays", async () => {
  const { out, build } = await project(ISO, "{ from: media, files: [{ from: extra, to: /sources/$OEM$/$1 }] }");
  const { plan, report } = await build();
  expect(plan.media).toMatchObject({
    image: "/sources/install.wim",
    replaces: [
      { path: "/Sources/install.swm", bytes: 8 },
      { path: "/Sources/install2.swm", bytes: 8 },
    ],
    added: { files: 1 },
  });
  expect(plan.outputs[0]?.boots).toEqual(["BIOS: /Boot/ETFSBOOT.COM", "UEFI: /EFI/Microsoft/Boot/efisys.bin"]);
  expect(report?.outputs[0]?.medium).toMatchObject({ label: "WINDOWS", image: [{ path: "/Sources/install.wim" }] });
  const disc = join(out, "a.iso");
  expect(await filesOn(disc, "/sources")).toEqual(["$OEM$", "boot.wim", "install.txt", "install.wim"]);
  expect(await read(disc, "/Sources/$OEM$/$1/a.txt")).toBe("extra");
  expect(await read(`${disc}!/Sources/install.wim:Test`, "/Windows/notepad.exe")).toBe("MZ notepad");
  const lock = lockSchema.parse(JSON.parse(await readFile(join(out, "deployment.lock.json"), "utf8")));
  expect(lock.inputs.media?.sha256).toMatch(/^[0-9a-f]{64}$/);
  reportSchema.parse(JSON.parse(await readFile(join(out, "build-report.json"), "utf8")));
  const page = await readFile(join(out, "build-report.html"), "utf8");
  expect(page).toContain("BIOS: /Boot/ETFSBOOT.COM");
});

test("what starts is chosen: of the medium, of the host, without a prompt", async () => {
  const outputs = "[{ kind: iso, file: a.iso, bios: boot2/own.bin, uefi: own/efi.img, noPrompt: true }]";
  const { out, root, build } = await project(outputs, "media", { "own/efi.img": new Uint8Array(2048).fill(5) });
  const { report } = await build();
  expect(report?.outputs[0]?.medium?.boots).toEqual(["BIOS: /boot2/own.bin", "UEFI: own/efi.img"]);
  expect(await filesOn(join(out, "a.iso"), "/boot")).not.toContain("bootfix.bin");
  expect((await build()).status).toBe("unchanged");
  await writeFile(join(root, "own/efi.img"), new Uint8Array(2048).fill(6));
  expect((await build()).status).toBe("built");
  const silent = await project("[{ kind: iso, file: a.iso, noPrompt: true }]");
  expect((await silent.build({ dryRun: true })).plan.outputs[0]?.boots?.[1]).toBe(
    "UEFI: /EFI/Microsoft/Boot/efisys_noprompt.bin",
  );
});

test("a change of the medium is built, one of the image that is left out is not", async () => {
  const { root, build } = await project(ISO);
  await build();
  await writeFile(join(root, "media/Sources/install.swm"), "another");
  expect((await build()).status).toBe("unchanged");
  await writeFile(join(root, "media/Sources/boot.wim"), "another");
  expect((await build()).status).toBe("built");
});

test("outputs with equal options share one image; an ESD is named so; a boot image is marked", async () => {
  const outputs = `[
    { kind: iso, file: a.iso },
    { kind: wim, file: a.wim, compression: xpress, level: default },
    { kind: iso, file: solid.iso, solid: true },
  ]`;
  const { out, build } = await project(outputs);
  const { outputs: built } = await build();
  expect(built.map(({ path }) => path)).toEqual(["a.iso", "a.wim", "solid.iso"]);
  const image = await readFile(join(out, "a.wim"));
  await using disc = await openSource(join(out, "a.iso"));
  const entry = await disc.lookup("/sources/install.wim");
  expect(entry && image.equals(await disc.read(entry))).toBe(true);
  expect(await filesOn(join(out, "solid.iso"), "/sources")).toContain("install.esd");
  const boot = await project(ISO, "{ from: media, image: /sources/boot.wim }");
  const { report } = await boot.build();
  expect(report?.outputs[0]?.medium?.image[0]?.path).toBe("/Sources/boot.wim");
  await using volume = await openSource(join(boot.out, "a.iso"));
  const made = await volume.lookup("/sources/boot.wim");
  // The header's boot index ([MS-WIM] 2.2).
  expect(made && new DataView((await volume.read(made)).slice().buffer).getUint32(120, true)).toBe(1);
});

test("an answer file is checked, and goes where Setup looks", async () => {
  const good = '<?xml version="1.0" encoding="utf-8"?>\n<unattend xmlns="urn:schemas-microsoft-com:unattend"/>\n';
  const { out, build } = await project(ISO, "{ from: media, answerFile: a.xml }", {
    "a.xml": good,
    "media/AUTOUNATTEND.XML": "old",
  });
  const { plan } = await build();
  expect(plan.media?.answerFile).toBe("/AUTOUNATTEND.XML");
  expect(await read(join(out, "a.iso"), "/autounattend.xml")).toBe(good);
  const bad = await project(ISO, "{ from: media, answerFile: a.xml }", { "a.xml": "<unattend>" });
  await expect(bad.build()).rejects.toMatchObject({
    code: "ANSWER_FILE_BAD",
    message: expect.stringMatching(/\(the medium, .*deployment\.yaml:2:1\)/),
  });
  const written = await project(ISO, "{ from: media, unattend: { windows: { image: Test, acceptEula: true } } }");
  const { findings } = await written.build();
  expect(findings.filter(({ code }) => /^ANSWER_FILE_(PASS|IMAGE)$/.test(code))).toEqual([]);
  expect(await read(join(written.out, "a.iso"), "/Autounattend.xml")).toContain("/IMAGE/NAME");
  const other = await project(ISO, "{ from: media, unattend: { windows: { image: 6, acceptEula: true } } }");
  expect((await other.build({ dryRun: true })).findings.map(({ code }) => code)).toContain("ANSWER_FILE_IMAGE");
});

test("the folder of a network boot: files of the user stay in it, those of a build before go", async () => {
  const { root, out, path, build } = await project("[{ kind: pxe, directory: net }]");
  await build();
  await writeFile(join(out, "net/wimboot"), "the user's");
  expect((await build()).status).toBe("unchanged");
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace("directory: net", "directory: net, solid: true"));
  await build();
  const names = ["BCD", "boot.ipxe", "boot.sdi", "boot.wim", "bootmgr", "install.esd", "wimboot"];
  expect((await readdir(join(out, "net"))).sort()).toEqual(names);
  await writeFile(join(out, "net/install.wim"), "somebody's");
  await expect(build()).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  await rm(join(root, "media/Boot/boot.sdi"));
  await expect(build({ force: true })).rejects.toMatchObject({ code: "PXE_FILE_MISSING" });
  expect((await readdir(join(out, "net"))).sort()).toEqual([...names, "install.wim"].sort());
});

const ALL = "[{ kind: iso, file: a.iso }, { kind: usb, file: a.img }, { kind: wim, file: a.wim }]";

test.each(["capture", "write", "hash output"])(
  "cancelled in the phase %s, all of the build before is there",
  async (phase) => {
    const { root, out, build, names } = await project(ALL);
    await build();
    const files = ["a.img", "a.iso", "a.wim", ...RESULTS].sort();
    const before = await Promise.all(files.map((name) => readFile(join(out, name), "latin1")));
    await writeFile(join(root, "base/Windows/notepad.exe"), "MZ another");
    const controller = new AbortController();
    let seen = 0;
    const onProgress = (progress: { phase: string }) => {
      if (progress.phase === phase && ++seen > 3) controller.abort();
    };
    await expect(build({ signal: controller.signal, onProgress })).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await names()).toEqual(files);
    const after = await Promise.all(files.map((name) => readFile(join(out, name), "latin1")));
    expect(after.every((content, i) => content === before[i])).toBe(true);
  },
);

test("an output that fails leaves none of the others", async () => {
  const { root, build } = await project("[{ kind: wim, file: a.wim }, { kind: usb, file: a.img, size: 1 }]");
  await expect(build()).rejects.toMatchObject({ kind: expect.stringMatching(/input|usage/) });
  expect(await readdir(root)).not.toContain("out");
});

test.each([
  ["a medium that starts nothing", "extra", "MEDIA_NOT_BOOTABLE"],
  ["one that is not there", "nowhere.iso", "FILE_NOT_FOUND"],
  ["one that is no tree", "deployment.yaml", "SOURCE_NOT_A_VOLUME"],
])("%s is refused in the plan", async (_, media, code) => {
  const { root, build } = await project(ISO, media);
  await expect(build({ dryRun: true })).rejects.toMatchObject({ code });
  expect(await readdir(root)).not.toContain("out");
});

test("a medium as base is refused, with its images; without a medium a disc is", async () => {
  const { out, root, path, build } = await project(ISO);
  await build();
  await writeFile(path, `base: out/a.iso\nimage: { name: B }\noutputs: ${ISO}\n`);
  await expect(build({ out: join(root, "b") })).rejects.toMatchObject({
    code: "BUILD_BASE_IS_MEDIUM",
    expected: 'one image: 1 "Test"',
    hint: expect.stringContaining("base: 'out/a.iso!/Sources/install.wim:1'"),
  });
  await writeFile(path, `base: base\nimage: { name: B }\noutputs: ${ISO}\n`);
  await expect(build()).rejects.toMatchObject({ code: "MANIFEST_INVALID", file: expect.stringMatching(/:3:19$/) });
  await writeFile(path, `base: out/a.iso!/Sources/install.wim:1\nimage: { name: B }\noutputs: ${ISO}\n`);
  await expect(build()).rejects.toMatchObject({ code: "BUILD_OUTPUT_IN_INPUT" });
  await mkdir(join(root, "b"));
  const { plan } = await build({ out: join(root, "b") });
  expect(plan.media).toMatchObject({ source: "out/a.iso", label: "WINDOWS", image: "/Sources/install.wim" });
  expect(await read(`${join(root, "b/a.iso")}!/sources/install.wim`, "/Windows/notepad.exe")).toBe("MZ notepad");
  expect(await readFile(join(out, "a.iso"))).toBeDefined();
});
