import { createHash } from "node:crypto";
import { MemoryAccess } from "@adk/core";
import { adkError, expectTruncationsRefused } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { catalogDigests, checkAgainstCatalog, verifyAuthenticode } from "./authenticode.ts";
import { authenticodeDigests } from "./authenticode-hash.ts";
import { parseCatalog } from "./catalog.ts";
import { parseCertificate } from "./certificate.ts";
import { parsePe } from "./pe-file.ts";
import { makeSampleCatalog } from "./testing/sample-catalog.ts";
import { makeSamplePe } from "./testing/sample-pe.ts";
import { makeTestSigner } from "./testing/sample-signing.ts";

const ROOT = makeTestSigner("Test Root", { authority: true });
const SIGNER = makeTestSigner("Test Publisher", { issuer: ROOT });
const INF = Buffer.from("[Version]\r\nSignature=$WINDOWS NT$\r\n");
const DRIVER = makeSamplePe();

const flat = (bytes: Uint8Array, algorithm: string) => createHash(algorithm).update(bytes).digest();
const authenticode = async (bytes: Uint8Array, algorithm: "sha1" | "sha256") => {
  const digests = await authenticodeDigests(await parsePe(bytes), [algorithm]);
  return Buffer.from(digests.get(algorithm) ?? "", "hex");
};

async function sample(version: 1 | 2 = 2): Promise<Uint8Array> {
  const algorithm = version === 1 ? "sha1" : "sha256";
  const members = [
    { digest: flat(INF, algorithm), algorithm, attributes: { File: "sample.inf", OSAttr: "2:10.0" } } as const,
    {
      digest: await authenticode(DRIVER, algorithm),
      algorithm,
      executable: true,
      attributes: { File: "sample.sys" },
    } as const,
  ];
  return makeSampleCatalog({ members, version, attributes: { OS: "_v100_X64,_v100", HWID1: "pci\\ven_1af4" } }, SIGNER);
}

describe.each([1, 2] as const)("version %s", (version) => {
  test("members, attributes and the signature", async () => {
    const catalog = parseCatalog(await sample(version), "sample.cat");
    expect(catalog.thisUpdate.toISOString()).toBe("2024-05-06T07:08:09.000Z");
    expect(catalog.attributes.get("HWID1")).toBe("pci\\ven_1af4");
    expect(catalog.operatingSystems).toEqual(["_v100_X64", "_v100", "2:10.0"]);
    const algorithm = version === 1 ? "sha1" : "sha256";
    const digest = flat(INF, algorithm).toString("hex");
    expect(catalog.members[0]).toEqual({
      identifier: digest,
      algorithm,
      digest,
      attributes: new Map([
        ["File", "sample.inf"],
        ["OSAttr", "2:10.0"],
      ]),
      subjectType: "{DE351A42-8E59-11D0-8C47-00C04FC295EE}",
    });
    expect(catalog.find(digest.toUpperCase())).toBe(catalog.members[0]);
    expect(catalog.verify().signer).toMatchObject({ valid: true, problem: undefined });
    expect(catalog.verify().trust).toEqual({ checked: false });
    expect(catalog.verify({ roots: [parseCertificate(ROOT.certificate)] }).trust).toMatchObject({ trusted: true });
    expect(catalog.verify({ roots: [] }).trust).toMatchObject({ trusted: false });
  });

  test("files are found by their bytes, executables by what is signed of them", async () => {
    const catalog = parseCatalog(await sample(version));
    const look = (bytes: Uint8Array) => checkAgainstCatalog(new MemoryAccess(bytes), catalog);
    expect(await look(INF)).toMatchObject({ valid: true, member: catalog.members[0] });
    expect(await look(DRIVER)).toMatchObject({ valid: true, member: catalog.members[1] });
    expect(await look(Buffer.from("[Version]"))).toBeUndefined();
    const changed = DRIVER.slice();
    changed[0x410] = (changed[0x410] ?? 0) ^ 1;
    expect(await look(changed)).toBeUndefined();
    const report = await verifyAuthenticode(await parsePe(DRIVER), { catalogs: [catalog] });
    expect(report).toMatchObject({ status: "valid", signatures: [], catalogs: [{ valid: true }] });
    expect((await verifyAuthenticode(await parsePe(changed), { catalogs: [catalog] })).status).toBe("unsigned");
    expect([...(await catalogDigests(new MemoryAccess(INF), ["sha1"])).values()]).toEqual([
      flat(INF, "sha1").toString("hex"),
    ]);
  });
});

test("a changed member is noticed", async () => {
  const bytes = Buffer.from(await sample());
  const at = bytes.indexOf(flat(INF, "sha256"));
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  const { signer } = parseCatalog(bytes).verify();
  expect(signer).toMatchObject({
    valid: false,
    problem: "The digest in the signed attributes is not that of the content.",
  });
});

test("other files are refused, and every truncation", async () => {
  const bytes = await sample();
  expect(() => parseCatalog(DRIVER)).toThrow(adkError("PE_BAD_DER"));
  expectTruncationsRefused(bytes, (part) => parseCatalog(part));
});
