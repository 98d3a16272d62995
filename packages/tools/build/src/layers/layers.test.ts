import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { Findings } from "@adk/core";
import type { Tree } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { compose } from "../compose.ts";
import { readManifest } from "../manifest/manifest-file.ts";
import { deployment, REST } from "../testing/deployment.ts";

const TIME = 133_000_000_000_000_000n;

/** Composes a deployment of these layers and gives access to what came of it. */
async function applied(layers: string, tree: Tree = {}, prepare = async (_root: string) => {}) {
  const root = await deployment(`base: base\nlayers:\n${layers}\n${REST}`, tree);
  await prepare(root);
  const path = join(root, "deployment.yaml");
  const findings = new Findings();
  const composition = await compose(path, await readManifest(path), {
    time: TIME,
    latest: undefined,
    findings,
    operation: {},
  });
  const { volume, plan } = composition;
  const text = async (path: string) => {
    const entry = await volume.lookup(path);
    return entry && Buffer.from(await volume.read(entry)).toString();
  };
  return { text, volume, plan, layer: plan.layers[0]!, codes: findings.list.map(({ code }) => code), root };
}

describe("files", () => {
  const TREE = { "src/a.txt": "a", "src/sub/b.txt": "bb", "src/sub/b.bak": "old", "src/empty/": "" };

  test("a directory, less what is excluded", async () => {
    const { text, volume, layer } = await applied(
      "- { kind: files, from: src, to: /windows/New, exclude: ['**/*.bak'] }",
      TREE,
    );
    expect([await text("/Windows/New/a.txt"), await text("/Windows/New/sub/b.txt")]).toEqual(["a", "bb"]);
    expect(await volume.lookup("/Windows/New/sub/b.bak")).toBeUndefined();
    expect((await volume.lookup("/Windows/New/empty"))?.path).toBe("/Windows/New/empty");
    expect(layer).toMatchObject({ added: { files: 2, directories: 3, bytes: 3 }, overrides: 0 });
  });

  test("a directory into the root", async () => {
    const { text, volume } = await applied("- { kind: files, from: src, to: / }", TREE);
    expect([await text("/a.txt"), await text("/sub/b.bak")]).toEqual(["a", "old"]);
    expect((await volume.list(volume.root)).map(({ name }) => name)).toEqual([
      "Users",
      "Windows",
      "a.txt",
      "empty",
      "sub",
    ]);
  });

  test("a file, to a path or into a directory", async () => {
    const { text, plan } = await applied(
      "- { kind: files, from: src/a.txt, to: /Windows/System32/drivers/etc/HOSTS }\n- { kind: files, from: src/a.txt, to: /Users/ }",
      TREE,
    );
    expect([await text("/Windows/System32/drivers/etc/hosts"), await text("/Users/a.txt")]).toEqual(["a", "a"]);
    expect(plan.overrides).toEqual([{ path: "/Windows/System32/drivers/etc/hosts", layer: 1, replaces: 0 }]);
  });

  test("files of a pattern, with the directories below its fixed part", async () => {
    const { text, volume, layer } = await applied("- { kind: files, from: 'src/**/*.txt', to: /T }", TREE);
    expect([await text("/T/a.txt"), await text("/T/sub/b.txt")]).toEqual(["a", "bb"]);
    expect(await volume.lookup("/T/empty")).toBeUndefined();
    expect(layer.added.files).toBe(2);
    expect((await applied("- { kind: files, from: 'src/*.none', to: /T }", TREE)).codes).toEqual(["BUILD_NO_MATCH"]);
  });

  test("what is absent is told with the layer and its place in the manifest", async () => {
    await expect(applied("- { kind: files, from: absent, to: /T }")).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
      kind: "input",
      message: expect.stringMatching(/\(layer 1, files, .*deployment\.yaml:3:3\)\.$/),
    });
  });

  test.skipIf(process.platform === "win32")(
    "names that Windows cannot have and absolute links are left out",
    async () => {
      const { volume, codes } = await applied(
        "- { kind: files, from: src, to: /T }",
        { "src/a:b": "x", "src/nul": "y", "src/ok": "z" },
        (root) =>
          symlink(join(root, "base"), join(root, "src/link")).then(() => symlink("ok", join(root, "src/relative"))),
      );
      const target = (await volume.lookup("/T"))!;
      expect((await volume.list(target)).map(({ name }) => name)).toEqual(["ok", "relative"]);
      expect(codes).toEqual(["NAME_NOT_FOR_WINDOWS", "NAME_NOT_FOR_WINDOWS", "BUILD_LINK_ABSOLUTE"]);
    },
  );

  test("two files that Windows takes for one", async () => {
    const { text, codes } = await applied("- { kind: files, from: src, to: /T }", {
      "src/A.txt": "upper",
      "src/a.txt": "lower",
    });
    if (codes.length === 0) return; // This host takes them for one too.
    expect(codes).toEqual(["BUILD_NAME_TWICE"]);
    expect(await text("/T/A.TXT")).toBe("lower");
  });
});

