import { AdkError, toHex } from "@adk/core";
import { contextTag, type DerElement, DerReader, Tag } from "./der.ts";
import { type Digest, digestOf, Oid } from "./object-identifiers.ts";
import { readAlgorithm } from "./signature-algorithm.ts";

/** What a signature says of the file that it is for (SpcIndirectDataContent). */
export interface IndirectData {
  readonly digestOid: string;
  /** Undefined for an unknown algorithm. */
  readonly algorithm: Digest | undefined;
  /** Lower-case hexadecimal digits. */
  readonly digest: string;
  /** Digests of each page are there too; they are not checked here. */
  readonly pageHashes: "sha1" | "sha256" | undefined;
}

/** @throws AdkError `PE_BAD_DER`, `UNEXPECTED_END` */
export function parseIndirectData(element: DerElement): IndirectData {
  const parts = DerReader.of(element);
  const data = parts.enter();
  const type = data.oid();
  const pageHashes = type === Oid.SPC_PE_IMAGE_DATA && !data.done ? pageHashesOf(data.next()) : undefined;
  const digestInfo = parts.enter();
  const digestOid = readAlgorithm(digestInfo).oid;
  const digest = toHex(digestInfo.next(Tag.OCTET_STRING).content);
  return { digestOid, algorithm: digestOf(digestOid), digest, pageHashes };
}

/** SpcPeImageData: flags, then [0] with a link, which for page hashes is [1], an object of a class and its data: a set of one attribute. */
function pageHashesOf(element: DerElement): IndirectData["pageHashes"] {
  try {
    const image = DerReader.of(element);
    image.optional(Tag.BIT_STRING);
    const object = image.enter(contextTag(0)).optional(contextTag(1));
    if (!object) return undefined;
    const fields = DerReader.of(object);
    fields.next(Tag.OCTET_STRING);
    const oid = fields.enter(Tag.OCTET_STRING).enter(Tag.SET).enter().oid();
    if (oid === Oid.SPC_PAGE_HASHES_SHA1) return "sha1";
    return oid === Oid.SPC_PAGE_HASHES_SHA256 ? "sha256" : undefined;
  } catch (error) {
    // Obsolete forms of the link are of no interest.
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}
