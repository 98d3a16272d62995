import { constants, createPublicKey, type KeyObject, type VerifyKeyObjectInput, verify } from "node:crypto";
import { AdkError } from "@adk/core";
import { type DerElement, DerReader, oidOf, Tag } from "./der.ts";
import { type Digest, digestOf } from "./object-identifiers.ts";

/** An AlgorithmIdentifier. */
export interface Algorithm {
  readonly oid: string;
  readonly parameters: DerElement | undefined;
}

export function readAlgorithm(reader: DerReader): Algorithm {
  const parts = reader.enter();
  return { oid: parts.oid(), parameters: parts.done ? undefined : parts.next() };
}

const RSA_PSS = "1.2.840.113549.1.1.10";

/** Algorithms that say their digest; the bare RSA and elliptic curve ones leave it to the digest algorithm beside them. */
const DIGEST_OF_SIGNATURE: Readonly<Record<string, Digest>> = {
  "1.2.840.113549.1.1.4": "md5",
  "1.2.840.113549.1.1.5": "sha1",
  "1.3.14.3.2.29": "sha1",
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.1": "sha1",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
};

/**
 * Whether a signature was made over these bytes with the private half of a key.
 *
 * @param otherwise the digest, where the algorithm does not say it
 * @throws AdkError `PE_UNKNOWN_ALGORITHM`, `PE_BAD_KEY`
 */
export function verifySignature(
  algorithm: Algorithm,
  otherwise: Digest | undefined,
  publicKeyInfo: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const digest = DIGEST_OF_SIGNATURE[algorithm.oid] ?? (algorithm.oid === RSA_PSS ? pssDigest(algorithm) : otherwise);
  if (!digest) {
    throw new AdkError("PE_UNKNOWN_ALGORITHM", "The signature is of an unknown algorithm.", { found: algorithm.oid });
  }
  const key: VerifyKeyObjectInput = { key: toKey(publicKeyInfo) };
  if (algorithm.oid === RSA_PSS) {
    key.padding = constants.RSA_PKCS1_PSS_PADDING;
    key.saltLength = constants.RSA_PSS_SALTLEN_AUTO;
  }
  try {
    return verify(digest, data, key, signature);
  } catch (cause) {
    throw badKey(cause);
  }
}

function toKey(publicKeyInfo: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(publicKeyInfo), format: "der", type: "spki" });
  } catch (cause) {
    throw badKey(cause);
  }
}

function badKey(cause: unknown): AdkError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new AdkError("PE_BAD_KEY", "The public key of a certificate cannot be used.", { found, cause });
}

/** RSASSA-PSS-params: the digest is in [0], SHA-1 if it is absent. */
function pssDigest({ parameters }: Algorithm): Digest | undefined {
  if (parameters?.tag !== Tag.SEQUENCE) return "sha1";
  const hash = DerReader.of(parameters).optional(0xa0);
  return hash ? digestOf(oidOf(DerReader.of(hash).enter().next())) : "sha1";
}
