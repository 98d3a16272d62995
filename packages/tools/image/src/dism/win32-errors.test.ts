import { AdkError, cancelled } from "@adk/core";
import { describe, expect, it } from "vitest";
import { describeFailure, invalidData, notSupported } from "./win32-errors.ts";

describe("describeFailure", () => {
  it.each([
    ["FILE_NOT_FOUND", "input", 2],
    ["ACCESS_DENIED", "environment", 5],
    ["WIM_BAD_MAGIC", "input", 11],
    ["WIM_BAD_DENTRY", "input", 13],
    ["WIM_ENCRYPTED", "unsupported", 50],
    ["ALREADY_EXISTS", "environment", 80],
    ["WIM_NO_SUCH_IMAGE", "input", 87],
    ["WIM_IMAGE_NEEDED", "usage", 87],
    ["DISK_FULL", "environment", 112],
    ["WIM_NAME_TAKEN", "usage", 183],
    ["SOMETHING_NEW", "environment", 31],
  ] as const)("gives %s (%s) the code %d", (code, kind, expected) => {
    expect(describeFailure(new AdkError(code, "What.", { kind })).code).toBe(expected);
  });

  it("tells a missing directory from a missing file", () => {
    const missing = (file: string) => describeFailure(new AdkError("FILE_NOT_FOUND", "Gone.", { file }));
    expect(missing("/absent.wim")).toEqual({
      code: 2,
      message: "The system cannot find the file specified.\nGone. (/absent.wim)",
      file: "/absent.wim",
    });
    expect(missing("/no such directory/absent.wim").code).toBe(3);
  });

  it("takes what Node throws, and what was cancelled", () => {
    const full = Object.assign(new Error("ENOSPC"), { code: "ENOSPC", path: "/x" });
    expect(describeFailure(full)).toMatchObject({ code: 112, file: "/x" });
    expect(describeFailure(cancelled()).code).toBe(1223);
  });

  it("leaves the wording of its own errors alone", () => {
    expect(describeFailure(notSupported("Use that."))).toMatchObject({
      code: 50,
      message: "The request is not supported.\nUse that.",
    });
    expect(describeFailure(invalidData("Bad.")).message).toBe("The data is invalid.\nBad.");
  });

  it("throws a bug on", () => {
    const bug = new TypeError("x is not a function");
    expect(() => describeFailure(bug)).toThrow(bug);
  });
});
