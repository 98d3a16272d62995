import { expect, test } from "vitest";
import { verifyAuthenticode } from "./authenticode.ts";
import { authenticodeDigests } from "./authenticode-hash.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { Oid } from "./object-identifiers.ts";
import { parsePe } from "./pe-file.ts";
import { makeSamplePe } from "./testing/sample-pe.ts";
import {
  attribute,
  indirectData,
  makeTestSigner,
  signContent,
  signerInfo,
  type TestSigner,
  timestampToken,
} from "./testing/sample-signing.ts";
import { withSignatures } from "./testing/signed-pe.ts";

const SAMPLE = makeSamplePe();
const ROOT = makeTestSigner("Test Root", { authority: true });
const STAMPER = makeTestSigner("Test Stamps", { issuer: ROOT, usage: "1.3.6.1.5.5.7.3.8" });
const EXPIRED = makeTestSigner("Expired Publisher", { issuer: ROOT, notAfter: new Date("2021-01-01") });
const WHEN = new Date("2020-06-01T12:00:00Z");
const ROOTS = [parseCertificate(ROOT.certificate)];

async function signed(
  signer: TestSigner,
  unsigned: (signature: Uint8Array) => Uint8Array[] = () => [],
  others: TestSigner[] = [],
) {
  const digests = await authenticodeDigests(await parsePe(withSignatures(SAMPLE, [new Uint8Array(8)])), ["sha256"]);
  const content = indirectData(Buffer.from(digests.get("sha256") ?? "", "hex"));
  return signContent(Oid.SPC_INDIRECT_DATA, content, signer, { unsigned, others });
}

const verify = async (signatures: Uint8Array[], roots?: Certificate[]) =>
  verifyAuthenticode(await parsePe(withSignatures(SAMPLE, signatures)), roots ? { roots } : {});

test("an expired certificate is trusted with a stamp of its time, and not without", async () => {
  const plain = await verify([await signed(EXPIRED)], ROOTS);
  expect(plain).toMatchObject({ status: "valid", signatures: [{ trust: { trusted: false } }] });
  const stamped = await verify(
    [await signed(EXPIRED, (signature) => [timestampToken(signature, WHEN, STAMPER)])],
    ROOTS,
  );
  expect(stamped).toMatchObject({
    status: "valid",
    signatures: [{ trust: { trusted: true }, timestamps: [{ kind: "rfc3161", valid: true, time: WHEN }] }],
  });
});

test("a countersignature of the old kind", async () => {
  const counter = (signature: Uint8Array) =>
    signerInfo("1.2.840.113549.1.7.1", signature, STAMPER, { signingTime: WHEN });
  const report = await verify(
    [await signed(EXPIRED, (signature) => [attribute(Oid.COUNTERSIGNATURE, counter(signature))], [STAMPER])],
    ROOTS,
  );
  expect(report).toMatchObject({
    status: "valid",
    signatures: [{ trust: { trusted: true }, timestamps: [{ kind: "countersignature", valid: true, time: WHEN }] }],
  });
});

test("a stamp for another signature is not valid", async () => {
  const report = await verify([await signed(EXPIRED, () => [timestampToken(new Uint8Array(9), WHEN, STAMPER)])], ROOTS);
  expect(report.signatures[0]).toMatchObject({ trust: { trusted: false }, timestamps: [{ valid: false }] });
});

test("who may not issue certificates, or sign code, is not trusted", async () => {
  const leaf = makeTestSigner("Leaf", { issuer: ROOT });
  const forged = makeTestSigner("Forged", { issuer: leaf });
  const report = await verify([await signed(forged, () => [], [leaf])], ROOTS);
  expect(report.signatures[0]).toMatchObject({
    valid: true,
    trust: { trusted: false, reason: "Leaf may not issue certificates." },
  });
  const stamps = await verify([await signed(STAMPER)], ROOTS);
  expect(stamps.signatures[0]?.trust).toMatchObject({ trusted: false });
});

test("several entries and nested signatures are all checked", async () => {
  const inner = await signed(makeTestSigner("Inner"));
  const outer = await signed(makeTestSigner("Outer"), () => [attribute(Oid.NESTED_SIGNATURE, inner)]);
  const report = await verify([outer, await signed(makeTestSigner("Second"))]);
  expect(report.status).toBe("valid");
  expect(report.signatures.map(({ signer, nested }) => [signer.chain[0]?.subject.text, nested])).toEqual([
    ["CN=Outer, C=DE", false],
    ["CN=Inner, C=DE", true],
    ["CN=Second, C=DE", false],
  ]);
  const other = signContent(Oid.SPC_INDIRECT_DATA, indirectData(new Uint8Array(32)), makeTestSigner("Other"));
  expect(await verify([inner, other])).toMatchObject({
    status: "invalid",
    signatures: [{ valid: true }, { valid: false }],
  });
});

test("what cannot be parsed is not valid", async () => {
  expect((await verify([Buffer.from("no signature")])).status).toBe("invalid");
  expect((await verify([await signed(EXPIRED), Buffer.from("0\x05wrong")])).status).toBe("invalid");
});

test("a table over the image is not accepted: no digest would cover what lies below", async () => {
  const bytes = withSignatures(SAMPLE, [await signed(EXPIRED)]);
  const pe = await parsePe(bytes);
  const field = pe.optionalHeader.offset + 112 + 32;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = view.getUint32(field + 4, true);
  // The section claims the table as its own.
  view.setUint32(pe.optionalHeader.offset + 240 + 16, SAMPLE.length - 0x400 + length, true);
  expect((await verifyAuthenticode(await parsePe(bytes))).status).toBe("invalid");
});
