import { describe, expect, it } from "vitest";
import { parseImageX } from "./parse.ts";
import { successOf, toImageXRequest } from "./request.ts";

function request(...argv: string[]) {
  const line = parseImageX(argv);
  if (line.kind !== "operation") throw new Error(line.kind);
  return toImageXRequest(line.verb, line.words, line.options, "/data");
}

describe("parseImageX and toImageXRequest", () => {
  it("understand a capture with all that it takes", () => {
    const flags = [
      "/compress",
      "maximum",
      "/check",
      "/boot",
      "/flags",
      "Pro",
      "/norpfix",
      "/config",
      "w.ini",
      "/verify",
    ];
    expect(request("/capture", "C:\\x", "a.wim", "The name", "What it is", ...flags)).toEqual({
      kind: "capture",
      from: expect.stringContaining("x"),
      file: "/data/a.wim",
      name: "The name",
      description: "What it is",
      flags: "Pro",
      config: "/data/w.ini",
      compression: "lzx",
      boot: true,
      check: true,
      verify: true,
      rpfix: false,
    });
  });

  it.each([
    [["/APPEND", "c", "a.wim", "N"], { kind: "append", from: "/data/c", compression: undefined, rpfix: true }],
    [
      ["/check", "/Apply", "a.wim", "2", "/mnt/c"],
      { kind: "apply", image: { selector: { index: 2 } }, to: "/mnt/c", check: true },
    ],
    [
      ["/apply", "/srv/a.wim", "Pro", "out"],
      { image: { file: "/srv/a.wim", selector: { kind: "name", name: "Pro" } } },
    ],
    [["/capture", "/mnt", "a.wim", "N"], { from: "/mnt" }],
    [["/export", "a.wim", "*", "b.wim"], { kind: "export", image: { selector: { kind: "all" } }, name: undefined }],
    [["/export", "a.wim", "1", "b.wim", "N", "/compress", "NONE"], { compression: "none", name: "N" }],
    [["/delete", "a.wim", "1"], { kind: "delete", image: { selector: { index: 1 } } }],
    [["/split", "a.wim", "b.swm", "650"], { kind: "split", to: "/data/b.swm", partSize: 681_574_400 }],
    [["/dir", "a.wim", "1"], { kind: "dir", image: { file: "/data/a.wim" } }],
    [["/info", "a.wim"], { kind: "info", image: { selector: undefined }, xmlOnly: false }],
    [
      ["/info", "a.wim", "1", "/XML", "/scroll", "/logfile", "l.txt"],
      { image: { selector: { index: 1 } }, xmlOnly: true },
    ],
  ])("understand %j", (argv, expected) => {
    expect(request(...argv)).toMatchObject(expected);
  });

  it.each([
    [["/foo"], 87, "Unknown: /foo"],
    [["a.wim"], 87, "No operation is given."],
    [["/info", "/dir", "a.wim"], 87, "Only one operation"],
    [["/apply", "a.wim", "1"], 87, "/apply takes other arguments."],
    [["/dir", "a.wim", "1", "2"], 87, "/dir takes other arguments."],
    [["/dir", "a.wim", "1", "/boot"], 87, "/dir does not take /boot."],
    [["/append", "c", "a", "n", "/compress", "fast"], 87, "/append does not take /compress."],
    [["/capture", "c", "a", "n", "/flags"], 87, "/flags is missing its value."],
    [["/capture", "c", "a", "n", "/check", "/CHECK"], 87, "/check is there twice."],
    [["/capture", "c", "a", "n", "/compress", "lzx"], 87, "/compress takes maximum, fast or none."],
    [["/split", "a", "b", "-1"], 87, "The size of the parts"],
    [["/info", "a.wim", "1", "New name"], 50, "The names of images"],
    [["/info", "a.wim", "1", "/boot"], 50, "The names of images"],
  ])("refuse %j", (argv, win32, message) => {
    expect(() => request(...argv)).toThrow(
      expect.objectContaining({ win32, message: expect.stringContaining(message) }),
    );
  });

  it("know help and the operations that mount", () => {
    expect(parseImageX([])).toEqual({ kind: "help", verb: undefined });
    expect(parseImageX(["/Apply", "/?"])).toEqual({ kind: "help", verb: "apply" });
    expect(parseImageX(["/mount", "/help"])).toEqual({ kind: "help", verb: undefined });
    expect(parseImageX(["/MountRW", "a.wim", "1", "d"])).toEqual({ kind: "mounts" });
  });

  it("have a sentence for every operation that is done", () => {
    const base = { image: { file: "a", selector: undefined }, check: false, parts: undefined };
    expect(successOf({ kind: "apply", to: "b", ...base }, [])).toBe("Successfully applied image.");
    expect(successOf({ kind: "delete", ...base }, [])).toBe("Successfully deleted image.");
    expect(successOf({ kind: "split", file: "a", to: "b", partSize: 1, check: false }, [])).toMatch(/split/);
  });
});
