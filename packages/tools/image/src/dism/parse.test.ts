import { describe, expect, it } from "vitest";
import { parseDism } from "./parse.ts";

const options = (...argv: string[]) => Object.fromEntries(parseDism(argv).options);
const problem = (...argv: string[]) => parseDism(argv).problem;

describe("parseDism", () => {
  it.each([
    ["/Get-ImageInfo", "info"],
    ["/GET-WIMINFO", "info"],
    ["/list-image", "list"],
    ["/Apply-Image", "apply"],
    ["/capture-IMAGE", "capture"],
    ["/Append-Image", "append"],
    ["/Export-Image", "export"],
    ["/Delete-Image", "delete"],
    ["/Split-Image", "split"],
  ])("knows %s", (text, verb) => {
    expect(parseDism([text])).toMatchObject({ command: { kind: "imaging", verb }, problem: undefined });
  });

  it.each([
    ["/imagefile:a.wim", { ImageFile: "a.wim" }],
    ["/WimFile:a.wim", { ImageFile: "a.wim" }],
    ["/ImageFile=a.wim", { ImageFile: "a.wim" }],
    ["/ImageFile:C:\\a b\\x=1.wim", { ImageFile: "C:\\a b\\x=1.wim" }],
    ['/Name:"Windows 11 Pro"', { Name: "Windows 11 Pro" }],
    ['/Name:say "hi"', { Name: 'say "hi"' }],
    ["/Name:two\nlines", { Name: "two\nlines" }],
    ["/CHECKINTEGRITY", { CheckIntegrity: "" }],
  ])("reads %s", (text, expected) => {
    expect(options(text)).toEqual(expected);
    expect(problem(text)).toBeUndefined();
  });

  it("keeps global options apart, wherever they stand", () => {
    const { globals } = parseDism([
      "/English",
      "/LogPath:d.log",
      "/Get-WimInfo",
      "/loglevel:2",
      "/QUIET",
      "/NoRestart",
    ]);
    expect(Object.fromEntries(globals)).toEqual({
      English: "",
      LogPath: "d.log",
      LogLevel: "2",
      Quiet: "",
      NoRestart: "",
    });
  });

  it.each([
    [["/Get-WimInfo", "/Foo:1"], "The foo option is unknown."],
    [["/Get-WimInfo", "-ImageFile:a.wim"], 'DISM doesn\'t recognize the command-line option "-ImageFile:a.wim".'],
    [["/ImageFile", "a.wim"], "The /ImageFile option is missing a required argument."],
    [["/Apply-Image", "/ImageFile:"], "The /ImageFile: option is missing a required argument."],
    [["/Get-WimInfo", "/Index", ":", "1"], "The /Index option is missing a required argument."],
    [["/Get-WimInfo:x"], "The /Get-ImageInfo option does not take an argument."],
    [["/Capture-Image", "/Bootable:yes"], "The /Bootable option does not take an argument."],
    [["/Index:1", "/index:2"], "The /Index option has been duplicated on the command-line."],
    [["/WimFile:a", "/ImageFile:b"], "The /ImageFile option has been duplicated on the command-line."],
    [["/Get-WimInfo", "/List-Image"], "Invalid command-line."],
    [["/Get-WimInfo", "/LogLevel:5"], "An invalid log level was specified."],
    [["/Get-WimInfo", "/Format:xml"], "The xml argument given for the /Format option is invalid."],
    [["/Get-WimInfo", "/Image:C:\\mount"], "The /Image option cannot be used in this context."],
    [["/Online", "/Image:C:\\mount"], "Do not use the /Image or /WinDir option when using the /Online option"],
    [["/?", "/Get-WimInfo"], 'Invalid command-line option "/?".'],
    [[""], 'DISM doesn\'t recognize the command-line option "".'],
    [["/"], 'DISM doesn\'t recognize the command-line option "/".'],
    [["/:x"], 'DISM doesn\'t recognize the command-line option "/:x".'],
  ])("refuses %j", (argv, message) => {
    const found = problem(...argv);
    expect(found?.win32).toBe(87);
    expect(found?.message.startsWith(message), found?.message).toBe(true);
  });

  it("keeps the log of a command line that is wrong", () => {
    expect(parseDism(["/Foo", "/LogPath:d.log"]).globals.get("LogPath")).toBe("d.log");
  });

  it("knows commands that are not done here, and takes their options as they come", () => {
    const line = parseDism(["/Image:C:\\m", "/Add-Package", "/PackagePath:x", "/PreventPending"]);
    expect(line).toMatchObject({ command: { kind: "other", name: "Add-Package" }, problem: undefined });
    expect(parseDism(["/Online", "/Set-Edition:Professional"]).problem).toBeUndefined();
  });

  it("takes some options several times", () => {
    const { options, repeated, problem } = parseDism(["/Image:m", "/Add-Driver", "/Driver:a", "/driver:b"]);
    expect([options.get("Driver"), repeated.get("Driver"), problem]).toEqual(["a", ["a", "b"], undefined]);
    expect(parseDism(["/Image:m", "/Export-Driver", "/Destination:a", "/Destination:b"]).problem?.win32).toBe(87);
  });

  it.each([["/?"], ["/Get-Help"]])("takes %s for help", (text) => {
    expect(parseDism(["/Apply-Image", text])).toMatchObject({
      help: true,
      command: { verb: "apply" },
      problem: undefined,
    });
  });
});