test("directories", async () => {
  const { volume, layer } = await applied(
    "- { kind: directories, paths: ['/Windows/Temp', 'C:\\Data\\Logs', /data/x] }",
  );
  expect((await volume.lookup("/data/LOGS"))?.path).toBe("/Data/Logs");
  expect(layer.added).toEqual({ files: 0, directories: 3, bytes: 0 });
});

describe("remove", () => {
  test("paths and patterns, and what is below", async () => {
    const { volume, layer, plan } = await applied("- { kind: remove, paths: ['/windows/TEMP/*', /Windows/System32] }");
    expect((await volume.lookup("/Windows/Temp"))?.path).toBe("/Windows/Temp");
    expect(await volume.lookup("/Windows/System32/drivers/etc/hosts")).toBeUndefined();
    expect(layer.removed).toEqual({ files: 3, directories: 3, bytes: 7 });
    expect(plan.result).toEqual({ files: 1, directories: 5, bytes: 10 });
  });

  test("what an earlier layer added", async () => {
    const layers = "- { kind: files, from: src, to: /T }\n- { kind: remove, paths: ['/**/*.BAK'] }";
    const { volume } = await applied(layers, { "src/a.bak": "a", "src/b.txt": "b" });
    expect((await volume.list((await volume.lookup("/T"))!)).map(({ name }) => name)).toEqual(["b.txt"]);
  });

  test("nothing to remove is worth a word", async () => {
    expect((await applied("- { kind: remove, paths: [/none, '/x/*', /] }")).codes).toEqual(
      Array(3).fill("BUILD_NO_MATCH"),
    );
  });
});

describe("answerFile", () => {
  const GOOD =
    '<?xml version="1.0" encoding="utf-8"?>\n<!-- c --><unattend xmlns="urn:schemas-microsoft-com:unattend"></unattend>';

  test("goes where Setup looks for it, and to Sysprep if asked", async () => {
    const { text, volume } = await applied("- { kind: answerFile, from: u.xml }", { "u.xml": GOOD });
    expect(await text("/Windows/Panther/unattend.xml")).toBe(GOOD);
    expect(await volume.lookup("/Windows/System32/Sysprep")).toBeUndefined();
    const both = await applied("- { kind: answerFile, from: u.xml, sysprep: true }", { "u.xml": GOOD });
    expect(await both.text("/Windows/System32/Sysprep/unattend.xml")).toBe(GOOD);
  });

  test("UTF-16 and a prefix are well", async () => {
    const utf16 = Buffer.from('\ufeff<u:unattend xmlns:u="urn:schemas-microsoft-com:unattend"/>', "utf16le");
    const { volume } = await applied("- { kind: answerFile, from: u.xml }", { "u.xml": utf16 });
    expect((await volume.lookup("/Windows/Panther/unattend.xml"))?.size).toBe(utf16.length);
  });

  test.each([
    ["<unattend>", /not closed/],
    ['<unattend xmlns="urn:schemas-microsoft-com:unattend"><a></unattend>', /not closed/],
    ["<unattend/>", /The root is <unattend> of no namespace/],
    ['<settings xmlns="urn:schemas-microsoft-com:unattend"/>', /The root is <settings>/],
    ["", /.*/],
    [new Uint8Array([0x3c, 0xff, 0xfe]), /.*/],
  ])("%j is refused", async (content, message) => {
    await expect(applied("- { kind: answerFile, from: u.xml }", { "u.xml": content })).rejects.toMatchObject({
      code: "ANSWER_FILE_BAD",
      message: expect.stringMatching(message),
    });
  });
});

