/** Object identifiers of signatures: PKCS #7 and #9, RFC 3161, and Microsoft's arc 1.3.6.1.4.1.311 (wintrust.h, wincrypt.h, mscat.h). */
export const Oid = {
  SIGNED_DATA: "1.2.840.113549.1.7.2",
  CONTENT_TYPE: "1.2.840.113549.1.9.3",
  MESSAGE_DIGEST: "1.2.840.113549.1.9.4",
  SIGNING_TIME: "1.2.840.113549.1.9.5",
  COUNTERSIGNATURE: "1.2.840.113549.1.9.6",
  TST_INFO: "1.2.840.113549.1.9.16.1.4",
  SPC_INDIRECT_DATA: "1.3.6.1.4.1.311.2.1.4",
  SPC_OPUS_INFO: "1.3.6.1.4.1.311.2.1.12",
  SPC_PE_IMAGE_DATA: "1.3.6.1.4.1.311.2.1.15",
  SPC_PAGE_HASHES_SHA1: "1.3.6.1.4.1.311.2.3.1",
  SPC_PAGE_HASHES_SHA256: "1.3.6.1.4.1.311.2.3.2",
  NESTED_SIGNATURE: "1.3.6.1.4.1.311.2.4.1",
  RFC3161_TIMESTAMP: "1.3.6.1.4.1.311.3.3.1",
  CERTIFICATE_TRUST_LIST: "1.3.6.1.4.1.311.10.1",
  CATALOG_LIST: "1.3.6.1.4.1.311.12.1.1",
  CATALOG_NAME_VALUE: "1.3.6.1.4.1.311.12.2.1",
  CATALOG_MEMBER_INFO: "1.3.6.1.4.1.311.12.2.2",
  BASIC_CONSTRAINTS: "2.5.29.19",
  EXTENDED_KEY_USAGE: "2.5.29.37",
  COMMON_NAME: "2.5.4.3",
} as const;

/** Digests by the names that `node:crypto` has for them. */
export type Digest = "md5" | "sha1" | "sha256" | "sha384" | "sha512";

const DIGESTS: Readonly<Record<string, Digest>> = {
  "1.2.840.113549.2.5": "md5",
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};

/** Undefined for a digest that is not used in signatures of Windows files. */
export function digestOf(oid: string): Digest | undefined {
  return DIGESTS[oid];
}

/** Usages of a certificate that tell for what Microsoft signed a driver or a file. */
const KEY_USAGES: Readonly<Record<string, string>> = {
  "1.3.6.1.5.5.7.3.3": "code-signing",
  "1.3.6.1.5.5.7.3.8": "time-stamping",
  "1.3.6.1.4.1.311.10.3.5": "whql",
  "1.3.6.1.4.1.311.10.3.5.1": "attested",
  "1.3.6.1.4.1.311.10.3.6": "windows-component",
  "1.3.6.1.4.1.311.61.4.1": "early-launch-antimalware",
  "1.3.6.1.4.1.311.76.3.1": "windows-store",
};

/** `code-signing`, or the identifier itself. */
export function keyUsageName(oid: string): string {
  return KEY_USAGES[oid] ?? oid;
}
