import { createHash } from "node:crypto";
import { AdkError, toHex } from "@adk/core";
import type { Certificate } from "./certificate.ts";
import { DerReader, Tag, timeOf } from "./der.ts";
import { digestOf, Oid } from "./object-identifiers.ts";
import { readAlgorithm } from "./signature-algorithm.ts";
import { parseSignedData, parseSignerInfo, type SignerInfo } from "./signed-data.ts";
import { type SignerVerdict, verifySigner } from "./signer.ts";

/** What a time-stamping authority says about when a signature was there. */
export interface Timestamp {
  /** A token of RFC 3161, or a countersignature of PKCS #9 as Microsoft used it before. */
  readonly kind: "rfc3161" | "countersignature";
  readonly time: Date;
  readonly signer: SignerVerdict;
  /** The stamp is for this signature, and mathematically its authority's. */
  readonly valid: boolean;
  readonly problem: string | undefined;
}

/**
 * All timestamps of a signature.
 *
 * @param certificates of the signature: a countersignature has its own among them
 * @throws AdkError if one of them cannot be parsed
 */
export function readTimestamps(signer: SignerInfo, certificates: readonly Certificate[]): Timestamp[] {
  const tokens = signer.unsignedAttributes.get(Oid.RFC3161_TIMESTAMP) ?? [];
  const countersignatures = signer.unsignedAttributes.get(Oid.COUNTERSIGNATURE) ?? [];
  return [
    ...tokens.map(({ bytes, origin }) => readToken(bytes, origin.file, signer, certificates)),
    ...countersignatures.map((element) => readCountersignature(parseSignerInfo(element), signer, certificates)),
  ];
}

function readToken(
  bytes: Uint8Array,
  file: string | undefined,
  stamped: SignerInfo,
  certificates: readonly Certificate[],
): Timestamp {
  const data = parseSignedData(bytes, { file });
  const [signer] = data.signers;
  if (data.contentType !== Oid.TST_INFO || !data.content || !signer) {
    throw new AdkError("PE_BAD_TIMESTAMP", "The timestamp is no token of RFC 3161.", { file, found: data.contentType });
  }
  const info = DerReader.of(data.content).enter();
  info.next(Tag.INTEGER);
  info.oid();
  const imprint = info.enter();
  const digest = digestOf(readAlgorithm(imprint).oid);
  const stored = toHex(imprint.next(Tag.OCTET_STRING).content);
  info.next(Tag.INTEGER);
  const time = timeOf(info.next(Tag.GENERALIZED_TIME));
  const verdict = verifySigner(signer, Oid.TST_INFO, data.content.content, [...data.certificates, ...certificates]);
  const isFor = digest !== undefined && createHash(digest).update(stamped.signature).digest("hex") === stored;
  const problem = isFor ? verdict.problem : "The timestamp is for another signature.";
  return { kind: "rfc3161", time, signer: verdict, valid: problem === undefined, problem };
}

function readCountersignature(info: SignerInfo, stamped: SignerInfo, certificates: readonly Certificate[]): Timestamp {
  const signer = verifySigner(info, undefined, stamped.signature, certificates);
  if (!signer.signingTime) throw new AdkError("PE_BAD_TIMESTAMP", "The countersignature has no time.");
  return { kind: "countersignature", time: signer.signingTime, signer, valid: signer.valid, problem: signer.problem };
}
