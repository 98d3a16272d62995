import { adkError } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { readBoundImports } from "./bound-import-table.ts";
import { computeChecksum } from "./checksum.ts";
import { readClr } from "./clr-header.ts";
import { readDebugDirectory } from "./debug-directory.ts";
import { readDelayImports } from "./delay-import-table.ts";
import { readExecutable } from "./executable.ts";
import { describeExecutable, executableFacts } from "./executable-facts.ts";
import { readExports } from "./export-table.ts";
import { importHash } from "./import-hash.ts";
import { readImports } from "./import-table.ts";
import { readLoadConfig } from "./load-config.ts";
import { overlayOf } from "./overlay.ts";
import { parsePe } from "./pe-file.ts";
import { readRichHeader } from "./rich-header.ts";
import { makeSamplePe } from "./testing/sample-pe.ts";
import { readTls } from "./tls-directory.ts";

const SAMPLE = makeSamplePe();
const open = (bytes: Uint8Array = SAMPLE) => parsePe(bytes);

/** The sample with some numbers replaced. */
function patched(...changes: readonly (readonly [offset: number, bytes: readonly number[]])[]): Uint8Array {
  const copy = SAMPLE.slice();
  for (const [offset, bytes] of changes) copy.set(bytes, offset);
  return copy;
}

test("headers and sections", async () => {
  const pe = await open();
  expect(pe.findings.list).toEqual([]);
  expect(pe.fileHeader).toMatchObject({ machine: 0x8664, timeDateStamp: 1_700_000_000, characteristics: 0x2022 });
  expect(pe.optionalHeader).toMatchObject({
    is64: true,
    linkerVersion: [14, 40],
    operatingSystemVersion: [6, 1],
    subsystem: 3,
  });
  expect(pe.sections).toMatchObject([{ name: ".rdata", virtualAddress: 0x400 }]);
  expect(overlayOf(pe)).toBeUndefined();
  const longer = await open(new Uint8Array([...SAMPLE, 1, 2, 3]));
  expect(overlayOf(longer)).toEqual({ offset: SAMPLE.length, size: 3 });
});

test("imports, delayed and bound ones", async () => {
  const pe = await open();
  const imports = await readImports(pe);
  expect(imports).toEqual([
    {
      dll: "KERNEL32.dll",
      functions: [
        { name: "CreateFileW", ordinal: undefined, hint: 7 },
        { name: "ExitProcess", ordinal: undefined, hint: 7 },
      ],
    },
    {
      dll: "WS2_32.dll",
      functions: [
        { name: undefined, ordinal: 1, hint: undefined },
        { name: undefined, ordinal: 500, hint: undefined },
      ],
    },
  ]);
  // MD5 of kernel32.createfilew,kernel32.exitprocess,ws2_32.accept,ws2_32.wep
  expect(importHash(imports)).toBe("8b280ae8bb52439b27e975dcbf585155");
  expect(await readDelayImports(pe)).toMatchObject([{ dll: "LATER.dll", functions: [{ name: "MsgBox" }] }]);
  expect(await readBoundImports(pe)).toEqual([
    { dll: "KERNEL32.dll", timeDateStamp: 0x1111, forwarders: [{ dll: "NTDLL.dll", timeDateStamp: 0x2222 }] },
  ]);
});

test("exports with names, forwarders and bare ordinals", async () => {
  expect(await readExports(await open())).toMatchObject({
    name: "sample.dll",
    base: 5,
    functions: [
      { name: "First", ordinal: 5, address: 0x2000, forwarder: undefined },
      { name: "Second", ordinal: 6, forwarder: "NTDLL.RtlGetVersion" },
      { name: undefined, ordinal: 7, address: 0x2010 },
    ],
  });
});

test("debug directory", async () => {
  const [pdb, pogo, repro, characteristics] = await readDebugDirectory(await open());
  expect(pdb?.codeView).toMatchObject({
    signature: "RSDS",
    age: 2,
    path: "C:\\build\\sample.pdb",
    id: "33221100554477668899AABBCCDDEEFF2",
  });
  expect(pogo?.pogoSignature).toBe("LTCG");
  expect(repro?.reproHash).toEqual(new Uint8Array([0xce, 0xfa, 0xed, 0xfe]));
  expect(characteristics?.exDllCharacteristics).toBe(1);
});

