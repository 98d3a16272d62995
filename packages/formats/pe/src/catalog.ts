import { AdkError, check, decodeUtf16, type Origin, toHex } from "@adk/core";
import type { TrustOptions } from "./certificate-chain.ts";
import { contextTag, type DerElement, DerReader, Tag, textOf, timeOf } from "./der.ts";
import { parseIndirectData } from "./indirect-data.ts";
import { type Digest, Oid } from "./object-identifiers.ts";
import { readSignature, type Signature } from "./signature.ts";
import { readAlgorithm } from "./signature-algorithm.ts";
import { parseSignedData, type SignedData } from "./signed-data.ts";

/** A file that a catalog vouches for. */
export interface CatalogMember {
  /** The digest by which it is found, in lower-case hexadecimal digits; rarely another text. */
  readonly identifier: string;
  readonly algorithm: Digest | undefined;
  /** The same digest, from the member's own data. */
  readonly digest: string;
  /** `File`, `OSAttr` ... */
  readonly attributes: ReadonlyMap<string, string>;
  /** How the digest is made: `{C689AAB8-8E78-11D0-8C47-00C04FC295EE}` for PE files, `{DE351A42-...}` for the bytes as they are. */
  readonly subjectType: string | undefined;
}

/** A catalog (.cat): a signed list of digests (mscat.h; the list is a certificate trust list of wincrypt.h). */
export class Catalog {
  readonly name: string;
  /** Hexadecimal digits. */
  readonly listIdentifier: string;
  readonly thisUpdate: Date;
  /** Of the whole catalog: `OS`, `HWID1` ... */
  readonly attributes: ReadonlyMap<string, string>;
  readonly members: readonly CatalogMember[];
  readonly signedData: SignedData;
  readonly #byDigest = new Map<string, CatalogMember>();

  constructor(name: string, list: TrustList, signedData: SignedData) {
    this.name = name;
    this.listIdentifier = list.listIdentifier;
    this.thisUpdate = list.thisUpdate;
    this.attributes = list.attributes;
    this.members = list.members;
    this.signedData = signedData;
    for (const member of list.members) {
      if (member.digest) this.#byDigest.set(member.digest, member);
    }
  }

  /** The member of a digest in hexadecimal digits. */
  find(digest: string): CatalogMember | undefined {
    return this.#byDigest.get(digest.toLowerCase());
  }

  /** Systems that it is for, by the attributes `OS` of the catalog and `OSAttr` of members: `_v100_X64`, `2:10.0`. */
  get operatingSystems(): string[] {
    const texts = [this.attributes.get("OS"), ...this.members.map(({ attributes }) => attributes.get("OSAttr"))];
    return [...new Set(texts.flatMap((text) => text?.split(",") ?? []))];
  }

  /** Digest algorithms of its members. */
  get algorithms(): ReadonlySet<Digest> {
    return new Set(this.members.flatMap(({ algorithm }) => algorithm ?? []));
  }

  /** Checks the signature of the list itself. @throws AdkError `PE_NO_SIGNER`, and for parts that cannot be parsed */
  verify(options: TrustOptions = {}): Signature {
    return readSignature(this.signedData, options);
  }
}

interface TrustList {
  readonly listIdentifier: string;
  readonly thisUpdate: Date;
  readonly attributes: ReadonlyMap<string, string>;
  readonly members: readonly CatalogMember[];
}

/**
 * Reads a catalog. Its signature is checked by `Catalog.verify`.
 *
 * @throws AdkError `PE_NOT_CATALOG`, `PE_BAD_DER`, `UNEXPECTED_END`
 */
export function parseCatalog(bytes: Uint8Array, name = "catalog"): Catalog {
  const signedData = parseSignedData(bytes, { file: name });
  const { content, contentType } = signedData;
  check(contentType === Oid.CERTIFICATE_TRUST_LIST && content !== undefined, () =>
    notCatalog(contentType, { file: name }),
  );
  return new Catalog(name, parseTrustList(content), signedData);
}

