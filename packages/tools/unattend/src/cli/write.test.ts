import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { describe, expect, test } from "vitest";
import { sampleClg } from "../catalog/clg/testing/sample-clg.ts";
import { PRESETS } from "../manifest/presets.ts";
import { groups } from "./index.ts";

const directory = () => mkdtempSync(join(tmpdir(), "adk-unattend-"));
const run = (cwd: string, args: string[], more: { stdin?: string; env?: Record<string, string> } = {}) =>
  runForTest(groups, ["unattend", ...args], { cwd, ...more });

describe("writing", () => {
  test("new writes a preset, and overwrites nothing", async () => {
    const cwd = directory();
    const first = await run(cwd, ["new", "--preset", "uefi", "-o", "a.xml"]);
    expect([first.exitCode, existsSync(join(cwd, "a.xml"))]).toEqual([0, true]);
    expect((await run(cwd, ["new", "--preset", "bios", "-o", "a.xml"])).exitCode).toBe(4);
    const dry = await run(cwd, ["new", "--preset", "vm", "-o", "b.xml", "--dry-run", "--json"]);
    expect(JSON.parse(dry.stdout)).toMatchObject({ written: false });
    expect(existsSync(join(cwd, "b.xml"))).toBe(false);
    expect((await run(cwd, ["new", "--preset", "ueffi"])).stderr).toMatch(/Did you mean uefi/);
    expect((await run(cwd, ["new"])).exitCode).toBe(2);
  });

  test.each(PRESETS.map(({ name }) => name))("%s: manifest, file, manifest", async (name) => {
    const cwd = directory();
    await run(cwd, ["new", "--preset", name, "--manifest", "-o", "m.yaml"]);
    expect((await run(cwd, ["from-manifest", "m.yaml", "-o", "a.xml"])).exitCode).toBe(0);
    const back = await run(cwd, ["to-manifest", "a.xml", "--with-secrets"]);
    expect(back.stdout).toBe(readFileSync(join(cwd, "m.yaml"), "utf8"));
  });

  test("secrets come from the environment, and are not written to a manifest unasked", async () => {
    const cwd = directory();
    writeFileSync(join(cwd, "m.yaml"), "administratorPassword: { env: PW }\n");
    const { exitCode, stdout } = await run(cwd, ["from-manifest", "m.yaml"], { env: { PW: "topsecret" } });
    expect(exitCode).toBe(0);
    expect((await run(cwd, ["from-manifest", "m.yaml"])).exitCode).toBe(2);
    const { stdout: manifest, stderr } = await run(cwd, ["to-manifest", "-"], { stdin: stdout });
    expect(manifest).toContain("env: ADK_ADMINISTRATOR_PASSWORD");
    expect(manifest + stderr).not.toContain("topsecret");
  });

  test("a manifest with errors is told with line and column", async () => {
    const cwd = directory();
    writeFileSync(join(cwd, "m.yaml"), "oobe:\n  eulaa: true\n");
    const { exitCode, stdout } = await run(cwd, ["from-manifest", "m.yaml", "--json"]);
    expect([exitCode, JSON.parse(stdout).error.file]).toEqual([3, expect.stringMatching(/m\.yaml:2:3$/)]);
  });

  test("a file with errors is not written", async () => {
    const cwd = directory();
    const settings =
      "{ pass: oobeSystem, component: Microsoft-Windows-Shell-Setup, values: { OOBE: { ProtectYourPC: 9 } } }";
    writeFileSync(join(cwd, "m.yaml"), `settings: [${settings}]\n`);
    const { exitCode, stderr } = await run(cwd, ["from-manifest", "m.yaml", "-o", "a.xml"]);
    expect([exitCode, existsSync(join(cwd, "a.xml"))]).toEqual([1, false]);
    expect(stderr).toMatch(/error/);
  });

  test("the schema of manifests", async () => {
    const { stdout } = await run(directory(), ["manifest-schema"]);
    expect(JSON.parse(stdout)).toMatchObject({ title: "Answer file", type: "object" });
  });
});