test("load configuration, thread local storage, rich header, assembly", async () => {
  const pe = await open();
  expect(await readLoadConfig(pe)).toMatchObject({
    size: 208,
    guardFlags: 0x10500,
    hybrid: "arm64ec",
    securityCookie: 0x1_8000_0500n,
  });
  expect(await readTls(pe)).toMatchObject({ callbacks: [0x1_8000_0400n], sizeOfZeroFill: 16 });
  const rich = await readRichHeader(pe);
  expect(rich).toMatchObject({
    offset: 0x80,
    checksumMatches: true,
    entries: [
      { productId: 0x105, build: 0x7809, count: 3 },
      { productId: 0x102, build: 0x7809, count: 1 },
    ],
  });
  expect(await readRichHeader(await open(patched([0x10, [1]])))).toMatchObject({ checksumMatches: false });
  expect(await readClr(pe)).toEqual({
    runtimeVersion: "2.5",
    flags: 1,
    metadataVersion: "v4.0.30319",
    assembly: { name: "Sample", version: "1.2.3.4", culture: "", publicKeyToken: "b77a5c561934e089" },
    references: [{ name: "mscorlib", version: "4.0.0.0", culture: "", publicKeyToken: "b77a5c561934e089" }],
    targetFramework: ".NETFramework,Version=v4.7.2",
  });
});

test("the checksum does not depend on its field", async () => {
  const field = 0x100 + 24 + 64;
  const sum = await computeChecksum(await open());
  expect(await computeChecksum(await open(patched([field, [0xff, 0xff, 1, 2]])))).toBe(sum);
  expect(await computeChecksum(await open(patched([field + 4, [0x77]])))).not.toBe(sum);
});

test("facts are plain values", async () => {
  const executable = await readExecutable(SAMPLE);
  const facts = JSON.parse(JSON.stringify(await executableFacts(executable)));
  expect(describeExecutable(executable)).toBe("Windows DLL (x64, console, .NET)");
  expect(facts).toMatchObject({
    machine: "x64",
    imports: [{ dll: "KERNEL32.dll", functions: ["CreateFileW", "ExitProcess"] }, { functions: ["#1", "#500"] }],
    versionInfo: { fileVersion: "1.2.3.4", strings: { CompanyName: "Sample Company" } },
    manifestFacts: { requestedExecutionLevel: "requireAdministrator" },
    mitigations: { aslr: true, highEntropyAslr: true, dep: true, controlFlowGuard: true, shadowStack: true },
    signature: { status: "unsigned", signatures: [] },
  });
});

describe("executables of other kinds", () => {
  const second = (letters: string, header: Uint8Array = new Uint8Array(128)) => {
    const bytes = new Uint8Array(1024);
    bytes.set(Buffer.from("MZ"));
    bytes[0x3c] = 0x80;
    bytes.set(header, 0x80);
    bytes.set(Buffer.from(letters), 0x80);
    return bytes;
  };

  test("NE", async () => {
    const header = new Uint8Array(128);
    header.set([5, 10], 2);
    header[0x26] = 0x60; // resident names
    header.set([0x00, 0x02], 0x2c); // non-resident names
    header.set([2], 0x36);
    header.set([10, 3], 0x3e);
    header.set(Buffer.from("\x06SAMPLE\0\0"), 0x60);
    const bytes = second("NE", header);
    bytes.set(Buffer.from("\x0bA old game."), 0x200);
    const executable = await readExecutable(bytes);
    expect(executable).toMatchObject({
      kind: "ne",
      ne: {
        linkerVersion: "5.10",
        system: "Windows",
        windowsVersion: "3.10",
        moduleName: "SAMPLE",
        description: "A old game.",
      },
    });
    expect(describeExecutable(executable)).toBe("16-bit executable (Windows, SAMPLE)");
    expect(await executableFacts(executable)).toMatchObject({ moduleName: "SAMPLE" });
  });

  test("LE, LX and DOS", async () => {
    const header = new Uint8Array(128);
    header[10] = 4;
    expect(await readExecutable(second("LE", header))).toMatchObject({ kind: "le", system: "Windows 386" });
    expect(describeExecutable(await readExecutable(second("LX")))).toBe("Linear executable (LX, unknown)");
    expect(await executableFacts(await readExecutable(second("??")))).toEqual({ programSize: 0 });
  });

  test("are refused as PE files", async () => {
    await expect(parsePe(second("NE"))).rejects.toThrow(adkError("PE_NOT_PE", { kind: "unsupported", found: "NE" }));
    await expect(parsePe(Buffer.from("#!/bin/sh\n"))).rejects.toThrow(adkError("PE_BAD_MAGIC"));
  });
});

test("every truncation is refused or read with findings", async () => {
  for (let length = 0; length < SAMPLE.length; length += length < 0x300 ? 1 : 7) {
    const part = SAMPLE.slice(0, length);
    const facts = await readExecutable(part).then(executableFacts, (error: unknown) => error);
    if (facts instanceof Error) expect(facts).toEqual(adkError((facts as unknown as { code: string }).code));
  }
});
