import { describe, expect, it } from "vitest";
import type { ImageDetails } from "./image-details.ts";
import { formatBar } from "./progress-bar.ts";
import { ProgressLine } from "./progress-line.ts";
import { renderError, renderHeader, renderImageDetails, renderImageList } from "./render.ts";

const home: ImageDetails = {
  index: 1,
  name: "Windows 10 Home",
  description: "Windows 10 Home",
  size: 13_998_570_900,
  wimBoot: false,
  architecture: "x64",
  hal: "",
  version: "10.0.18362",
  servicePackBuild: "30",
  servicePackLevel: "0",
  edition: "Core",
  installation: "Client",
  productType: "WinNT",
  productSuite: "Terminal Server",
  systemRoot: "WINDOWS",
  directories: 18_679,
  files: 87_458,
  created: "2019-04-01T20:09:02.1234567Z",
  modified: "2019-05-21T17:19:07.0000000Z",
  languages: ["en-US", "de-DE"],
  defaultLanguage: "en-US",
};
const bare: ImageDetails = {
  ...home,
  index: 2,
  name: "",
  description: "",
  size: 0,
  wimBoot: true,
  architecture: "",
  created: "",
  languages: [],
};

describe("what DISM prints", () => {
  // As recorded of DISM 10.0.17763.1.
  it("is the details of an image", () => {
    expect(renderHeader("10.0.17763.1") + renderImageDetails("D:\\sources\\install.esd", home)).toBe(`
Deployment Image Servicing and Management tool
Version: 10.0.17763.1

Details for image : D:\\sources\\install.esd

Index : 1
Name : Windows 10 Home
Description : Windows 10 Home
Size : 13,998,570,900 bytes
WIM Bootable : No
Architecture : x64
Hal : <undefined>
Version : 10.0.18362
ServicePack Build : 30
ServicePack Level : 0
Edition : Core
Installation : Client
ProductType : WinNT
ProductSuite : Terminal Server
System Root : WINDOWS
Directories : 18679
Files : 87458
Created : 4/1/2019 - 8:09:02 PM
Modified : 5/21/2019 - 5:19:07 PM
Languages :
\ten-US (Default)
\tde-DE
`);
  });

  it("says so where the XML data says nothing", () => {
    const text = renderImageDetails("a.wim", bare);
    expect(text).toContain("Name : <undefined>\nDescription : <undefined>\nSize : 0 bytes\nWIM Bootable : Yes\n");
    expect(text).toContain("Architecture : <undefined>\n");
    expect(text).toContain("Created : <undefined>\n");
    expect(text.endsWith("Languages : <undefined>\n")).toBe(true);
  });

  it.each([
    ["2024-01-02T00:00:00.0000000Z", "1/2/2024 - 12:00:00 AM"],
    ["2024-12-31T12:05:09.0000000Z", "12/31/2024 - 12:05:09 PM"],
    ["30828-09-14T02:48:05.0000000Z", "9/14/30828 - 2:48:05 AM"],
  ])("gives the time %s as %s", (created, expected) => {
    expect(renderImageDetails("a", { ...home, created })).toContain(`Created : ${expected}\n`);
  });

  it("is the list of the images of a file", () => {
    expect(
      renderImageList("install.wim", [home, { ...home, index: 2, size: 999 }]),
    ).toBe(`Details for image : install.wim

Index : 1
Name : Windows 10 Home
Description : Windows 10 Home
Size : 13,998,570,900 bytes

Index : 2
Name : Windows 10 Home
Description : Windows 10 Home
Size : 999 bytes

`);
  });

  it("is an error, and where the log is", () => {
    expect(renderError(2, "The system cannot find the file specified.", "/tmp/dism.log")).toBe(`
Error: 2

The system cannot find the file specified.

The DISM log file can be found at /tmp/dism.log
`);
    expect(renderError(50, "No.", undefined)).toBe("\nError: 50\n\nNo.\n");
  });
});

describe("the progress bar", () => {
  // The first four as recorded; the last shows that the number lies over the bar.
  it.each([
    [0.02, "[=                          2.0%                           ] "],
    [0.04, "[==                         4.0%                           ] "],
    [0.1, "[=====                      10.0%                          ] "],
    [1, "[==========================100.0%==========================] "],
    [0.623, "[===========================62.3%====                      ] "],
  ])("at %d", (share, expected) => {
    expect(formatBar(share)).toBe(expected);
  });

  const progress = (done: number, total: number) => ({ phase: "x", done, total, unit: "bytes" }) as const;

  it("is drawn over on a terminal, never goes back, and is full only at the end", () => {
    let text = "";
    const line = new ProgressLine(
      (more) => (text += more),
      true,
      (share) => `${Math.floor(share * 100)}%`,
    );
    line.report(progress(5, 0));
    line.report(progress(1, 4));
    line.report(progress(1, 4));
    line.report(progress(0, 10));
    line.report(progress(10, 10));
    line.finish();
    expect(text).toBe("\r25%\r99%\r100%\n");
  });

  it("is only the full one elsewhere", () => {
    let text = "";
    const line = new ProgressLine((more) => (text += more), false, formatBar);
    line.report(progress(1, 4));
    line.abandon();
    expect(text).toBe("");
    line.finish();
    expect(text).toBe("[==========================100.0%==========================] \n");
  });

  it("ends its line when the work fails", () => {
    let text = "";
    const line = new ProgressLine(
      (more) => (text += more),
      true,
      () => "half",
    );
    line.report(progress(1, 2));
    line.abandon();
    expect(text).toBe("\rhalf\n");
  });
});