function notCatalog(found: string, { file, base: offset }: Origin): AdkError {
  return new AdkError("PE_NOT_CATALOG", "This is no catalog.", {
    file,
    offset,
    expected: Oid.CERTIFICATE_TRUST_LIST,
    found,
  });
}

function parseTrustList(element: DerElement): TrustList {
  const parts = DerReader.of(element);
  parts.optional(Tag.INTEGER);
  const usage = parts.enter().oid();
  check(usage === Oid.CATALOG_LIST, () => notCatalog(usage, element.origin));
  const listIdentifier = parts.optional(Tag.OCTET_STRING);
  parts.optional(Tag.INTEGER);
  const thisUpdate = timeOf(parts.next());
  if (parts.tag !== Tag.SEQUENCE) parts.next();
  readAlgorithm(parts);
  const subjects = parts.optional(Tag.SEQUENCE);
  const extensions = parts.optional(contextTag(0));
  return {
    listIdentifier: listIdentifier ? toHex(listIdentifier.content) : "",
    thisUpdate,
    attributes: extensions ? readExtensions(extensions) : new Map(),
    members: subjects ? DerReader.of(subjects).rest().map(parseMember) : [],
  };
}

function readExtensions(element: DerElement): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const extension of DerReader.of(element).enter().rest()) {
    const reader = DerReader.of(extension);
    if (reader.oid() !== Oid.CATALOG_NAME_VALUE) continue;
    reader.optional(Tag.BOOLEAN);
    const [name, value] = parseNameValue(reader.enter(Tag.OCTET_STRING).next());
    attributes.set(name, value);
  }
  return attributes;
}

function parseMember(element: DerElement): CatalogMember {
  const parts = DerReader.of(element);
  const identifier = identifierOf(parts.next(Tag.OCTET_STRING).content);
  const attributes = new Map<string, string>();
  let indirect: { algorithm: Digest | undefined; digest: string } = byLength(identifier);
  let subjectType: string | undefined;
  const set = parts.optional(Tag.SET);
  for (const attribute of set ? DerReader.of(set).rest() : []) {
    const reader = DerReader.of(attribute);
    const oid = reader.oid();
    for (const value of DerReader.of(reader.next(Tag.SET)).rest()) {
      if (oid === Oid.SPC_INDIRECT_DATA) indirect = parseIndirectData(value);
      if (oid === Oid.CATALOG_MEMBER_INFO) subjectType = textOf(DerReader.of(value).next());
      if (oid === Oid.CATALOG_NAME_VALUE) attributes.set(...parseNameValue(value));
    }
  }
  return { identifier, algorithm: indirect.algorithm, digest: indirect.digest, attributes, subjectType };
}

/** Catalogs of version 1 have the digits as UTF-16 text with a zero behind, those of version 2 the digest itself. */
function identifierOf(content: Uint8Array): string {
  const text = decodeUtf16(content).replace(/\0+$/, "");
  return content.length > 32 || !HEX_LENGTHS.has(content.length * 2) ? text.toLowerCase() : toHex(content);
}

const HEX_LENGTHS: ReadonlyMap<number, Digest> = new Map([
  [40, "sha1"],
  [64, "sha256"],
]);

function byLength(identifier: string): { algorithm: Digest | undefined; digest: string } {
  const algorithm = HEX_LENGTHS.get(identifier.length);
  return algorithm && /^[0-9a-f]*$/.test(identifier)
    ? { algorithm, digest: identifier }
    : { algorithm: undefined, digest: "" };
}

/** CatalogNameValue: tag (BMPString), flags, value (UTF-16 in an OCTET STRING). */
function parseNameValue(element: DerElement): [name: string, value: string] {
  const parts = DerReader.of(element);
  const name = textOf(parts.next());
  parts.next(Tag.INTEGER);
  return [name, decodeUtf16(parts.next(Tag.OCTET_STRING).content).replace(/\0+$/, "")];
}