describe("explaining", () => {
  const prepared = async () => {
    const cwd = directory();
    await run(cwd, ["new", "--preset", "vm", "-o", "a.xml"]);
    return cwd;
  };

  test.each([
    [["timeline", "a.xml"], 0, "Boot 1"],
    [["simulate-disk", "a.xml"], 0, "Disk 0, gpt, erased"],
    [["explain", "TimeZone"], 0, "Microsoft-Windows-Shell-Setup/TimeZone"],
    [["explain", "TimeZoen"], 1, "Did you mean TimeZone?"],
    [["secrets", "a.xml"], 0, "hidden"],
    [["list", "time-zones"], 0, "W. Europe Standard Time"],
    [["list", "presets"], 0, "packer-openssh"],
    [["html", "a.xml", "-o", "a.html"], 0, "a.html"],
    [["find", "--read-only", "D=.", "--setup", "D"], 1, "finds no answer file"],
    [["catalog", "dump"], 0, "Microsoft-Windows-Shell-Setup (amd64)"],
  ])("%j", async (args, code, text) => {
    const cwd = await prepared();
    const { exitCode, stdout } = await run(cwd, args);
    expect([exitCode, stdout]).toEqual([code, expect.stringContaining(text)]);
    const json = await run(cwd, [...args, "--json", ...(args.includes("html") ? ["--force"] : [])]);
    expect(json.exitCode).toBe(code);
    expect(() => JSON.parse(json.stdout)).not.toThrow();
  });

  test("find takes a source for each drive", async () => {
    const cwd = await prepared();
    mkdirSync(join(cwd, "stick"));
    writeFileSync(join(cwd, "stick/Autounattend.xml"), readFileSync(join(cwd, "a.xml")));
    const { stdout } = await run(cwd, ["find", "--removable", "E=stick", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ pass: "windowsPE", found: "E:\\Autounattend.xml" });
    expect((await run(cwd, ["find", "--drive", "stick"])).exitCode).toBe(2);
  });

  test("logs lead to the line", async () => {
    const cwd = await prepared();
    const message = "The unattend answer file contains an invalid product key.";
    writeFileSync(
      join(cwd, "setupact.log"),
      `2024-05-01 10:00:00, Error                 [0x060435] IBS    ${message}\r\n`,
    );
    const { exitCode, stdout } = await run(cwd, ["logs", "setupact.log", "--answer-file", "a.xml"]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/At: +a\.xml:\d+:\d+ windowsPE\/Microsoft-Windows-Setup\/UserData\/ProductKey\/Key/);
  });
});

describe("passwords", () => {
  test("hide, reveal, and one by itself", async () => {
    const cwd = directory();
    await run(cwd, ["new", "--preset", "vm", "-o", "a.xml"]);
    const before = readFileSync(join(cwd, "a.xml"), "utf8");
    const revealed = await run(cwd, ["reveal", "a.xml"]);
    expect([revealed.exitCode, revealed.stderr]).toEqual([0, expect.stringContaining("readable")]);
    expect(readFileSync(join(cwd, "a.xml"), "utf8")).toContain("<PlainText>true</PlainText>");
    expect((await run(cwd, ["secrets", "a.xml"])).exitCode).toBe(1);
    await run(cwd, ["hide", "a.xml"]);
    expect(readFileSync(join(cwd, "a.xml"), "utf8")).toBe(before);
    const encoded = await run(cwd, ["encode-password"], { stdin: "\n" });
    expect(encoded.stdout).toBe("UABhAHMAcwB3AG8AcgBkAA==\n");
  });

  test("are masked unless asked for", async () => {
    const cwd = directory();
    await run(cwd, ["new", "--preset", "packer-winrm", "-o", "a.xml"]);
    const masked = await run(cwd, ["secrets", "a.xml", "--json"]);
    expect(JSON.parse(masked.stdout).files[0].secrets[1].value).toBe("********");
    const shown = await run(cwd, ["secrets", "a.xml", "--json", "--show"]);
    expect(JSON.parse(shown.stdout).files[0].secrets[1].value).toBe("vagrant");
  });
});

describe("catalogues, shares and sets", () => {
  test("catalogues are told of, compared and written anew", async () => {
    const cwd = directory();
    writeFileSync(join(cwd, "a.clg"), sampleClg());
    expect(JSON.parse((await run(cwd, ["catalog", "info", "a.clg", "--json"])).stdout)).toMatchObject({
      imageName: "Sample",
      components: 2,
      componentNames: 1,
    });
    expect(JSON.parse((await run(cwd, ["catalog", "dump", "a.clg", "--json"])).stdout).components).toHaveLength(2);
    expect((await run(cwd, ["catalog", "diff", "a.clg", "a.clg"])).exitCode).toBe(0);
    expect((await run(cwd, ["catalog", "diff", "a.clg"])).exitCode).toBe(1);
    await run(cwd, ["catalog", "copy", "a.clg", "b.clg"]);
    expect(Buffer.compare(readFileSync(join(cwd, "b.clg")), readFileSync(join(cwd, "a.clg")))).toBe(0);
    writeFileSync(join(cwd, "bad.clg"), "no catalogue");
    expect((await run(cwd, ["catalog", "info", "bad.clg"])).exitCode).toBe(3);
  });

  test("share and configuration set", async () => {
    const cwd = directory();
    mkdirSync(join(cwd, "nic"));
    writeFileSync(join(cwd, "nic/net.inf"), "x");
    writeFileSync(join(cwd, "s.cmd"), "x");
    expect((await run(cwd, ["share", "create", "share"])).exitCode).toBe(0);
    expect((await run(cwd, ["share", "add-driver", "share", "nic"])).exitCode).toBe(0);
    expect(
      (await run(cwd, ["share", "add-oem", "share", "s.cmd", "$$/Setup/Scripts/SetupComplete.cmd"])).exitCode,
    ).toBe(0);
    expect((await run(cwd, ["share", "check", "share"])).stdout).toContain("nothing to tell");
    writeFileSync(join(cwd, "m.yaml"), "drivers: { windows: ['S:\\share\\Out-of-Box Drivers\\nic'] }\n");
    await run(cwd, ["from-manifest", "m.yaml", "-o", "a.xml"]);
    const made = await run(cwd, ["configset", "create", "a.xml", "set", "--share", "S:\\share=share"]);
    expect([made.exitCode, made.stdout]).toEqual([0, expect.stringContaining("rewritten")]);
    expect((await run(cwd, ["configset", "check", "set"])).exitCode).toBe(0);
  });
});
