import { join } from "node:path";
import { makeTree } from "@adk/testing";
import { expect, test } from "vitest";
import { REST } from "../testing/deployment.ts";
import { readManifest } from "./manifest-file.ts";
import { mediaOf } from "./media.ts";

/** The error of a manifest, with the file's directory cut off. */
async function problem(text: string, name = "deployment.yaml") {
  const root = await makeTree({ [name]: text });
  const error = await readManifest(join(root, name)).then(
    () => expect.unreachable("the manifest is good"),
    (error) => error,
  );
  return {
    code: error.code,
    kind: error.kind,
    message: error.message,
    hint: error.hint,
    at: error.file.slice(root.length + 1),
  };
}

test("reads YAML, and JSON as it is YAML", async () => {
  const json = JSON.stringify(
    { base: "base", image: { name: "A" }, outputs: [{ kind: "wim", file: "a.wim" }] },
    undefined,
    2,
  );
  const root = await makeTree({ "a.yaml": `base: base\n${REST}`, "b.json": json });
  expect((await readManifest(join(root, "a.yaml"))).manifest).toEqual({
    base: "base",
    image: { name: "Test" },
    outputs: [{ kind: "wim", file: "test.wim" }],
  });
  const file = await readManifest(join(root, "b.json"));
  expect(file.manifest.image.name).toBe("A");
  expect(file.place(["outputs", 0, "file"])).toBe(`${join(root, "b.json")}:9:15`);
});

test("a wrong key is told where it stands, with the key that was meant", async () => {
  const wrong = await problem(
    `base: base\nimage:\n  name: A\n  descripton: b\noutputs: [{ kind: wim, file: a.wim }]\n`,
  );
  expect(wrong).toMatchObject({ code: "MANIFEST_INVALID", kind: "input", at: "deployment.yaml:4:3" });
  expect(wrong.message).toBe('There is no key "descripton" here; did you mean "description"?');
  const unlike = await problem(`base: base\nqqqqqq: 1\n${REST}`);
  expect(unlike.message).toMatch(/known are base, layers, media, unattend, image, timestamps, outputs\.$/);
});

test.each([
  ["layers:\n  - kind: file\n    from: a\n", 'There is no kind "file"; did you mean "files"?', "2:11"],
  ["layers:\n  - from: a\n", "The kind is missing; known are files, directories", "2:5"],
  ["layers:\n  - kind: files\n    from: a\n", 'The key "to" is missing.', "2:5"],
  ["layers:\n  - kind: files\n    from: a\n    to: /a/nul\n", '"nul" is no name in Windows (reserved-device).', "4:9"],
  ["layers:\n  - kind: files\n    from: a\n    to: /a/../b\n", '".." is no name in Windows (dots).', "4:9"],
  [
    "layers:\n  - { kind: setupComplete, from: a, lineEnds: crfl }\n",
    '"crfl" is not possible here; did you mean "crlf"?',
    "2:47",
  ],
  ["timestamps: 5\n", "", "1:13"],
])("%j", async (text, message, at) => {
  const wrong = await problem(`${text}base: base\n${REST}`);
  expect(wrong.message).toContain(message);
  expect(wrong.at).toBe(`deployment.yaml:${at}`);
});

test.each([
  ["[]", "There is nothing to write"],
  ["[{ kind: wim, file: sub/a.wim }]", "Expected a file name without directories."],
  ["[{ kind: wim, file: ../a.wim }]", "Expected a file name without directories."],
  ["[{ kind: wim, file: a.wim }, { kind: wim, file: A.WIM }]", "Another output has this file name."],
  ["[{ kind: wim, file: Build-Report.html }]", "The build writes a file of this name itself."],
  ["[{ kind: vmdk, file: a.vmdk }]", 'There is no kind "vmdk"'],
  ["[{ kind: pxe, directory: a/b }]", "Expected a file name without directories."],
])("outputs: %s", async (outputs, message) => {
  expect((await problem(`base: base\nimage: { name: A }\noutputs: ${outputs}\n`)).message).toContain(message);
});

test.each([
  ['"install.wim:all"', "A base is one image"],
  ['""', '"" names no source'],
])("base: %s", async (base, message) => {
  expect((await problem(`base: ${base}\n${REST}`)).message).toContain(message);
});

test("properties that the writer sets by itself are refused", async () => {
  const manifest = (property: string) =>
    `base: base\nimage: { name: A, properties: { ${property} } }\noutputs: [{ kind: wim, file: a.wim }]\n`;
  expect((await problem(manifest("TOTALBYTES: '5'"))).message).toContain("key of its own, or is counted");
  expect((await problem(manifest("'a b': c"))).message).toContain("Expected names of elements");
});

test("all that is wrong is told at once", async () => {
  const wrong = await problem("bas: base\nimage: { nam: A }\noutputs: []\n");
  expect(wrong.at).toBe("deployment.yaml:1:1");
  expect(wrong.hint).toMatch(
    /^There is more to correct: :1:1 .*"base"\? :2:1 .*"name" is missing\. :2:10 .*"nam".* :3:1 /,
  );
});

test.each([
  ["base: [1\n", "MANIFEST_BAD_YAML"],
  ["base: a\nbase: b\n", "MANIFEST_BAD_YAML"],
  [
    "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n",
    "MANIFEST_BAD_YAML",
  ],
  ["", "MANIFEST_INVALID"],
  ["just text", "MANIFEST_INVALID"],
  [`base: a\n#${"x".repeat(1 << 20)}`, "MANIFEST_TOO_LARGE"],
])("%.40j is an error of the input", async (text, code) => {
  expect(await problem(text)).toMatchObject({ code, kind: "input" });
});

test("a manifest that is absent", async () => {
  await expect(readManifest("/nowhere/deployment.yaml")).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
});

test.each([
  ["media: 5", "Invalid input", "1:8"],
  ["media: { frm: a }", 'There is no key "frm" here; did you mean "from"?', "1:10"],
  ["media: a!/", '"a!/" names no source.', "1:8"],
  ["media: { from: a, image: a?b }", '"a?b" is no name in Windows', "1:26"],
  ["media: { from: a, answerFile: a, unattend: {} }", "A medium has one answer file", "1:34"],
  ["media: { from: a, target: win11-24h2 }", "This belongs to `answerFile`", "1:27"],
])("%s", async (media, message, at) => {
  const outputs = "outputs: [{ kind: iso, file: a.iso }]";
  const wrong = await problem(`${media}\nbase: base\nimage: { name: A }\n${outputs}\n`);
  expect(wrong.message).toContain(message);
  expect(wrong.at).toBe(`deployment.yaml:${at}`);
});

test("a medium is what is named, or what the base lies in, and is of use", async () => {
  const rest = "image: { name: A }\noutputs: [{ kind: iso, file: a.iso }]\n";
  const path = join(
    await makeTree({ "deployment.yaml": `base: setup.iso!/sources/install.wim:6\n${rest}` }),
    "deployment.yaml",
  );
  expect(mediaOf((await readManifest(path)).manifest)).toEqual({ from: "setup.iso" });
  expect(mediaOf({ base: "setup.iso!/sources/install.wim:6", media: { image: "/a.wim" } })).toEqual({
    from: "setup.iso",
    image: "/a.wim",
  });
  expect(mediaOf({ base: "install.wim:6", media: "folder" })).toEqual({ from: "folder" });
  expect(mediaOf({ base: "install.wim:6" })).toBeUndefined();
  expect((await problem(`base: base\nmedia: a\n${REST}`)).message).toContain("Nothing is made of the medium");
});
