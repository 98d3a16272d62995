import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openDirectory } from "@adk/core";
import { describe, expect, test } from "vitest";
import type { Pass } from "../catalog/passes.ts";
import { AnswerFile } from "../document/answer-file.ts";
import { fromManifest } from "../manifest/from-manifest.ts";
import { parseManifest } from "../manifest/manifest-file.ts";
import { maskCommand, redirectionOf } from "./commands.ts";
import { describeDisks } from "./describe-disks.ts";
import { type Drive, findAnswerFile } from "./find-answer-file.ts";
import { timelineOf } from "./timeline.ts";

const manifest = (text: string) => fromManifest(parseManifest(text));

describe("timeline", () => {
  const file = manifest(`
locale: { language: en-US }
storage: { disks: [{ id: 0, wipe: true, layout: uefi }] }
drivers: { windowsPE: ['D:\\pe'], windows: ['D:\\net'] }
features: { foundation: 10.0.26100.1, enable: [TelnetClient] }
system: { userAccountControl: true }
users: [{ name: ann, password: p, groups: [Users] }]
autologon: { user: ann, password: p, count: 1 }
commands:
  windowsPE: [first.exe, second.exe]
  specialize: [{ run: a.exe, reboot: always }, { run: 'net user x topsecret /add', log: 'C:\\b.log' }]
  firstLogon: [c.exe]
`);
  const { boots } = timelineOf(file);

  test("boots and passes in order", () => {
    expect(boots.map(({ number, title }) => `${number} ${title}`)).toEqual([
      "1 Windows Setup in Windows PE",
      "2 First start of the installed Windows",
      "3 Specialize, continued",
      "4 Out-of-box experience",
    ]);
    expect(boots[0]!.steps.map(({ kind }) => kind)).toEqual([
      "settings",
      "driver",
      "command",
      "command",
      "disk",
      "image",
      "driver",
      "package",
      "settings",
      "restart",
    ]);
    expect(boots.at(-1)!.steps.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["Create the user ann in Users", "Log ann on, once (Windows counts one more)", "c.exe"]),
    );
  });

  test("who, where, and on which line; passwords are masked", () => {
    const steps = boots.flatMap((boot) => boot.steps);
    const command = steps.find(({ action }) => action.includes("net user"))!;
    expect(command).toMatchObject({ user: "SYSTEM", log: "C:\\b.log", waits: true });
    expect(command.action).not.toContain("topsecret");
    expect(file.text.split("\n")[command.line - 1]).toContain("<RunSynchronousCommand");
    expect(steps.find(({ action }) => action === "c.exe")?.user).toBe("ann, elevated");
  });

  test("audit mode has its own boot", () => {
    const audit = timelineOf(manifest("audit: true\ncommands: { audit: [x.exe] }"));
    expect(audit.boots.at(-1)).toMatchObject({ title: "Audit mode", steps: [{ action: "x.exe" }] });
  });

  test("an empty file does nothing", () => {
    expect(timelineOf(AnswerFile.fromText('<unattend xmlns="urn:schemas-microsoft-com:unattend"/>')).boots).toEqual([]);
  });
});

test("disks as plain data", () => {
  const { disks, install, problems } = describeDisks(
    manifest("storage: { disks: [{ id: 0, wipe: true, layout: bios }] }"),
  );
  expect(disks).toMatchObject([
    {
      id: 0,
      style: "mbr",
      wiped: true,
      partitions: [
        { number: 1, size: 500 },
        { number: 2, size: "rest" },
      ],
    },
  ]);
  expect([install, problems]).toEqual([{ disk: 0, partition: 2 }, []]);
});

test.each([
  ["cmd /c a > C:\\x.log", "C:\\x.log"],
  ['cmd /c "a >> "C:\\my log.txt" 2>&1"', "C:\\my log.txt"],
  ["a > nul", undefined],
  ["a.exe", undefined],
])("the output of %s goes to %s", (command, file) => {
  expect(redirectionOf(command)).toBe(file);
});

