import { type Origin, toHex } from "@adk/core";
import { contextTag, type DerElement, DerReader, integerToHex, oidOf, Tag, textOf, timeOf } from "./der.ts";
import { keyUsageName, Oid } from "./object-identifiers.ts";
import { type Algorithm, readAlgorithm, verifySignature } from "./signature-algorithm.ts";

/** An X.509 certificate (RFC 5280), as far as signatures need it. */
export interface Certificate {
  /** The whole certificate in DER. */
  readonly bytes: Uint8Array;
  /** Lower-case hexadecimal digits. */
  readonly serialNumber: string;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** `code-signing`, `time-stamping`, `whql` ...; identifiers without a name as they are. */
  readonly extendedKeyUsage: readonly string[];
  /** May issue certificates: by its basic constraints, or as a self-signed one of version 1. */
  readonly isAuthority: boolean;
  readonly publicKeyInfo: Uint8Array;
  /** What the issuer signed, how, and the signature. */
  readonly signed: Uint8Array;
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Uint8Array;
}

export interface DistinguishedName {
  /** As Windows shows it: `CN=Microsoft Windows, O=Microsoft Corporation, ... C=US`. */
  readonly text: string;
  readonly commonName: string;
  /** In the order of the certificate: type (`CN`) and value. */
  readonly attributes: readonly (readonly [type: string, value: string])[];
  /** DER; equal names are equal bytes. */
  readonly bytes: Uint8Array;
}

const ATTRIBUTE_TYPES: Readonly<Record<string, string>> = {
  [Oid.COMMON_NAME]: "CN",
  "2.5.4.4": "SN",
  "2.5.4.5": "SERIALNUMBER",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "STREET",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.15": "businessCategory",
  "2.5.4.17": "postalCode",
  "1.2.840.113549.1.9.1": "E",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
  "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
  "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
};

/** @throws AdkError `PE_BAD_DER`, `UNEXPECTED_END` */
export function parseCertificate(der: Uint8Array, origin: Origin = {}): Certificate {
  const outer = new DerReader(der, origin).enter();
  const signed = outer.next(Tag.SEQUENCE);
  const signatureAlgorithm = readAlgorithm(outer);
  const signature = bitString(outer.next(Tag.BIT_STRING));
  const parts = DerReader.of(signed);
  parts.optional(contextTag(0));
  const serialNumber = integerToHex(parts.next(Tag.INTEGER));
  parts.next(Tag.SEQUENCE);
  const issuer = parseName(parts.next(Tag.SEQUENCE));
  const validity = parts.enter();
  const notBefore = timeOf(validity.next());
  const notAfter = timeOf(validity.next());
  const subject = parseName(parts.next(Tag.SEQUENCE));
  const publicKeyInfo = parts.next(Tag.SEQUENCE).bytes;
  const found = parts.rest().find(({ tag }) => tag === contextTag(3));
  const extensions = found && readExtensions(found);
  const keyUsage = extensions?.get(Oid.EXTENDED_KEY_USAGE);
  const constraints = extensions?.get(Oid.BASIC_CONSTRAINTS);
  const selfIssued = toHex(issuer.bytes) === toHex(subject.bytes);
  return {
    bytes: der,
    serialNumber,
    subject,
    issuer,
    notBefore,
    notAfter,
    extendedKeyUsage: keyUsage?.enter().rest().map(oidOf).map(keyUsageName) ?? [],
    isAuthority: constraints ? isTrue(constraints.enter().optional(Tag.BOOLEAN)) : !extensions && selfIssued,
    publicKeyInfo,
    signed: signed.bytes,
    signatureAlgorithm,
    signature,
  };
}

/** Without the count of unused bits. */
function bitString({ content }: DerElement): Uint8Array {
  return content.subarray(1);
}

function parseName(element: DerElement): DistinguishedName {
  const attributes: [string, string][] = [];
  for (const set of DerReader.of(element).rest()) {
    for (const pair of DerReader.of(set).rest()) {
      const reader = DerReader.of(pair);
      const oid = reader.oid();
      attributes.push([ATTRIBUTE_TYPES[oid] ?? oid, textOf(reader.next())]);
    }
  }
  const text = attributes
    .toReversed()
    .map(([type, value]) => `${type}=${/[,+="\n<>#;]/.test(value) ? JSON.stringify(value) : value}`);
  const commonName = attributes.findLast(([type]) => type === "CN")?.[1] ?? "";
  return { text: text.join(", "), commonName, attributes, bytes: element.bytes };
}

/** What is inside each extension, by its identifier. */
function readExtensions(element: DerElement): Map<string, DerReader> {
  const extensions = DerReader.of(element)
    .enter()
    .rest()
    .map((extension): [string, DerReader] => {
      const reader = DerReader.of(extension);
      const oid = reader.oid();
      reader.optional(Tag.BOOLEAN);
      return [oid, reader.enter(Tag.OCTET_STRING)];
    });
  return new Map(extensions);
}

function isTrue(element: DerElement | undefined): boolean {
  return element !== undefined && element.content[0] !== 0;
}

/** Whether the issuer's key signed a certificate. @throws AdkError `PE_UNKNOWN_ALGORITHM`, `PE_BAD_KEY` */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  if (toHex(certificate.issuer.bytes) !== toHex(issuer.subject.bytes)) return false;
  const { signatureAlgorithm, signed, signature } = certificate;
  return verifySignature(signatureAlgorithm, undefined, issuer.publicKeyInfo, signed, signature);
}
