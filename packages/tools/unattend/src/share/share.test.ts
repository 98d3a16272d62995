import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { AdkError } from "@adk/core";
import { describe, expect, test } from "vitest";
import { AnswerFile } from "../document/answer-file.ts";
import { getValue } from "../document/setting-path.ts";
import { fromManifest } from "../manifest/from-manifest.ts";
import { parseManifest } from "../manifest/manifest-file.ts";
import { checkConfigurationSet, createConfigurationSet } from "./configuration-set.ts";
import { addDriver, addOem, addPackage, checkShare, createShare } from "./distribution-share.ts";
import { findReferences } from "./references.ts";

function tree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "adk-share-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const SOURCES = {
  "nic/net.inf": "[Version]",
  "nic/x64/net.sys": "sys",
  "update.cab": "MSCF",
  "setup.cmd": "@echo off",
};

async function filledShare(): Promise<string> {
  const sources = tree(SOURCES);
  const share = join(sources, "share");
  await createShare(share);
  await addDriver(share, join(sources, "nic"));
  await addPackage(share, join(sources, "update.cab"));
  await addOem(share, join(sources, "setup.cmd"), "$$\\Setup\\Scripts\\SetupComplete.cmd");
  return share;
}

describe("a distribution share", () => {
  test("is made, filled and checked", async () => {
    const share = await filledShare();
    expect(readdirSync(share).sort()).toEqual(["$OEM$", "Out-of-Box Drivers", "Packages"]);
    expect(readFileSync(join(share, "Out-of-Box Drivers/nic/x64/net.sys"), "utf8")).toBe("sys");
    expect(readFileSync(join(share, "$OEM$/$$/Setup/Scripts/SetupComplete.cmd"), "utf8")).toBe("@echo off");
    expect(await checkShare(share)).toEqual([]);
  });

  test("nothing is overwritten", async () => {
    const share = await filledShare();
    await expect(addDriver(share, join(share, "../nic"))).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    await expect(createShare(share)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  });

  test("what does not belong there is refused", async () => {
    const share = await filledShare();
    const other = tree({ "readme.txt": "x" });
    await expect(addDriver(share, other)).rejects.toMatchObject({ code: "SHARE_NO_DRIVER" });
    await expect(addPackage(share, join(other, "readme.txt"))).rejects.toMatchObject({ code: "SHARE_NO_PACKAGE" });
    for (const target of ["Scripts/x", "", "$$/../x", "$$/a:b"]) {
      await expect(addOem(share, join(other, "readme.txt"), target)).rejects.toBeInstanceOf(AdkError);
    }
    await expect(addDriver(other, join(share, "../nic"))).rejects.toMatchObject({ code: "SHARE_MISSING" });
    symlinkSync("/etc", join(other, "link.inf"));
    await expect(addDriver(share, other)).rejects.toMatchObject({ code: "SHARE_HAS_LINK" });
  });

  test("what Setup would pass over is told", async () => {
    const share = tree({
      "$OEM$/x.txt": "x",
      "Out-of-Box Drivers/nic/readme.txt": "x",
      "Packages/a.zip": "",
      "more.txt": "x",
    });
    expect((await checkShare(share)).map(({ code }) => code).sort()).toEqual([
      "SHARE_EMPTY_FILE",
      "SHARE_NO_INF",
      "SHARE_NO_PACKAGE",
      "SHARE_OEM_IGNORED",
    ]);
    expect((await checkShare(tree({ "a.txt": "a" })))[0]).toMatchObject({ severity: "error", code: "SHARE_EMPTY" });
  });
});

describe("a configuration set", () => {
  const manifest = (driver: string) =>
    fromManifest(
      parseManifest(
        JSON.stringify({
          drivers: { windows: [driver, "C:\\local"] },
          commands: { specialize: ['cmd.exe /c "\\\\srv\\share\\Packages\\update.cab" >>C:\\out.log', "winver.exe"] },
        }),
      ),
    );

  test("has what the file names, and the paths lead there", async () => {
    const share = await filledShare();
    const file = manifest("\\\\srv\\share\\out-of-box drivers\\NIC");
    const set = join(share, "../set");
    const result = await createConfigurationSet(file, [{ prefix: "\\\\srv\\share\\", directory: share }], set);
    expect(result.copied.map(({ to, files }) => [to, files])).toEqual([
      ["Out-of-Box Drivers/nic", 2],
      ["Packages/update.cab", 1],
      ["$OEM$", 1],
    ]);
    expect(result.kept).toEqual([{ setting: expect.stringContaining("PathAndCredentials"), path: "C:\\local" }]);
    const written = AnswerFile.parse(readFileSync(join(set, "Autounattend.xml")));
    const at = "offlineServicing/Microsoft-Windows-PnpCustomizationsNonWinPE/DriverPaths/PathAndCredentials[1]/Path";
    expect(getValue(written, at)).toBe("%configsetroot%\\Out-of-Box Drivers\\nic");
    expect(getValue(written, "windowsPE/Microsoft-Windows-Setup/UseConfigurationSet")).toBe("true");
    expect(written.text).toContain("%configsetroot%\\Packages\\update.cab");
    expect(await checkConfigurationSet(set, written)).toEqual([]);
  });

  test("what the share lacks is told before anything is copied", async () => {
    const share = await filledShare();
    const set = join(share, "../none");
    const making = createConfigurationSet(
      manifest("\\\\srv\\share\\gone"),
      [{ prefix: "\\\\srv\\share", directory: share }],
      set,
    );
    await expect(making).rejects.toMatchObject({ code: "SET_REFERENCE_MISSING" });
    expect(() => readdirSync(set)).toThrow();
  });

  test("what a set lacks is told", async () => {
    const set = tree({ "Autounattend.xml": "", "big.iso": "x" });
    const findings = await checkConfigurationSet(set, manifest("%configsetroot%\\Out-of-Box Drivers\\nic"));
    expect(findings.map(({ code }) => code)).toEqual([
      "SET_NOT_USED",
      "SET_REFERENCE_MISSING",
      "SET_NETWORK_PATH",
      "SET_EXTRA",
    ]);
  });
});

test("references with their place in the text", () => {
  const file = fromManifest(
    parseManifest(`commands: { firstLogon: ['C:\\a\\b.exe "D:\\c d\\e.txt" >C:\\log.txt', notepad.exe] }`),
  );
  const found = findReferences(file);
  expect(found.map(({ path }) => path)).toEqual(["C:\\a\\b.exe", "D:\\c d\\e.txt"]);
  for (const { path, start, end } of found) expect(file.text.slice(start, end)).toBe(path);
});
