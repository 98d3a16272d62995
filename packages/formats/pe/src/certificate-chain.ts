import { AdkError } from "@adk/core";
import { type Certificate, isIssuedBy } from "./certificate.ts";

const MOST_LINKS = 16;

/** Whether a signature leads to a certificate that the caller trusts; only told when such were given. */
export type Trust =
  | { readonly checked: false }
  | { readonly checked: true; readonly trusted: boolean; readonly reason: string };

export interface TrustOptions {
  /** Certificates that are trusted as they are. Without them nothing is said about trust. */
  readonly roots?: readonly Certificate[];
}

/** From a certificate upwards: each one's key signed the one before, as far as the given ones lead. */
export function buildChain(certificate: Certificate, candidates: readonly Certificate[]): Certificate[] {
  const chain = [certificate];
  while (chain.length < MOST_LINKS) {
    const last = chain.at(-1) as Certificate;
    const issuer = candidates.find((candidate) => !chain.includes(candidate) && issued(candidate, last));
    if (!issuer) break;
    chain.push(issuer);
  }
  return chain;
}

/** A key that cannot be used signed nothing. */
function issued(issuer: Certificate, certificate: Certificate): boolean {
  try {
    return isIssuedBy(certificate, issuer);
  } catch (error) {
    if (error instanceof AdkError) return false;
    throw error;
  }
}

/**
 * Whether a chain ends in a trusted certificate, each of its certificates was valid at a time, and each issuer may issue.
 * Revocation and name constraints are not looked at.
 *
 * @param usage what the first certificate must be for, if it names uses at all
 */
export function checkTrust(chain: readonly Certificate[], time: Date, usage: string, { roots }: TrustOptions): Trust {
  if (!roots) return { checked: false };
  const no = (reason: string): Trust => ({ checked: true, trusted: false, reason });
  const [signer] = chain;
  if (!signer) return no("The signer's certificate is not contained.");
  if (signer.extendedKeyUsage.length > 0 && !signer.extendedKeyUsage.includes(usage)) {
    return no(`The certificate of ${signer.subject.commonName} is not for ${usage}.`);
  }
  for (const [index, certificate] of chain.entries()) {
    const { subject, notBefore, notAfter, isAuthority } = certificate;
    if (time < notBefore || time > notAfter) {
      return no(`The certificate of ${subject.commonName} was not valid at ${time.toISOString()}.`);
    }
    const trusted = roots.find(
      (root) => sameBytes(root.bytes, certificate.bytes) || (root !== certificate && issued(root, certificate)),
    );
    if (index > 0 && !isAuthority) return no(`${subject.commonName} may not issue certificates.`);
    if (trusted) return { checked: true, trusted: true, reason: `Issued under ${trusted.subject.commonName}.` };
  }
  return no(`The chain ends at ${chain.at(-1)?.issuer.commonName}, which is not among the given certificates.`);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
