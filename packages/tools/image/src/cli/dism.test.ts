import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runForTest, type TestOptions } from "@adk/cli-kit/testing";
import { WimFile, wimInfo } from "@adk/wim";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { editXml, makeTree } from "../testing/samples.ts";
import { groups } from "./index.ts";

let cwd: string;
const dism = (args: readonly string[], options: TestOptions = {}) =>
  runForTest(groups, ["dism", ...args], { cwd, env: {}, ...options });
const FULL_BAR = "[==========================100.0%==========================] \n";
const DONE = "The operation completed successfully.\n";

/** Bytes that do not shrink. */
const noise = (seed: string, outputLength: number) => createHash("shake256", { outputLength }).update(seed).digest();

/** What comes after the header. */
function body(stdout: string): string {
  const header = /^\nDeployment Image Servicing and Management tool\nVersion: \d+\.\d+\.\d+\.0\n\n/;
  expect(stdout).toMatch(header);
  return stdout.replace(header, "");
}

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "adk-dism-"));
  makeTree(join(cwd, "tree"));
  const { exitCode, stdout } = await dism([
    "/Capture-Image",
    "/ImageFile:a.wim",
    "/CaptureDir:tree",
    "/Name:First one",
  ]);
  expect(exitCode).toBe(0);
  expect(body(stdout)).toBe(`Saving image\n${FULL_BAR}${DONE}`);
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe("adk dism", () => {
  it("captures with what is asked for, and verifies", async () => {
    const args = ["/imagefile:max.wim", "/capturedir:tree", "/name:N", "/description:D", "/compress:max"];
    const { exitCode } = await dism(["/capture-image", ...args, "/CheckIntegrity", "/Verify", "/Bootable", "/EA"]);
    expect(exitCode).toBe(0);
    await using file = await WimFile.open(join(cwd, "max.wim"));
    expect(wimInfo(file)).toMatchObject({
      compression: "lzx",
      integrity: true,
      bootIndex: 1,
      images: [{ name: "N", description: "D" }],
    });
  });

  it("does not replace a file by a capture", async () => {
    const before = readFileSync(join(cwd, "a.wim"));
    const { exitCode, stdout } = await dism(["/Capture-Image", "/ImageFile:a.wim", "/CaptureDir:tree", "/Name:x"]);
    expect(exitCode).toBe(80);
    expect(body(stdout)).toMatch(/^Saving image\n\nError: 80\n\nThe file exists\.\n/);
    expect(readFileSync(join(cwd, "a.wim"))).toEqual(before);
  });

  it("appends, lists the images, and exports one", async () => {
    const appended = await dism(["/Append-Image", "/ImageFile:max.wim", "/CaptureDir:tree", "/Name:Second"]);
    expect(appended.exitCode).toBe(0);
    const { stdout } = await dism(["/Get-WimInfo", "/WimFile:max.wim"]);
    expect(body(stdout)).toMatch(
      /^Details for image : max\.wim\n\nIndex : 1\nName : N\nDescription : D\nSize : [\d,]+ bytes\n\nIndex : 2\nName : Second\nDescription : <undefined>\nSize : [\d,]+ bytes\n\nThe operation completed successfully\.\n$/,
    );
    const exported = ["/SourceImageFile:max.wim", "/SourceName:Second", "/DestinationImageFile:one.wim"];
    const result = await dism(["/Export-Image", ...exported, "/DestinationName:Only", "/Compress:none"]);
    expect(body(result.stdout)).toBe(`Exporting image\n${FULL_BAR}${DONE}`);
    await using file = await WimFile.open(join(cwd, "one.wim"));
    expect(wimInfo(file)).toMatchObject({ compression: "none", images: [{ name: "Only" }] });
    const again = await dism(["/Export-Image", ...exported, "/DestinationName:Only"]);
    expect(again.exitCode).toBe(183);
  });

  it("tells of an image of Windows what its XML data has", async () => {
    await dism(["/Capture-Image", "/ImageFile:win.wim", "/CaptureDir:tree", "/Name:Windows 10 Home"]);
    // Values of a real install.wim (Windows 10 22H2, May 2023).
    const windows =
      "<WINDOWS><ARCH>9</ARCH><EDITIONID>Core</EDITIONID><INSTALLATIONTYPE>Client</INSTALLATIONTYPE><PRODUCTTYPE>WinNT</PRODUCTTYPE>" +
      "<PRODUCTSUITE>Terminal Server</PRODUCTSUITE><LANGUAGES><LANGUAGE>en-US</LANGUAGE><DEFAULT>en-US</DEFAULT></LANGUAGES>" +
      "<VERSION><MAJOR>10</MAJOR><MINOR>0</MINOR><BUILD>19041</BUILD><SPBUILD>2965</SPBUILD><SPLEVEL>0</SPLEVEL></VERSION>" +
      "<SYSTEMROOT>WINDOWS</SYSTEMROOT></WINDOWS><WIMBOOT>0</WIMBOOT>";
    editXml(join(cwd, "win.wim"), (xml) =>
      xml
        .replace(/(?<before><IMAGE.*<TOTALBYTES>)\d+/, "$<before>15139674619")
        .replace("</IMAGE>", `${windows}</IMAGE>`),
    );
    const { stdout, exitCode } = await dism(["/English", "/Get-ImageInfo", "/ImageFile:win.wim", "/Index:1"]);
    expect(exitCode).toBe(0);
    expect(body(stdout)).toContain(`Size : 15,139,674,619 bytes
WIM Bootable : No
Architecture : x64
Hal : <undefined>
Version : 10.0.19041
ServicePack Build : 2965
ServicePack Level : 0
Edition : Core
Installation : Client
ProductType : WinNT
ProductSuite : Terminal Server
System Root : WINDOWS
`);
    expect(stdout.endsWith(`Languages :\n\ten-US (Default)\n${DONE}`)).toBe(true);
  });

  it("lists the files of an image", async () => {
    const { stdout } = await dism(["/List-Image", "/ImageFile:a.wim", "/Name:first ONE"]);
    const lines = body(stdout).split("\n");
    expect(lines.slice(0, 2)).toEqual(["\\", "\\empty.txt"]);
    const at = lines.indexOf("\\Windows\\");
    expect(lines.slice(at, at + 2)).toEqual(["\\Windows\\", "\\Windows\\same.ini"]);
    expect(lines).toContain("\\Windows\\System32\\driver.sys");
    expect(lines.slice(-2)).toEqual([DONE.trim(), ""]);
  });

  it("applies an image over what is there, to a directory that is there", async () => {
    const args = ["/Apply-Image", "/ImageFile:a.wim", "/Index:1", "/ApplyDir:out", "/CheckIntegrity"];
    const missing = await dism(args);
    expect(missing.exitCode).toBe(3);
    expect(body(missing.stdout)).toContain("Error: 3\n\nThe system cannot find the path specified.\n");
    mkdirSync(join(cwd, "out"));
    writeFileSync(join(cwd, "out", "empty.txt"), "old");
    expect(body((await dism(args)).stdout)).toBe(`Applying image\n${FULL_BAR}${DONE}`);
    expect(readFileSync(join(cwd, "out", "empty.txt"), "utf8")).toBe("");
    expect(readFileSync(join(cwd, "out/Windows/System32/notes.txt"), "utf8")).toBe("notes");
  });

  it("deletes an image", async () => {
    copyFileSync(join(cwd, "max.wim"), join(cwd, "less.wim"));
    const { stdout } = await dism(["/Delete-Image", "/ImageFile:less.wim", "/Name:N"]);
    expect(body(stdout)).toBe(`Deleting image\n${FULL_BAR}${DONE}`);
    await using file = await WimFile.open(join(cwd, "less.wim"));
    expect(wimInfo(file)).toMatchObject({ integrity: true, images: [{ index: 1, name: "Second" }] });
  });

  it("splits a file, and applies the parts", async () => {
    mkdirSync(join(cwd, "noise"));
    for (const name of ["1", "2", "3"]) writeFileSync(join(cwd, "noise", name), noise(name, 700_000));
    await dism(["/Capture-Image", "/ImageFile:noise.wim", "/CaptureDir:noise", "/Name:Noise"]);
    const { stdout } = await dism(["/Split-Image", "/ImageFile:noise.wim", "/SWMFile:part.swm", "/FileSize:1"]);
    expect(body(stdout)).toBe(`Splitting image\n${FULL_BAR}${DONE}`);
    expect(existsSync(join(cwd, "part3.swm"))).toBe(true);
    mkdirSync(join(cwd, "joined"));
    const args = ["/Apply-Image", "/ImageFile:part.swm", "/SWMFile:part*.swm", "/Index:1", "/ApplyDir:joined"];
    expect((await dism(args)).exitCode).toBe(0);
    for (const name of ["1", "2", "3"]) {
      expect(readFileSync(join(cwd, "joined", name))).toEqual(readFileSync(join(cwd, "noise", name)));
    }
  });

  it("draws a bar over itself on a terminal", async () => {
    mkdirSync(join(cwd, "terminal"));
    const args = ["/Apply-Image", "/ImageFile:a.wim", "/Index:1", "/ApplyDir:terminal"];
    const { stdout } = await dism(args, { tty: 100 });
    expect(body(stdout)).toMatch(/^Applying image\n(\r\[[= ]+\d+\.\d%[= ]*\] )+\r\[=+100\.0%=+\] \nThe operation/);
  });

  it.each([
    [["/Get-ImageInfo", "/ImageFile:absent.wim"], 2, "The system cannot find the file specified."],
    [["/Get-ImageInfo", "/ImageFile:absent/absent.wim"], 3, "The system cannot find the path specified."],
    [
      ["/Get-ImageInfo", "/ImageFile:tree/Windows/win.ini"],
      11,
      "An attempt was made to load a program with an incorrect format.",
    ],
    [["/Get-ImageInfo", "/ImageFile:a.wim", "/Index:7"], 87, "The parameter is incorrect."],
    [["/List-Image", "/ImageFile:a.wim", "/Name:none"], 87, "The parameter is incorrect."],
    [
      ["/Capture-Image", "/ImageFile:b.wim", "/CaptureDir:absent", "/Name:x"],
      3,
      "The system cannot find the path specified.",
    ],
    [["/Delete-Image", "/ImageFile:a.wim", "/Index:1"], 87, "The parameter is incorrect."],
    [["/Split-Image", "/ImageFile:a.wim", "/SWMFile:absent/s.swm", "/FileSize:1"], 3, "The system cannot"],
    [
      ["/Apply-Image", "/ImageFile:a.wim", "/Index:1", "/ApplyDir:.", "/SWMFile:x/a*.swm"],
      3,
      "The system cannot find the path specified.",
    ],
    [["/Remount-Wim", "/MountDir:m"], 50, "The request is not supported.\n/Remount-Wim: "],
    [["/Image:C:\\m", "/Get-Drivers"], 3, "The system cannot find the path specified."],
    [["/Online", "/Cleanup-Image", "/RestoreHealth"], 50, "The request is not supported."],
    [["/Get-ImageInfo", "/Nonsense"], 87, "The nonsense option is unknown."],
    [["/Get-ImageInfo", "/Index", "1"], 87, "The /Index option is missing a required argument."],
    [["/English"], 1639, "The command-line is missing a required servicing command."],
  ])("ends %j with %d", async (argv, code, message) => {
    const { exitCode, stdout } = await dism(argv);
    expect(exitCode).toBe(code);
    expect(stdout).toContain(`\nError: ${code}\n\n${message}`);
    expect(stdout).not.toContain("log file");
  });

  it("finds that a file is damaged before it is applied, and after it was written", async () => {
    const bytes = readFileSync(join(cwd, "max.wim"));
    bytes[230] = (bytes[230] as number) ^ 0xff;
    writeFileSync(join(cwd, "damaged.wim"), bytes);
    mkdirSync(join(cwd, "never"));
    const args = ["/Apply-Image", "/ImageFile:damaged.wim", "/Index:1", "/ApplyDir:never", "/CheckIntegrity"];
    const { exitCode, stdout, stderr } = await dism(args);
    expect(exitCode).toBe(13);
    expect(stdout).toContain("Error: 13\n\nThe data is invalid.\n");
    expect(stderr).toContain("error[WIM_");
    expect(existsSync(join(cwd, "never/empty.txt"))).toBe(false);
  });

  it("is quiet, but for errors", async () => {
    const args = ["/Export-Image", "/SourceImageFile:a.wim", "/SourceIndex:1", "/DestinationImageFile:q.wim", "/Quiet"];
    expect(await dism(args)).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    expect((await dism(args)).stdout).toMatch(/^\nError: 183\n/);
  });

  it("writes a log where it is asked to, and says so when it fails", async () => {
    const path = join(cwd, "dism.log");
    await dism(["/Get-ImageInfo", "/ImageFile:a.wim", "/LogPath:dism.log"]);
    const { stdout } = await dism(["/Get-ImageInfo", "/ImageFile:absent.wim", `/LogPath:${path}`, "/LogLevel:1"]);
    expect(stdout.endsWith(`\nThe DISM log file can be found at ${path}\n`)).toBe(true);
    const log = readFileSync(path, "utf8");
    expect(log.match(/Starting/g)).toHaveLength(1);
    expect(log).toMatch(
      /, Error {17}DISM {3}DISM WIM Provider: PID=\d+ TID=\d+ The system cannot .*\(hr:0x80070002\)\n$/,
    );
  });

  it("says when the log cannot be written", async () => {
    const { exitCode, stdout } = await dism(["/Get-ImageInfo", "/ImageFile:a.wim", "/LogPath:absent/dism.log"]);
    expect(exitCode).toBe(3);
    expect(stdout).not.toContain("The DISM log file can be found");
  });

  it("stops when it is told to", async () => {
    const args = ["/Capture-Image", "/ImageFile:stopped.wim", "/CaptureDir:tree", "/Name:x"];
    const { exitCode, stdout } = await dism(args, { signal: AbortSignal.abort() });
    expect(exitCode).toBe(1223);
    expect(stdout).toContain("Error: 1223\n");
    expect(existsSync(join(cwd, "stopped.wim"))).toBe(false);
  });

  it("does not let a name drive the terminal", async () => {
    await dism(["/Capture-Image", "/ImageFile:evil.wim", "/CaptureDir:tree", "/Name:x"]);
    editXml(join(cwd, "evil.wim"), (xml) => xml.replace("<NAME>x<", "<NAME>x\u009b2J<"));
    const { stdout } = await dism(["/Get-ImageInfo", "/ImageFile:evil.wim"]);
    expect(stdout).toContain("Name : x\\x9b2J\n");
  });

  it("has help, of all and of a command", async () => {
    expect(body((await dism([])).stdout)).toContain("/Append-Image                    - Adds an image");
    const { exitCode, stdout } = await dism(["/Apply-Image", "/?"]);
    expect(exitCode).toBe(0);
    expect(body(stdout)).toMatch(
      /^\/Apply-Image \/ImageFile:<value> \{\/Index:<value> \| \/Name:<value>\} \/ApplyDir:<value> \[/,
    );
    expect((await dism(["/Get-WimInfo", "/Get-Help"])).stdout).toContain(
      "/Get-WimInfo /WimFile:<value>, is accepted too.",
    );
    expect((await dism(["/Remount-Image", "/?"])).stdout).toContain("/Remount-Image is not done here.");
  });
});
