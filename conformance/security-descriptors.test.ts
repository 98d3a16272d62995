import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatSddl, fromHex, parseSddl, parseSecurityDescriptor, securityDescriptorToBytes, toHex } from "@adk/core";
import { describe, expect, test } from "vitest";

const DATA = process.env.ADK_TEST_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url));
const IMAGING = `${DATA}/imaging`;
const HARDENING = `${DATA}/fleet/hardeningkitty`;

describe.skipIf(!existsSync(IMAGING))(`real security descriptors of ${IMAGING}`, () => {
  test("a descriptor of wimlib's tests is rewritten byte for byte", () => {
    const bytes = readFileSync(`${IMAGING}/security_descriptor_1.bin`);
    const descriptor = parseSecurityDescriptor(bytes);
    expect(descriptor.control).toBe(0xa004);
    expect(formatSddl(descriptor)).toBe(
      "O:SYG:SYD:(A;;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;FA;;;SY)(A;OICIIOID;GA;;;CO)" +
        "(A;OICIID;0x1200a9;;;BU)(A;CIID;LC;;;BU)(A;CIID;DC;;;BU)",
    );
    expect(toHex(securityDescriptorToBytes(descriptor))).toBe(toHex(bytes));
  });

  test("every descriptor of the images survives text and bytes", () => {
    const found = imageDescriptors();
    expect(found.length).toBeGreaterThanOrEqual(4);
    for (const hex of found) {
      const descriptor = parseSecurityDescriptor(fromHex(hex));
      expect(parseSecurityDescriptor(securityDescriptorToBytes(descriptor))).toEqual(descriptor);
      expect(formatSddl(parseSddl(formatSddl(descriptor)))).toBe(formatSddl(descriptor));
    }
  });

  test("an empty list is not a NULL list", () => {
    const texts = imageDescriptors().map((hex) => formatSddl(parseSecurityDescriptor(fromHex(hex))));
    expect(texts).toContain("O:BAG:SYD:AI");
  });

  test("says the same as Samba", ({ skip }) => {
    const hex = [...imageDescriptors(), toHex(readFileSync(`${IMAGING}/security_descriptor_1.bin`))];
    const texts = sambaSddl(hex);
    skip(texts === undefined, "python3-samba is not installed");
    // Samba writes rights in its own order and width; what they mean must be the same.
    expect(texts!.map((text) => formatSddl(parseSddl(text)))).toEqual(
      hex.map((each) => formatSddl(parseSecurityDescriptor(fromHex(each)))),
    );
  });
});

describe.skipIf(!existsSync(HARDENING))(`SDDL of security baselines in ${HARDENING}`, () => {
  test("is read and written as it stands", () => {
    const file = `${HARDENING}/finding_list_msft_security_baseline_windows_11_24h2_machine.csv`;
    const texts = readFileSync(file, "utf8").match(/O:[A-Z]{2}G:[A-Z]{2}D:\([^",]*\)/g) ?? [];
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(formatSddl(parseSddl(text))).toBe(text);
  });
});

/** Each security descriptor once, in hexadecimal, of all images that wimlib listed. */
function imageDescriptors(): string[] {
  const files: Record<string, { images?: { entries?: Record<string, string>[] }[] }> = JSON.parse(
    readFileSync(`${IMAGING}/facts/wimlib-dir.json`, "utf8"),
  );
  const entries = Object.values(files).flatMap((file) => (file.images ?? []).flatMap((image) => image.entries ?? []));
  return [...new Set(entries.flatMap((entry) => entry["Security Descriptor"] ?? []))];
}

function sambaSddl(hex: readonly string[]): string[] | undefined {
  const script = [
    "import sys",
    "from samba.dcerpc import security",
    "from samba.ndr import ndr_unpack",
    'domain = security.dom_sid("S-1-5-21-0-0-0")',
    "for line in sys.stdin: print(ndr_unpack(security.descriptor, bytes.fromhex(line.strip())).as_sddl(domain))",
  ].join("\n");
  try {
    const output = execFileSync("/usr/bin/python3", ["-c", script], {
      input: hex.join("\n"),
      encoding: "utf8",
      stdio: "pipe",
    });
    return output.trim().split("\n");
  } catch (error) {
    if (process.env.CI === "true") throw error;
    return undefined;
  }
}
