import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseImageX } from "../imagex/parse.ts";
import { toImageXRequest } from "../imagex/request.ts";
import type { ImagingVerb } from "./commands.ts";
import { parseDism } from "./parse.ts";
import { toRequest } from "./request.ts";

function request(text: string) {
  const { command, options } = parseDism(text.split(" "));
  if (command?.kind !== "imaging") throw new Error(text);
  return toRequest(command.verb, options, "/data");
}

describe("toRequest", () => {
  it.each([
    [
      "/Get-WimInfo /WimFile:a.wim",
      { kind: "info", shown: "a.wim", image: { file: "/data/a.wim", selector: undefined } },
    ],
    ["/Get-ImageInfo /ImageFile:a.wim /Index:6", { image: { selector: { kind: "index", index: 6 } } }],
    [
      "/List-Image /ImageFile:x\\a.wim /Name:Pro",
      { image: { file: "/data/x/a.wim", selector: { kind: "name", name: "Pro" } } },
    ],
    ["/Apply-Image /ImageFile:/a.wim /Index:1 /ApplyDir:out\\", { kind: "apply", to: "/data/out", check: false }],
    ["/Apply-Image /ImageFile:a /Index:1 /ApplyDir:b /CheckIntegrity /Verify /NoRpFix /EA", { check: true }],
    [
      "/Export-Image /SourceImageFile:a /SourceIndex:2 /DestinationImageFile:b",
      { compression: undefined, to: "/data/b" },
    ],
    [
      "/Export-Image /SourceImageFile:a /SourceIndex:2 /DestinationImageFile:b /Compress:Recovery",
      { compression: "lzms", solid: true },
    ],
    ["/Delete-Image /ImageFile:a /Index:2 /CheckIntegrity", { kind: "delete", check: true }],
    ["/Split-Image /ImageFile:a /SWMFile:b.swm /FileSize:650", { kind: "split", partSize: 681_574_400 }],
  ])("understands %s", (text, expected) => {
    expect(request(text)).toMatchObject(expected);
  });

  it("understands all that a capture can be told", () => {
    const all = "/ConfigFile:w.ini /Compress:MAX /Bootable /CheckIntegrity /Verify /NoRpFix /EA /Description:D";
    expect(request(`/Capture-Image /ImageFile:a.wim /CaptureDir:c /Name:N ${all}`)).toEqual({
      kind: "capture",
      from: "/data/c",
      file: "/data/a.wim",
      name: "N",
      description: "D",
      flags: undefined,
      config: "/data/w.ini",
      compression: "lzx",
      boot: true,
      check: true,
      verify: true,
      rpfix: false,
    });
  });

  it.each([
    ["none", "none"],
    ["fast", "xpress"],
    ["max", "lzx"],
  ])("takes /Compress:%s for %s", (name, compression) => {
    const text = `/Capture-Image /ImageFile:a /CaptureDir:c /Name:N /Compress:${name}`;
    expect(request(text)).toMatchObject({ compression });
  });

  it.each([
    ["/Get-ImageInfo", 87, "A required option is missing from the command-line: /ImageFile."],
    ["/List-Image /ImageFile:a", 87, "A required option is missing from the command-line: /Index or /Name."],
    ["/List-Image /ImageFile:a /Index:1 /Name:b", 87, "Invalid command-line."],
    ["/Get-ImageInfo /ImageFile:a /Index:1 /Name:b", 87, "Invalid command-line."],
    ["/Get-ImageInfo /ImageFile:a /ApplyDir:b", 87, "The /applydir option is not recognized in this context."],
    ["/Append-Image /ImageFile:a /CaptureDir:b /Name:c /Compress:max", 87, "The /compress option is not recognized"],
    ["/List-Image /ImageFile:a /Index:one", 87, "The one argument given for the /Index option is invalid."],
    ["/Capture-Image /ImageFile:a /CaptureDir:c /Name:N /Compress:lzx", 87, "The lzx argument given for the /Compress"],
    ["/Capture-Image /ImageFile:a /CaptureDir:c /Name:N /Compress:constructor", 87, "The constructor argument given"],
    [
      "/Split-Image /ImageFile:a /SWMFile:b /FileSize:0",
      87,
      "The 0 argument given for the /FileSize option is invalid.",
    ],
    ["/Apply-Image /ImageFile:a /Index:1 /ApplyDrive:d", 50, "The request is not supported.\nImages are applied to"],
    ["/Apply-Image /ImageFile:a /Index:1 /ApplyDir:d /Compact", 50, "The request is not supported.\nCompact files"],
    ["/Capture-Image /ImageFile:a /CaptureDir:c /Name:N /WIMBoot", 50, "The request is not supported.\nWIMBoot"],
    [
      "/Capture-Image /ImageFile:a /CaptureDir:c /Name:N /Compress:recovery",
      87,
      "The recovery argument given for the /Compress option is invalid.",
    ],
  ])("refuses %s", (text, win32, message) => {
    let thrown: unknown;
    try {
      request(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ win32, message: expect.stringContaining(message) });
  });

  it("has a request for every command", () => {
    const verbs: readonly ImagingVerb[] = ["info", "list", "apply", "capture", "append", "export", "delete", "split"];
    for (const verb of verbs) expect(() => toRequest(verb, new Map(), "/")).toThrow("A required option is missing");
  });

  it("understands what docs/dism.md shows", () => {
    const page = readFileSync(new URL("../../../../../docs/dism.md", import.meta.url), "utf8");
    const lines = (/```\n(.*?)```/s.exec(page)?.[1] ?? "").trim().split("\n");
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) {
      const [, tool, ...words] = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
      if (tool === "dism") {
        const { command, options, problem } = parseDism(words);
        expect(problem).toBeUndefined();
        if (command?.kind !== "imaging") throw new Error(line);
        expect(toRequest(command.verb, options, "/").kind).toBe(command.verb);
      } else {
        const parsed = parseImageX(words);
        if (parsed.kind !== "operation") throw new Error(line);
        expect(toImageXRequest(parsed.verb, parsed.words, parsed.options, "/").kind).toBe(parsed.verb);
      }
    }
  });
});