describe("unattend", () => {
  const WRONG = `<unattend xmlns="urn:schemas-microsoft-com:unattend">
  <settings pass="oobeSystem">
    <component name="Microsoft-Windows-Shell-Setup" processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS">
      <OOBE><ProtectYourPC>9</ProtectYourPC></OOBE>
    </component>
  </settings>
</unattend>`;

  test("an answer file with errors is refused, told with line and column", async () => {
    const error = await applied("- { kind: answerFile, from: u.xml }", { "u.xml": WRONG }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "ANSWER_FILE_BAD", file: expect.stringMatching(/u\.xml:4:\d+$/) });
  });

  test("is written from a manifest", async () => {
    const manifest = "{ target: win11-24h2, oobe: { eula: false }, system: { userAccountControl: true } }";
    const { text, codes, plan } = await applied(`- { kind: unattend, manifest: ${manifest} }`);
    expect(await text("/Windows/Panther/unattend.xml")).toContain("<HideEULAPage>true</HideEULAPage>");
    expect(codes).toEqual([]);
    expect(plan.layers[0]).toMatchObject({ kind: "unattend", summary: "answer file -> /Windows/Panther/unattend.xml" });
  });

  test("what only Setup in Windows PE reads is told", async () => {
    const { codes } = await applied("- { kind: unattend, manifest: { windows: { acceptEula: true } } }");
    expect(codes).toEqual(["ANSWER_FILE_PASS"]);
  });

  test("the section `unattend` comes after all layers", async () => {
    const { text, plan } = await applied("- { kind: directories, paths: [/New] }\nunattend: { oobe: { eula: false } }");
    expect(plan.layers.map(({ kind }) => kind)).toEqual(["directories", "unattend"]);
    expect(await text("/Windows/Panther/unattend.xml")).toContain("HideEULAPage");
  });
});

describe("oem", () => {
  test("$$ is the Windows directory, $1 the root", async () => {
    const tree = { "oem/$$/System32/x.txt": "x", "oem/$1/Tools/y.txt": "y", "oem/cmdlines.txt": "c" };
    const { text, volume, codes } = await applied("- { kind: oem, from: oem }", tree);
    expect([await text("/Windows/System32/x.txt"), await text("/Tools/y.txt")]).toEqual(["x", "y"]);
    expect(await volume.lookup("/cmdlines.txt")).toBeUndefined();
    expect(codes).toEqual(["OEM_NOT_COPIED"]);
  });

  test("another drive is refused", async () => {
    await expect(applied("- { kind: oem, from: oem }", { "oem/d/x.txt": "x" })).rejects.toMatchObject({
      code: "OEM_DRIVE_DIRECTORY",
      message: expect.stringContaining("drive D:"),
    });
  });
});

describe("setupComplete", () => {
  const PLACE = "/Windows/Setup/Scripts/SetupComplete.cmd";

  test.each([
    ["a\nb\r\n\nc", "a\r\nb\r\n\r\nc"],
    ["\n", "\r\n"],
    ["no end", "no end"],
    ["", ""],
  ])("%j gets the line ends of Windows", async (script, expected) => {
    expect(await (await applied("- { kind: setupComplete, from: s.cmd }", { "s.cmd": script })).text(PLACE)).toBe(
      expected,
    );
  });

  test("unless told otherwise", async () => {
    const { text } = await applied("- { kind: setupComplete, from: s.cmd, lineEnds: keep }", { "s.cmd": "a\nb" });
    expect(await text(PLACE)).toBe("a\nb");
  });

  test("what cmd.exe does not read is refused, what it stumbles over is told", async () => {
    const utf16 = Buffer.from("\ufeffa", "utf16le");
    await expect(applied("- { kind: setupComplete, from: s.cmd }", { "s.cmd": utf16 })).rejects.toMatchObject({
      code: "SETUP_COMPLETE_UTF16",
    });
    expect((await applied("- { kind: setupComplete, from: s.cmd }", { "s.cmd": "\ufeffa" })).codes).toEqual([
      "SETUP_COMPLETE_BOM",
    ]);
  });

  test("a directory is no script", async () => {
    await expect(
      applied("- { kind: setupComplete, from: dir }", {}, async (root) => void (await mkdir(join(root, "dir")))),
    ).rejects.toMatchObject({ code: "IS_A_DIRECTORY" });
  });
});
