import { createHash } from "node:crypto";
import { link, lstat, mkdir, readdir, readFile, readlink, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildDeployment } from "@adk/build";
import { temporaryDirectory } from "@adk/testing";
import { rebuildWim, WimFile } from "@adk/wim";
import { expect, test } from "vitest";
import { describeWithPeer } from "./support/peers.ts";

const ANSWER_FILE = '<?xml version="1.0" encoding="utf-8"?>\n<unattend xmlns="urn:schemas-microsoft-com:unattend"/>\n';
const TIME = new Date("2024-05-01T12:34:56Z");
/** A day after `TIME`, so that nothing is clamped. */
const ENV = { SOURCE_DATE_EPOCH: String(TIME.getTime() / 1000 + 86_400) };

const MANIFEST = (base: string, output: string) => `
base: ${base}
layers:
  - { kind: files, from: files, to: /program files/tool, exclude: ["**/*.bak"] }
  - { kind: files, from: hosts, to: /WINDOWS/system32/DRIVERS/etc/hosts }
  - { kind: directories, paths: [/ProgramData/Empty] }
  - { kind: remove, paths: ["/Windows/Temp/**/*.tmp", /Windows/Logs] }
  - { kind: oem, from: oem }
  - { kind: setupComplete, from: setup.cmd }
  - { kind: answerFile, from: unattend.xml }
image: { name: Peer, flags: Professional }
outputs:
  - ${output}
`;

const BASE: Record<string, string | Uint8Array> = {
  "Windows/System32/drivers/etc/hosts": "of the base",
  "Windows/System32/large.bin": pseudoRandom(5_000_000),
  "Windows/System32/text.txt": "the same line again and again\r\n".repeat(20_000),
  "Windows/Temp/keep.txt": "kept",
  "Windows/Temp/deep/gone.tmp": "gone",
  "Windows/Logs/a.log": "gone too",
  "Program Files/Tool/readme.txt": "of the base",
  "Users/ünïcode 名前.txt": "names",
};
const LAYERS: Record<string, string> = {
  "files/readme.txt": "of the layer",
  "files/sub/new.txt": "new",
  "files/sub/old.bak": "left out",
  hosts: "of the layer",
  "oem/$$/System32/oem.txt": "oem",
  "oem/$1/Tools/tool.cmd": "@rem",
  "setup.cmd": "@echo off\nrem two lines\n",
  "unattend.xml": ANSWER_FILE,
};
/** What the layers make of the base. */
const EXPECTED: Record<string, string | Uint8Array> = {
  "Windows/System32/drivers/etc/hosts": "of the layer",
  "Windows/System32/large.bin": BASE["Windows/System32/large.bin"]!,
  "Windows/System32/linked.bin": BASE["Windows/System32/large.bin"]!,
  "Windows/System32/text.txt": BASE["Windows/System32/text.txt"]!,
  "Windows/System32/oem.txt": "oem",
  "Windows/Temp/keep.txt": "kept",
  "Windows/Setup/Scripts/SetupComplete.cmd": "@echo off\r\nrem two lines\r\n",
  "Windows/Panther/unattend.xml": ANSWER_FILE,
  "Program Files/Tool/readme.txt": "of the layer",
  "Program Files/Tool/sub/new.txt": "new",
  "Users/ünïcode 名前.txt": "names",
  "Tools/tool.cmd": "@rem",
};
const EMPTY = ["ProgramData/Empty", "Windows/Temp/deep"];

function pseudoRandom(bytes: number): Uint8Array {
  return createHash("shake256", { outputLength: bytes }).update("seed").digest();
}

async function project(output: string): Promise<string> {
  const root = temporaryDirectory();
  await write(root, { ...LAYERS, "deployment.yaml": MANIFEST("base", output) });
  await write(join(root, "base"), BASE);
  await link(join(root, "base/Windows/System32/large.bin"), join(root, "base/Windows/System32/linked.bin"));
  await symlink("../Windows/Temp", join(root, "base/Users/temp link"));
  return root;
}

async function write(root: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    await utimes(join(root, path), TIME, TIME);
  }
}

