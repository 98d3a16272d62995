import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HiveEditor } from "@adk/registry";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inspectFile } from "./inspect-file.ts";

let path: string;
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "adk-hive-format-"));
  path = join(directory, "hive");
});
afterAll(() => rmSync(directory, { recursive: true }));

function hive(): Uint8Array {
  const editor = HiveEditor.create({ fileName: "SYSTEM", rootName: "ROOT", time: 132_000_000_000_000_000n });
  for (const name of ["Select", "ControlSet001"]) editor.createKey(name);
  return editor.toBytes();
}

test("a hive", async () => {
  writeFileSync(path, hive());
  expect(await inspectFile(path)).toMatchObject({
    format: "regf",
    description: "Registry hive (SYSTEM, 1.5)",
    facts: {
      version: "1.5",
      role: "SYSTEM",
      dirty: false,
      fileName: "SYSTEM",
      rootName: "ROOT",
      rootKeys: ["ControlSet001", "Select"],
      lastWritten: "2019-04-17T18:40:00.0000000Z",
    },
    findings: [],
  });
});

test("a dirty hive, and a log, as they are", async () => {
  const bytes = hive();
  bytes[4] = (bytes[4] ?? 0) + 1;
  writeFileSync(path, bytes);
  const dirty = await inspectFile(path);
  expect([dirty.description, dirty.findings.map(({ code }) => code)]).toEqual([
    "Registry hive (SYSTEM, 1.5, dirty)",
    ["REG_DIRTY"],
  ]);
  bytes[28] = 6;
  writeFileSync(path, bytes.subarray(0, 512));
  expect(await inspectFile(path)).toMatchObject({
    description: "Transaction log of a registry hive (1.5)",
    findings: [],
  });
});
