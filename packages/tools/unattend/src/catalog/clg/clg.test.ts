import { AdkError } from "@adk/core";
import { expect, test } from "vitest";
import { walkSettings } from "../catalog.ts";
import { clgHeader, parseClg, writeClg } from "./clg.ts";
import { clgCatalog } from "./clg-catalog.ts";
import { sampleClg } from "./testing/sample-clg.ts";

const BYTES = sampleClg();

test("a catalogue is written byte for byte as it was read", () => {
  expect(Buffer.compare(writeClg(parseClg(BYTES)), BYTES)).toBe(0);
});

test("its settings have the shape of the built-in ones", () => {
  const catalog = clgCatalog(parseClg(BYTES));
  expect(catalog).toMatchObject({ name: "Sample", architecture: "amd64" });
  expect(catalog.entries.map(({ architecture, version }) => [architecture, version])).toEqual([
    ["amd64", "10.0.1.2"],
    ["x86", "10.0.1.2"],
  ]);
  const part = catalog.component("PART")!;
  expect(part).toMatchObject({ passes: ["specialize", "oobeSystem"], architectures: ["amd64", "x86"], enabled: true });
  expect([...walkSettings(part.settings)].map(({ path }) => path)).toEqual([
    "Name",
    "Mode",
    "Commands",
    "Commands/Command",
    "Commands/Command/Order",
    "Commands/Command/Path",
  ]);
  expect(part.child("name")).toMatchObject({ type: "string", maxLength: 15, default: "*", passes: ["oobeSystem"] });
  expect(part.child("mode")).toMatchObject({ type: "enum", values: ["Audit", "OOBE"], deprecated: "image" });
  expect(part.child("Commands")?.child("Command")).toMatchObject({ kind: "list", key: "Order" });
});

test("its packages and its end", () => {
  const clg = parseClg(BYTES);
  expect(clgCatalog(clg).packages).toEqual([
    {
      name: "Foundation",
      version: "10.0.1.2",
      architecture: "amd64",
      language: "neutral",
      releaseType: 6,
      removable: false,
      features: [{ name: "TelnetClient", enabled: true }],
    },
  ]);
  expect(clgHeader(clg)).toEqual({ imageName: "Sample", imageUri: "wim:install.wim#Sample", imageModified: undefined });
});

test("every truncation is refused, and so is what follows the end", () => {
  for (let length = 0; length < BYTES.length; length += 7) {
    expect(() => parseClg(BYTES.subarray(0, length))).toThrow(AdkError);
  }
  expect(() => parseClg(Buffer.concat([BYTES, BYTES]))).toThrow(expect.objectContaining({ code: "CLG_BAD_FILE" }));
});

test("a length that is not that of the image is refused", () => {
  const damaged = BYTES.slice();
  const at = Buffer.from(damaged.buffer).indexOf("m_value") + "m_value".length + 2;
  damaged[at] = damaged[at]! ^ 1;
  expect(() => parseClg(damaged)).toThrow(expect.objectContaining({ code: "CLG_BAD_FILE" }));
});
