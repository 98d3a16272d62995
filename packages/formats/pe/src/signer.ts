import { createHash } from "node:crypto";
import { AdkError, toHex } from "@adk/core";
import type { Certificate } from "./certificate.ts";
import { buildChain } from "./certificate-chain.ts";
import { oidOf, timeOf } from "./der.ts";
import { Oid } from "./object-identifiers.ts";
import { verifySignature } from "./signature-algorithm.ts";
import type { SignerInfo } from "./signed-data.ts";

/** Whether a signature is mathematically what its signer made. It says nothing about who the signer is. */
export interface SignerVerdict {
  readonly valid: boolean;
  /** Why not. */
  readonly problem: string | undefined;
  /** The signer's certificate first, then its issuers as far as they are contained; each signed the one before. */
  readonly chain: readonly Certificate[];
  readonly digestAlgorithm: string;
  /** When the signer says it signed: not proven by anything but a timestamp. */
  readonly signingTime: Date | undefined;
}

/**
 * Checks the digest of the content in the signed attributes, and the signature over these with the key of the signer's certificate.
 *
 * @param content what is signed, without its own tag and length
 */
export function verifySigner(
  signer: SignerInfo,
  contentType: string | undefined,
  content: Uint8Array,
  certificates: readonly Certificate[],
): SignerVerdict {
  const certificate = certificates.find(
    ({ issuer, serialNumber }) =>
      serialNumber === signer.serialNumber && signer.issuer && toHex(issuer.bytes) === toHex(signer.issuer),
  );
  const problem = guarded(() => findProblem(signer, contentType, content, certificate));
  const [signingTime] = signer.attributes.get(Oid.SIGNING_TIME) ?? [];
  return {
    valid: problem === undefined,
    problem,
    chain: certificate ? buildChain(certificate, certificates) : [],
    digestAlgorithm: signer.digest ?? signer.digestOid,
    signingTime: signingTime && timeOf(signingTime),
  };
}

function findProblem(
  signer: SignerInfo,
  contentType: string | undefined,
  content: Uint8Array,
  certificate: Certificate | undefined,
): string | undefined {
  if (!certificate) return "The signer's certificate is not contained.";
  if (!signer.digest) return `The digest algorithm ${signer.digestOid} is unknown.`;
  if (signer.signedAttributes) {
    const [type] = signer.attributes.get(Oid.CONTENT_TYPE) ?? [];
    if (contentType && (!type || oidOf(type) !== contentType))
      return "The signed attributes are of another kind of content.";
    const [stored] = signer.attributes.get(Oid.MESSAGE_DIGEST) ?? [];
    const computed = createHash(signer.digest).update(content).digest("hex");
    if (!stored || toHex(stored.content) !== computed)
      return "The digest in the signed attributes is not that of the content.";
  }
  const { signatureAlgorithm, digest, signature, signedAttributes = content } = signer;
  const verified = verifySignature(signatureAlgorithm, digest, certificate.publicKeyInfo, signedAttributes, signature);
  return verified ? undefined : "The signature does not fit the signer's key.";
}

function guarded(find: () => string | undefined): string | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof AdkError) return error.message;
    throw error;
  }
}
