import { encodeUtf16 } from "@adk/core";
import { adkError } from "@adk/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readIcons } from "./icons.ts";
import { parseManifest, readManifests } from "./manifest.ts";
import { readMessageTables } from "./message-table.ts";
import { parseMui, readMui } from "./mui.ts";
import { Directory } from "./optional-header.ts";
import { parsePe } from "./pe-file.ts";
import { findResources, readResource, readResources } from "./resource-tree.ts";
import { parseStringBlock, readStringTables } from "./string-table.ts";
import { makeSamplePe } from "./testing/sample-pe.ts";
import { parseVersionInfo, readVersionInfo, versionStrings } from "./version-info.ts";

const SAMPLE = makeSamplePe();
const open = (bytes: Uint8Array = SAMPLE) => parsePe(bytes);

test("the tree", async () => {
  const pe = await open();
  const resources = await readResources(pe);
  expect(resources.map(({ type, name, language }) => [type, name, language])).toEqual([
    ["MUI", 1, 0x409],
    ["WEVT_TEMPLATE", 1, 0x409],
    [3, 1, 0x409],
    [6, 2, 0x409],
    [11, 1, 0x409],
    [14, 7, 0x409],
    [16, 1, 0x409],
    [24, 1, 0x409],
  ]);
  const [events] = await findResources(pe, "wevt_template");
  expect(Buffer.from(await readResource(pe, events!)).toString()).toBe("CRIM");
  await expect(readResource(pe, { ...events!, address: 0xffff_0000 })).rejects.toThrow(adkError("PE_BAD_ADDRESS"));
});

test("version information", async () => {
  const [info] = await readVersionInfo(await open());
  expect(info).toMatchObject({
    language: 0x409,
    fixed: { fileVersion: "1.2.3.4", productVersion: "5.6.7.8", fileType: 2, fileOs: 0x40004 },
    translations: [{ language: 0x409, codePage: 1200 }],
  });
  expect([...versionStrings(info)]).toEqual([
    ["CompanyName", "Sample Company"],
    ["FileDescription", "A sample"],
  ]);
  expect([...versionStrings(undefined)]).toEqual([]);
  expect(() => parseVersionInfo(encodeUtf16("no version information"))).toThrow(adkError("PE_BAD_VERSION_INFO"));
});

test("manifest", async () => {
  const [manifest] = await readManifests(await open());
  expect(manifest?.text).toMatch(/^<\?xml/);
  expect(await parseManifest(manifest?.text ?? "")).toEqual({
    identity: { name: "Sample", version: "1.2.3.4", processorArchitecture: "amd64", publicKeyToken: "", language: "" },
    requestedExecutionLevel: "requireAdministrator",
    uiAccess: false,
    supportedOs: ["{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"],
    maxVersionTested: undefined,
    dependencies: [
      {
        name: "Microsoft.Windows.Common-Controls",
        version: "6.0.0.0",
        processorArchitecture: "*",
        publicKeyToken: "6595b64144ccf1df",
        language: "*",
      },
    ],
    windowsSettings: { longPathAware: "true" },
  });
  await expect(parseManifest("<assembly><open></assembly>")).rejects.toThrow(adkError("PE_BAD_MANIFEST"));
  const deep = `<assembly>${"<a>".repeat(100_000)}${"</a>".repeat(100_000)}</assembly>`;
  await expect(parseManifest(deep)).rejects.toThrow(adkError("PE_BAD_MANIFEST"));
});

test("icons become files", async () => {
  const [icon] = await readIcons(await open());
  expect(icon).toMatchObject({ name: 7, images: [{ width: 32, height: 256, bitCount: 32 }] });
  const bytes = Buffer.from(icon!.file);
  expect(bytes.subarray(0, 6).toString("hex")).toBe("000001000100");
  expect(bytes.subarray(bytes.readUInt32LE(18)).toString()).toBe("the image of an icon");
});

test("strings, messages, languages", async () => {
  const pe = await open();
  expect(await readStringTables(pe)).toEqual([{ id: 19, language: 0x409, text: "The fourth text" }]);
  expect(await readMessageTables(pe)).toEqual([
    { id: 0x4000_0001, language: 0x409, text: "First %1\r\n" },
    { id: 0x4000_0002, language: 0x409, text: "Second\r\n" },
  ]);
  expect(await readMui(pe)).toEqual({
    kind: "language-specific",
    serviceChecksum: "aa".repeat(16),
    checksum: "bb".repeat(16),
    language: "de-DE",
    ultimateFallbackLanguage: "",
  });
  expect(() => parseMui(new Uint8Array(200))).toThrow(adkError("PE_BAD_MUI"));
});

test("a block of strings holds what was put in", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 40 }), { maxLength: 16 }), (strings) => {
      const parts = strings.flatMap((text) => [new Uint8Array([text.length, 0]), encodeUtf16(text)]);
      expect(parseStringBlock(new Uint8Array(Buffer.concat(parts)))).toEqual(strings);
    }),
  );
});

test("directories in a circle end", async () => {
  const root = (await open()).directory(Directory.RESOURCE)?.address ?? 0;
  const bytes = SAMPLE.slice();
  // Each entry leads back to the root.
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let index = 0; index < 8; index++) view.setUint32(root + 16 + index * 8 + 4, 0x8000_0000, true);
  const pe = await open(bytes);
  expect(await readResources(pe)).toEqual([]);
  expect(pe.findings.list.map(({ code }) => code)).toContain("PE_BAD_RESOURCES");
});
