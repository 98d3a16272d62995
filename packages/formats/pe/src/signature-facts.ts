import type { AuthenticodeReport } from "./authenticode.ts";
import type { Certificate } from "./certificate.ts";
import type { Signature } from "./signature.ts";

/** A certificate as plain values. */
function certificateFacts({ subject, issuer, serialNumber, notBefore, notAfter, extendedKeyUsage }: Certificate) {
  return {
    subject: subject.text,
    issuer: issuer.text,
    serialNumber,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    extendedKeyUsage,
  };
}

/** A signature as plain values: who signed, when, and whether it is sound. Whether anyone trusts it is not looked at. */
export function signatureFacts({ signer, timestamps, programName, moreInfo }: Signature) {
  return {
    signer: signer.chain[0]?.subject.commonName ?? null,
    sound: signer.valid,
    problem: signer.problem ?? null,
    signatureDigest: signer.digestAlgorithm,
    signingTime: signer.signingTime?.toISOString() ?? null,
    programName,
    moreInfo,
    certificates: signer.chain.map(certificateFacts),
    timestamps: timestamps.map((stamp) => ({
      kind: stamp.kind,
      time: stamp.time.toISOString(),
      authority: stamp.signer.chain[0]?.subject.commonName ?? null,
      valid: stamp.valid,
      problem: stamp.problem ?? null,
    })),
  };
}

/** The signatures of a file as plain values. */
export function authenticodeFacts({ status, signatures }: AuthenticodeReport) {
  return {
    status,
    trust: "not checked",
    signatures: signatures.map((each) => ({
      valid: each.valid,
      nested: each.nested,
      digestAlgorithm: each.digestAlgorithm,
      signedDigest: each.signedDigest,
      computedDigest: each.computedDigest,
      pageHashes: each.pageHashes ?? null,
      ...signatureFacts(each),
    })),
  };
}
