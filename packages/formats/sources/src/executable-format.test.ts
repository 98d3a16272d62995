import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSampleCatalog, makeTestSigner } from "@adk/pe/testing";
import { expect, onTestFinished, test } from "vitest";
import { inspectFile } from "./inspect-file.ts";

function write(name: string, bytes: Uint8Array): string {
  const directory = mkdtempSync(join(tmpdir(), "adk-sources-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

function dosHeader(letters: string): Uint8Array {
  const bytes = new Uint8Array(0x400);
  bytes.set(Buffer.from("MZ"));
  bytes[0x3c] = 0x80;
  bytes.set(Buffer.from(letters), 0x80);
  return bytes;
}

test("PE files", async () => {
  const bytes = dosHeader("PE\0\0");
  bytes.set([0x64, 0x86], 0x84);
  bytes.set([0x0b, 0x02], 0x98);
  expect(await inspectFile(write("a.exe", bytes))).toMatchObject({
    format: "pe",
    description: "Windows program (x64, unknown)",
    facts: {
      machine: "x64",
      timeDateStamp: 0,
      imports: [],
      versionInfo: null,
      manifest: null,
      signature: { status: "unsigned" },
    },
  });
});

test("older executables have formats of their own", async () => {
  expect(await inspectFile(write("old.exe", dosHeader("LX")))).toMatchObject({
    format: "lx",
    facts: { system: "unknown" },
  });
  expect(await inspectFile(write("older.exe", dosHeader("")))).toMatchObject({
    format: "dos",
    description: "DOS program",
  });
});

test("catalogs", async () => {
  const members = [{ digest: new Uint8Array(32), attributes: { File: "a.inf", OSAttr: "2:10.0" } }];
  const bytes = makeSampleCatalog({ members, attributes: { OS: "_v100_X64" } }, makeTestSigner("Publisher"));
  expect(await inspectFile(write("a.cat", bytes))).toMatchObject({
    format: "cat",
    description: "Security catalog (1 member, signed by Publisher)",
    facts: {
      operatingSystems: ["_v100_X64", "2:10.0"],
      members: [{ algorithm: "sha256", attributes: { File: "a.inf" } }],
      signature: { signer: "Publisher", sound: true, trust: "not checked" },
    },
  });
});
