import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { sampleCabinet } from "@adk/cab/testing";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, expect, test } from "vitest";
import { parseParents, planComponents } from "./optional-components.ts";

let folder = "";

function manifest(name: string, parents: readonly string[]): string {
  const list = ["Microsoft-Windows-WinPE-Package", ...parents.map((each) => `${each}-Package`)];
  const identities = list.map((each) => `<parent><assemblyIdentity name="${each}" version="10.0.1.1"/></parent>`);
  return `<?xml version="1.0"?><assembly xmlns="urn:schemas-microsoft-com:asm.v3"><assemblyIdentity name="${name}-Package"/>
    <package identifier="${name}" releaseType="Feature Pack">${identities.join("")}</package></assembly>`;
}

beforeAll(() => {
  folder = temporaryDirectory();
  mkdirSync(join(folder, "en-us"));
  const needs = {
    "WinPE-WMI": [],
    "WinPE-NetFx": ["WinPE-WMI"],
    "WinPE-Scripting": [],
    "WinPE-PowerShell": ["WinPE-NetFx", "WinPE-Scripting"],
    "WinPE-A": ["WinPE-B"],
    "WinPE-B": ["WinPE-A"],
  };
  for (const [name, parents] of Object.entries(needs)) {
    const data = Buffer.from(manifest(name, parents));
    writeFileSync(
      join(folder, `${name}.cab`),
      sampleCabinet([{ compression: "none", files: [{ name: "update.mum", data }] }]),
    );
  }
  writeFileSync(join(folder, "en-us/WinPE-WMI_en-us.cab"), "");
});

test("components stand behind what they need, a language behind its component", async () => {
  const planned = await planComponents(folder, ["powershell"]);
  expect(planned.map(({ cabinet, requested }) => [basename(cabinet), requested])).toEqual([
    ["WinPE-WMI.cab", false],
    ["WinPE-WMI_en-us.cab", false],
    ["WinPE-NetFx.cab", false],
    ["WinPE-Scripting.cab", false],
    ["WinPE-PowerShell.cab", true],
  ]);
});

test("circles and unknown names are refused", async () => {
  await expect(planComponents(folder, ["WinPE-A"])).rejects.toMatchObject({ code: "WINPE_COMPONENT_CIRCLE" });
  await expect(planComponents(folder, ["WinPE-NetFX4"])).rejects.toMatchObject({
    code: "WINPE_NO_COMPONENT",
    hint: 'Did you mean "WinPE-NetFx"?',
  });
  await expect(planComponents(join(folder, "none"), ["x"])).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
});

test("what is no manifest names nothing", () => {
  expect(parseParents(manifest("X", ["WinPE-WMI"]))).toEqual(["Microsoft-Windows-WinPE-Package", "WinPE-WMI-Package"]);
  expect(parseParents("<a><b>")).toEqual([]);
  expect(parseParents("")).toEqual([]);
});
