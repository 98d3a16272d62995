import { AdkError, check, type Origin } from "@adk/core";
import { type Certificate, parseCertificate } from "./certificate.ts";
import { contextTag, type DerElement, DerReader, integerToHex, Tag } from "./der.ts";
import { type Digest, digestOf, Oid } from "./object-identifiers.ts";
import { type Algorithm, readAlgorithm } from "./signature-algorithm.ts";

const MOST_CERTIFICATES = 256;
const MOST_SIGNERS = 16;

/** A PKCS #7 SignedData (RFC 2315, 5652). */
export interface SignedData {
  readonly contentType: string;
  /** What is signed: the value inside, with its own tag; absent in a detached signature. */
  readonly content: DerElement | undefined;
  readonly certificates: readonly Certificate[];
  readonly signers: readonly SignerInfo[];
}

export interface SignerInfo {
  /** The signer's certificate by its issuer's name and its number; absent if it is named by a key identifier. */
  readonly issuer: Uint8Array | undefined;
  readonly serialNumber: string | undefined;
  /** Undefined for an unknown digest. */
  readonly digest: Digest | undefined;
  readonly digestOid: string;
  /** The signed attributes as they are signed; undefined if the content itself is. */
  readonly signedAttributes: Uint8Array | undefined;
  readonly attributes: Attributes;
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Uint8Array;
  readonly unsignedAttributes: Attributes;
}

/** Values by the identifier of their attribute. */
export type Attributes = ReadonlyMap<string, readonly DerElement[]>;

/**
 * @param bytes a ContentInfo; what follows it is padding
 * @throws AdkError `PE_BAD_DER`, `PE_NO_SIGNED_DATA`, `UNEXPECTED_END`
 */
export function parseSignedData(bytes: Uint8Array, origin: Origin = {}): SignedData {
  const contentInfo = new DerReader(bytes, origin).enter();
  const type = contentInfo.oid();
  check(type === Oid.SIGNED_DATA, () => {
    const { file, base: offset } = origin;
    return new AdkError("PE_NO_SIGNED_DATA", "This is no signature.", {
      file,
      offset,
      expected: Oid.SIGNED_DATA,
      found: type,
    });
  });
  const parts = contentInfo.enter(contextTag(0)).enter();
  parts.next(Tag.INTEGER);
  parts.next(Tag.SET);
  const encapsulated = parts.enter();
  const contentType = encapsulated.oid();
  const content = encapsulated.optional(contextTag(0));
  const certificates = parts.optional(contextTag(0));
  parts.optional(contextTag(1));
  return {
    contentType,
    content: content && DerReader.of(content).next(),
    certificates: certificates ? readCertificates(certificates) : [],
    signers: DerReader.of(parts.next(Tag.SET)).rest().slice(0, MOST_SIGNERS).map(parseSignerInfo),
  };
}

function readCertificates(element: DerElement): Certificate[] {
  const sequences = DerReader.of(element)
    .rest()
    .filter(({ tag }) => tag === Tag.SEQUENCE);
  return sequences.slice(0, MOST_CERTIFICATES).map(({ bytes, origin }) => parseCertificate(bytes, origin));
}

/** @throws AdkError `PE_BAD_DER`, `UNEXPECTED_END` */
export function parseSignerInfo(element: DerElement): SignerInfo {
  const parts = DerReader.of(element);
  parts.next(Tag.INTEGER);
  const identifier = parts.next();
  const byIssuer = identifier.tag === Tag.SEQUENCE ? DerReader.of(identifier) : undefined;
  const issuer = byIssuer?.next(Tag.SEQUENCE).bytes;
  const serialNumber = byIssuer && integerToHex(byIssuer.next(Tag.INTEGER));
  const digestOid = readAlgorithm(parts).oid;
  const signed = parts.optional(contextTag(0));
  const signatureAlgorithm = readAlgorithm(parts);
  const signature = parts.next(Tag.OCTET_STRING).content;
  const unsigned = parts.optional(contextTag(1));
  return {
    issuer,
    serialNumber,
    digest: digestOf(digestOid),
    digestOid,
    signedAttributes: signed && asSet(signed),
    attributes: readAttributes(signed),
    signatureAlgorithm,
    signature,
    unsignedAttributes: readAttributes(unsigned),
  };
}

/** The signature is over the attributes as a SET, not under the number that they have here (RFC 5652 5.4). */
function asSet({ bytes }: DerElement): Uint8Array {
  const copy = bytes.slice();
  copy[0] = Tag.SET;
  return copy;
}

function readAttributes(element: DerElement | undefined): Attributes {
  const attributes = new Map<string, DerElement[]>();
  for (const attribute of element ? DerReader.of(element).rest() : []) {
    const reader = DerReader.of(attribute);
    const oid = reader.oid();
    attributes.set(oid, [...(attributes.get(oid) ?? []), ...DerReader.of(reader.next(Tag.SET)).rest()]);
  }
  return attributes;
}