test.each([
  "net user admin topsecret /add",
  'net.exe user "my admin" "topsecret"',
  "tool /p:topsecret x",
  "tool --password topsecret",
  "powershell New-LocalUser x -Password (ConvertTo-SecureString topsecret -AsPlainText)",
])("the password of %s is masked", (command) => {
  expect(maskCommand(command)).not.toContain("topsecret");
});

describe("find", () => {
  const settings = (pass: string, more = "") =>
    `<unattend xmlns="urn:schemas-microsoft-com:unattend"><settings pass="${pass}"${more}><component name="C"><A>1</A></component></settings></unattend>`;

  async function search(
    pass: Pass,
    files: Record<string, string>,
    more: { registry?: string; fromWindowsPE?: boolean } = {},
  ) {
    const root = mkdtempSync(join(tmpdir(), "adk-find-"));
    const kinds = { C: "fixed", D: "read-only", E: "removable" } as const;
    const drives: Drive[] = [];
    for (const [letter, kind] of Object.entries(kinds)) {
      mkdirSync(join(root, letter));
      for (const [path, text] of Object.entries(files)) {
        if (!path.startsWith(`${letter}:/`)) continue;
        const place = join(root, letter, path.slice(3));
        mkdirSync(dirname(place), { recursive: true });
        writeFileSync(place, text);
      }
      drives.push({ letter, kind, volume: await openDirectory(join(root, letter)) });
    }
    const place = { drives, windows: "C", setup: "D", registry: undefined, fromWindowsPE: true, ...more };
    const result = await findAnswerFile(place, pass);
    for (const { volume } of drives) await volume.close();
    return result;
  }

  test("a stick goes before the medium, and both before the root of the drive of setup.exe", async () => {
    const pe = settings("windowsPE");
    const files = { "D:/autounattend.XML": pe, "E:/Autounattend.xml": pe, "D:/sources/autounattend.xml": pe };
    const { found, candidates } = await search("windowsPE", files);
    expect(found).toBe("E:\\Autounattend.xml");
    expect(candidates.filter(({ state }) => state === "passed-over").map(({ path }) => path)).toEqual([
      "D:\\Autounattend.xml",
      "D:\\sources\\Autounattend.xml",
      "D:\\Autounattend.xml",
    ]);
  });

  test("a file without settings for the pass is passed over", async () => {
    const files = { "E:/Autounattend.xml": settings("oobeSystem"), "D:/Autounattend.xml": settings("windowsPE") };
    const { found, candidates } = await search("windowsPE", files);
    expect(found).toBe("D:\\Autounattend.xml");
    expect(candidates.find(({ path }) => path.startsWith("E:"))?.state).toBe("no-settings-for-pass");
  });

  test("Setup's own copy shadows Sysprep's, unless the pass is done in it", async () => {
    const sysprep = { "C:/Windows/System32/Sysprep/unattend.xml": settings("specialize") };
    const cached = { "C:/Windows/Panther/unattend.xml": settings("specialize") };
    expect((await search("specialize", { ...sysprep, ...cached })).found).toBe("C:\\Windows\\Panther\\Unattend.xml");
    const done = { "C:/Windows/Panther/unattend.xml": settings("specialize", ' wasPassProcessed="true"') };
    expect((await search("specialize", { ...sysprep, ...done })).found).toBe(
      "C:\\Windows\\System32\\Sysprep\\Unattend.xml",
    );
  });

  test("the registry goes before everything; a broken file is told", async () => {
    const files = { "E:/my.xml": settings("windowsPE"), "E:/Autounattend.xml": "<unattend>" };
    const { found, candidates } = await search("windowsPE", files, { registry: "E:\\my.xml" });
    expect(found).toBe("E:\\my.xml");
    expect(candidates.find(({ path }) => path === "E:\\Autounattend.xml")?.state).toBe("not-well-formed");
  });

  test("nothing is there", async () => {
    expect(await search("oobeSystem", {})).toMatchObject({ found: null });
  });
});
