import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  checkHive,
  compactHive,
  exportRegFile,
  HiveEditor,
  type Key,
  numberData,
  openHiveFile,
  parseRegFile,
  RegType,
  textData,
  textsData,
} from "@adk/registry";
import { temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { describeWithData } from "../support/data.ts";
import { describeWithPeer } from "../support/peers.ts";
import {
  fromHivexml,
  fromRegfexport,
  fromReglookup,
  likeHivexml,
  likeRegfexport,
  likeReglookup,
  runHivexml,
} from "./peer-listings.ts";

/** Names that all peers can show. */
const PLAIN = ["Software", "a key", "Setup{1}", "x".repeat(200)];
const FOREIGN = ["Größe", "Ключ", "日本"];

function fill(editor: HiveEditor, path: string): void {
  const key = fillLittle(editor, path);
  editor.setValue(key, "", RegType.SZ, textData("default"));
  editor.setValue(key, "expand", RegType.EXPAND_SZ, textData("%SystemRoot%\\System32"));
  editor.setValue(key, "list", RegType.MULTI_SZ, textsData(["one", "two"]));
  editor.setValue(key, "dword", RegType.DWORD, numberData(0x12345678));
  editor.setValue(key, "qword", RegType.QWORD, numberData(2n ** 40n, RegType.QWORD));
  editor.setValue(
    key,
    "large",
    RegType.BINARY,
    new Uint8Array(5000).map((_, i) => i),
  );
  editor.setValue(key, "device", 0xffff0012, textData("property"));
  editor.setClassName(key, "Class");
}

function fillLittle(editor: HiveEditor, path: string): Key {
  const key = editor.createKey(path);
  editor.setValue(key, "text", RegType.SZ, textData("some text"));
  editor.setValue(
    key,
    "bytes",
    RegType.BINARY,
    new Uint8Array(40).map((_, i) => i * 7),
  );
  return key;
}

/** A hive that was made, and changed a lot. */
async function edited(names: readonly string[], minorVersion: number, bigData: number): Promise<string> {
  const path = join(temporaryDirectory(), "hive");
  const editor = HiveEditor.create({ minorVersion });
  for (const name of names) fill(editor, `${name}\\below`);
  // More subkeys than a leaf holds, then gaps.
  for (let i = 0; i < 1200; i++) fillLittle(editor, `Many\\key ${i}`);
  for (let i = 0; i < 1200; i += 3) editor.deleteKey(editor.createKey(`Many\\key ${i}`));
  await editor.save(path);
  const again = await HiveEditor.openFile(path);
  for (let i = 1; i < 300; i += 3)
    again.renameKey(again.createKey(`Many\\key ${i}`), `renamed to something longer ${i}`);
  for (let i = 2; i < 600; i += 3) {
    const key = again.createKey(`Many\\key ${i}`);
    again.deleteValue(key, "text");
    // libregf shows data of less than four bytes wrongly.
    again.setValue(key, "bytes", RegType.BINARY, new Uint8Array(i + 5).fill(i));
  }
  if (bigData > 0)
    again.setValue(
      again.createKey("Big"),
      "data",
      RegType.BINARY,
      new Uint8Array(bigData).map((_, i) => i),
    );
  await again.save(path);
  expect(checkHive(again.hive).findings).toEqual([]);
  return path;
}

describe.each([3, 5])("a hive of version 1.%i that was made and changed", (version) => {
  describeWithPeer(["hivexml"], () => {
    test.each([
      ["plain names", PLAIN],
      ["names of other scripts", FOREIGN],
    ])("hivexml reads the same: %s", async (_, names) => {
      const path = await edited(names, version, 100_000);
      await using hive = await openHiveFile(path);
      expect(fromHivexml(runHivexml(path))).toEqual(likeHivexml(hive));
    });
  });

  describeWithPeer(["regfexport"], (regfexport) => {
    test.each([
      ["plain names", PLAIN],
      ["names of other scripts", FOREIGN],
    ])("regfexport reads the same: %s", async (_, names) => {
      const path = await edited(names, version, 100_000);
      await using hive = await openHiveFile(path);
      expect(fromRegfexport((await regfexport.run([path])).text, hive.root.name)).toEqual(likeRegfexport(hive));
    });
  });

  describeWithPeer(["reglookup"], (reglookup) => {
    test("reglookup reads the same", async () => {
      const path = await edited(PLAIN, version, 0);
      await using hive = await openHiveFile(path);
      expect(fromReglookup((await reglookup.run([path])).text)).toEqual(likeReglookup(hive));
    });
  });

  describeWithPeer(["reged"], (reged) => {
    test("reged (chntpw) exports the same", async () => {
      const path = await edited(PLAIN, version, 0);
      const out = join(temporaryDirectory(), "out.reg");
      await reged.run(["-x", path, "HKEY_LOCAL_MACHINE\\X", "\\", out]);
      await using hive = await openHiveFile(path);
      const withoutLines = (bytes: Uint8Array): unknown =>
        parseRegFile(bytes).keys.map(({ path, values }) => [path, values.map(({ name, content }) => [name, content])]);
      const ours = [...exportRegFile(hive.root, { root: "HKEY_LOCAL_MACHINE\\X" })];
      expect(withoutLines(readFileSync(out))).toEqual(withoutLines(Buffer.concat(ours)));
    });
  });
});

describeWithData("media/regf", (directory) => {
  const NAMES = ["notatin-NTUSER.DAT", "ez-Acronis_0x52_Usrclass.dat", "yarp-ManySubkeysHive"];
  /** Without where it lies in the file. */
  const content = (xml: string): string => xml.replace(/<byte_runs>.*?<\/byte_runs>/gs, "");

  describeWithPeer(["hivexml", "reglookup"], (_, reglookup) => {
    test.each(NAMES)("%s: peers print the same of it when it is compacted", async (name) => {
      await using hive = await openHiveFile(join(directory, name));
      const path = join(temporaryDirectory(), "compact");
      // The time of the last save is printed too.
      await compactHive(hive, { time: hive.baseBlock.lastWritten }).save(path);
      expect(content(runHivexml(path))).toBe(content(runHivexml(join(directory, name))));
      expect((await reglookup.run([path])).text).toBe((await reglookup.run([join(directory, name)])).text);
    });
  });

  describeWithPeer(["hivexml", "regfexport"], (_, regfexport) => {
    test("a real hive that was changed reads the same", async () => {
      const path = join(temporaryDirectory(), "NTUSER.DAT");
      copyFileSync(join(directory, "notatin-NTUSER.DAT"), path);
      const editor = await HiveEditor.openFile(path);
      const [first, second] = editor.hive.key("Software\\Microsoft")?.subkeys() ?? [];
      if (first) editor.deleteKey(first);
      if (second) editor.renameKey(second, "A name that is a good deal longer than what it was");
      for (let i = 0; i < 700; i++) fillLittle(editor, `Software\\New ${i}`);
      await editor.save(path);
      await using hive = await openHiveFile(path);
      expect(checkHive(hive).findings).toEqual([]);
      const keys = (lines: string[]): string[] => lines.filter((line) => line.startsWith("["));
      expect(keys(fromHivexml(runHivexml(path)))).toEqual(keys(likeHivexml(hive)));
      const listed = fromRegfexport((await regfexport.run([path])).text, hive.root.name);
      expect(keys(listed)).toEqual(keys(likeRegfexport(hive)));
    });
  });
});
