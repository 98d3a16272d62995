import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Findings } from "@adk/core";
import {
  diffHives,
  diffToRegFile,
  exportRegFile,
  formatRegFile,
  type Hive,
  HiveEditor,
  importRegFile,
  openHiveFile,
  parseRegFile,
} from "@adk/registry";
import { temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { describeWithData } from "../support/data.ts";
import { describeWithPeer } from "../support/peers.ts";

const ROOT = "HKEY_LOCAL_MACHINE\\HIVE";

/** Keys of a real hive with values that are big data. */
const LARGE = ["Live\\Roaming\\PolicyDocument\\PolicyBlob", "CurrentVersion\\PushNotifications"];

function exported(hive: Hive): Buffer {
  const pieces = Array.from(exportRegFile(hive.root, { root: ROOT }), (piece) => piece.slice());
  return Buffer.concat(pieces);
}

function imported(file: Uint8Array, editor = HiveEditor.create()): Hive {
  importRegFile(editor, parseRegFile(file), { root: ROOT });
  return editor.hive;
}

/** What a .reg file can say: neither class names nor security. */
function differences(before: Hive, after: Hive): string[] {
  const all = Array.from(diffHives(before.root, after.root), ({ kind, path }) => `${kind} ${path}`);
  return all.filter((each) => !/^(class|security)-changed/.test(each));
}

/** Lines of text of a file as regedit writes it. */
function lines(bytes: Uint8Array): string[] {
  return Buffer.from(bytes).toString("utf16le").split("\r\n");
}

describeWithData("app-compat/reg", (directory) => {
  test.each(["glpi-10_russian-Uninstall.reg", "glpi-7-CentralProcessor.reg"])(
    "%s is written as regedit did",
    (name) => {
      const bytes = readFileSync(join(directory, name));
      expect(Buffer.from(formatRegFile(parseRegFile(bytes))).equals(bytes)).toBe(true);
    },
  );

  test("so is one whose last line end somebody cut off", () => {
    const bytes = readFileSync(join(directory, "glpi-2019-amd-epyc-CentralProcessor.reg"));
    expect(lines(formatRegFile(parseRegFile(bytes)))).toEqual([...lines(bytes), ""]);
  });

  test("one of Windows XP differs only in strings with line ends", () => {
    const bytes = readFileSync(join(directory, "glpi-xp-Uninstall.reg"));
    const file = parseRegFile(bytes);
    expect([file.keys.length, file.keys.flatMap(({ values }) => values).length]).toEqual([536, 6449]);
    const written = lines(formatRegFile(file));
    const known = new Set(lines(bytes));
    const others = written.filter((line) => !known.has(line));
    const strings = others.filter((line) => line.startsWith('"'));
    expect(new Set(strings.map((line) => line.replace(/:.*/, "")))).toEqual(new Set(['"Comments"=hex(1)']));
    expect(
      parseRegFile(formatRegFile(file)).keys.map(({ path, values }) => [path, values.map(({ content }) => content)]),
    ).toEqual(file.keys.map(({ path, values }) => [path, values.map(({ content }) => content)]));
  });
});

describeWithData("fleet/glpi-win32", (directory) => {
  test("a file with two byte order marks", () => {
    const bytes = readFileSync(join(directory, "10-NetworkList.reg"));
    expect(Buffer.from(formatRegFile(parseRegFile(bytes))).equals(bytes.subarray(2))).toBe(true);
  });
});

describeWithData("activation/reg", (directory) => {
  test("a file of UTF-8 with LF that somebody wrote by hand", () => {
    const [key] = parseRegFile(readFileSync(join(directory, "meiya2021_staffb_DigitalProductId.reg"))).keys;
    expect(key?.values.map(({ name, content }) => [name, content?.type, content?.data.length])).toEqual([
      ["DigitalProductId", 3, 163],
    ]);
  });
});

describeWithData("media/regf", (directory) => {
  const HIVES = ["ez-NTUSER1.DAT", "notatin-NTUSER.DAT", "yarp-UnicodeHive", "yarp-BigDataHive", "nt-hive-testhive"];

  test.each(HIVES)("%s: what is exported and imported is the same", async (name) => {
    await using hive = await openHiveFile(join(directory, name));
    const copy = imported(exported(hive));
    expect(differences(hive, copy)).toEqual([]);
    expect(hive.findings.list).toEqual([]);
  });

  test("the .reg file of a difference makes of one hive the other", async () => {
    const [one, other] = ["ez-NTUSER1.DAT", "notatin-NTUSER.DAT"].map((name) => join(directory, name)) as [
      string,
      string,
    ];
    const before = await HiveEditor.openFile(one);
    await using after = await openHiveFile(other);
    const findings = new Findings();
    const file = diffToRegFile(before.hive.root, after.root, { root: ROOT, findings });
    expect(differences(before.hive, after).length).toBeGreaterThan(100);
    expect(differences(imported(formatRegFile(file), before), after)).toEqual([]);
    expect(findings.list.every(({ message }) => /security|class/.test(message))).toBe(true);
  });

  test("a dirty hive is changed with its logs, and clean afterwards", async () => {
    const folder = temporaryDirectory();
    for (const suffix of ["", ".LOG1", ".LOG2"]) {
      const source = join(directory, "yarp-NewDirtyHive1", `NewDirtyHive${suffix}`);
      writeFileSync(join(folder, `hive${suffix}`), readFileSync(source));
    }
    const editor = await HiveEditor.openFile(join(folder, "hive"));
    editor.createKey("New");
    await editor.save(join(folder, "hive"));
    await using hive = await openHiveFile(join(folder, "hive"));
    await using windows = await openHiveFile(join(directory, "yarp-NewDirtyHive1/RecoveredHive_Windows10"));
    expect(hive.dirty).toBe(false);
    expect(differences(windows, hive)).toEqual(["key-added New"]);
  });

  describeWithPeer(["hivexregedit"], (hivexregedit) => {
    describe("hivexregedit", () => {
      test.each(["ez-NTUSER1.DAT", "notatin-NTUSER.DAT", "yarp-UnicodeHive"])("reads %s as we do", async (name) => {
        const path = join(directory, name);
        const { stdout } = await hivexregedit.run(["--export", "--prefix", ROOT, path, "\\"]);
        await using hive = await openHiveFile(path);
        expect(differences(hive, imported(stdout))).toEqual([]);
      });

      test("imports what we export, which gives the same hive", async () => {
        await using hive = await openHiveFile(join(directory, "notatin-NTUSER.DAT"));
        const folder = temporaryDirectory();
        const target = join(folder, "hive");
        const regFile = join(folder, "hive.reg");
        writeFileSync(target, readFileSync(join(directory, "hivex-minimal")));
        writeFileSync(regFile, exported(hive).toString("utf16le").slice(1).replaceAll("\r\n", "\n"));
        await hivexregedit.run(["--merge", "--prefix", ROOT, target, regFile]);
        await using merged = await openHiveFile(target);
        // It does not write values of more than 16,344 bytes as hives have them.
        const expected = differences(hive, merged).filter((each) => !LARGE.some((path) => each.endsWith(path)));
        expect(expected).toEqual([]);
      });
    });
  });
});
