import { MemoryAccess } from "@adk/core";
import { expect, test } from "vitest";
import { CabinetSet, cabInfo, readUpdatePackage } from "./index.ts";
import { sampleCabinet } from "./sample-cabinet.ts";

const PROPERTIES = 'ApplicabilityInfo="Windows 10.0 Client"\r\nKB Article Number="5005565"\r\nnot a property\r\n';

async function packageOf(files: Record<string, string>): Promise<CabinetSet> {
  const list = Object.entries(files).map(([name, text]) => ({ name, data: new TextEncoder().encode(text) }));
  return CabinetSet.open(new MemoryAccess(sampleCabinet([{ compression: "mszip", files: list }])));
}

test("an update package is told by its parts", async () => {
  const set = await packageOf({
    "WSUSSCAN.cab": "conditions",
    "Windows10.0-KB5005565-x64.cab": "payload",
    "Windows10.0-KB5005565-x64.xml": "<unattend/>",
    "Windows10.0-KB5005565-x64-pkgProperties.txt": PROPERTIES,
  });
  expect(await readUpdatePackage(set)).toMatchObject({
    properties: { ApplicabilityInfo: "Windows 10.0 Client", "KB Article Number": "5005565" },
    payloads: [{ name: "Windows10.0-KB5005565-x64.cab" }],
    answerFile: { name: "Windows10.0-KB5005565-x64.xml" },
  });
  expect(await cabInfo(set)).toMatchObject({
    kind: "update-package",
    update: { payloads: ["Windows10.0-KB5005565-x64.cab"] },
  });
});

test("properties in UTF-16 are read", async () => {
  const data = Buffer.from(`\ufeff${PROPERTIES}`, "utf16le");
  const files = [
    { name: "pkgProperties.txt", data },
    { name: "a.cab", data },
  ];
  const set = await CabinetSet.open(new MemoryAccess(sampleCabinet([{ compression: "none", files }])));
  expect((await readUpdatePackage(set))?.properties["KB Article Number"]).toBe("5005565");
});

test("other cabinets are none", async () => {
  expect(await readUpdatePackage(await packageOf({ "driver.inf": "", "a.cab": "" }))).toBeUndefined();
  expect(await readUpdatePackage(await packageOf({ "pkgProperties.txt": "" }))).toBeUndefined();
});