/** Files with their digests, links with their targets, directories that are empty. */
async function treeOf(root: string, inner = ""): Promise<Record<string, string>> {
  const entries = await readdir(join(root, inner), { withFileTypes: true });
  const found: Record<string, string> = {};
  if (entries.length === 0) found[inner] = "empty";
  for (const entry of entries) {
    const path = inner === "" ? entry.name : `${inner}/${entry.name}`;
    if (entry.isDirectory()) Object.assign(found, await treeOf(root, path));
    else if (entry.isSymbolicLink()) found[path] = `-> ${await readlink(join(root, path))}`;
    else found[path] = sha256(await readFile(join(root, path)));
  }
  return found;
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

const OUTPUTS = [
  "{ kind: wim, file: a.wim, compression: none }",
  "{ kind: wim, file: a.wim, compression: xpress, level: fast, integrity: true }",
  "{ kind: wim, file: a.wim, compression: lzx, boot: true }",
];

describeWithPeer(["wimlib-imagex", "7zz"], (wimlib, sevenZip) => {
  test.each(OUTPUTS)("peers accept and apply what is built: %s", async (output) => {
    const root = await project(output);
    const wim = join(root, "out/a.wim");
    expect((await buildDeployment(join(root, "deployment.yaml"), { env: ENV })).status).toBe("built");
    await wimlib.run(["verify", wim]);
    await sevenZip.run(["t", wim]);

    const applied = join(root, "applied");
    await wimlib.run(["apply", wim, "1", applied]);
    const expected: Record<string, string> = { "Users/temp link": "-> ../Windows/Temp" };
    for (const [path, content] of Object.entries(EXPECTED)) expected[path] = sha256(content);
    for (const path of EMPTY) expected[path] = "empty";
    expect(await treeOf(applied)).toEqual(expected);

    const [large, linked] = await Promise.all(
      ["large", "linked"].map((name) => lstat(join(applied, `Windows/System32/${name}.bin`))),
    );
    expect([large?.ino, large?.nlink]).toEqual([linked?.ino, 2]);
    expect((await lstat(join(applied, "Program Files/Tool/readme.txt"))).mtime).toEqual(TIME);
  });

  test("peers join and apply a set of parts", async () => {
    const root = await project("{ kind: swm, file: a.swm, splitSize: 1, compression: lzx }");
    const { outputs } = await buildDeployment(join(root, "deployment.yaml"), { env: ENV });
    expect(outputs.length).toBeGreaterThan(1);
    const parts = outputs.map(({ path }) => join(root, "out", path));
    await sevenZip.run(["t", parts[0]!]);
    const joined = join(root, "joined.wim");
    await wimlib.run(["join", joined, ...parts]);
    await wimlib.run(["verify", joined]);
    await wimlib.run(["apply", joined, "1", join(root, "applied")]);
    const tree = await treeOf(join(root, "applied"));
    for (const [path, content] of Object.entries(EXPECTED)) expect(tree[path]).toBe(sha256(content));
  });

  test("a solid set from an ESD, joined by us, is applied by peers", async () => {
    const root = await project("{ kind: swm, file: a.swm, splitSize: 1, solid: true, compression: xpress }");
    await wimlib.run(["capture", join(root, "base"), join(root, "base.esd"), "Base", "--solid", "--compress=LZMS:20"]);
    await write(root, {
      "deployment.yaml": MANIFEST(
        "base.esd:1",
        "{ kind: swm, file: a.swm, splitSize: 1, solid: true, compression: xpress }",
      ),
    });
    const { outputs } = await buildDeployment(join(root, "deployment.yaml"), { env: ENV });
    await using set = await WimFile.open(outputs.map(({ path }) => join(root, "out", path)));
    const joined = join(root, "joined.esd");
    await rebuildWim(set, joined);
    await wimlib.run(["verify", joined]);
    await sevenZip.run(["t", joined]);
    await wimlib.run(["apply", joined, "1", join(root, "applied")]);
    const tree = await treeOf(join(root, "applied"));
    for (const [path, content] of Object.entries(EXPECTED)) expect(tree[path]).toBe(sha256(content));
  });

  test("two builds of the same input are the same to the byte", async () => {
    const digests: string[] = [];
    for (const threads of [1, 2]) {
      const root = await project(OUTPUTS[1]!);
      await buildDeployment(join(root, "deployment.yaml"), { env: { SOURCE_DATE_EPOCH: "1700000000" }, threads });
      digests.push(sha256(await readFile(join(root, "out/a.wim"))));
    }
    expect(digests[0]).toBe(digests[1]);
  });

  test("an image as base, captured by wimlib, keeps its hard links", async () => {
    const root = await project(OUTPUTS[2]!);
    const base = join(root, "base.wim");
    await wimlib.run(["capture", join(root, "base"), base, "Base", "--compress=lzx"]);
    await write(root, { "deployment.yaml": MANIFEST('base.wim:"Base"', OUTPUTS[1]!) });
    await buildDeployment(join(root, "deployment.yaml"), { env: ENV });
    const applied = join(root, "applied");
    await wimlib.run(["apply", join(root, "out/a.wim"), "1", applied]);
    const tree = await treeOf(applied);
    expect(Object.keys(tree).length).toBe(Object.keys(EXPECTED).length + EMPTY.length + 1);
    expect(tree["Windows/System32/linked.bin"]).toBe(sha256(EXPECTED["Windows/System32/large.bin"]!));
    expect((await lstat(join(applied, "Windows/System32/linked.bin"))).nlink).toBe(2);
  });
});
