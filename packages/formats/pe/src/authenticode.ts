import { AdkError, type RandomAccess } from "@adk/core";
import { authenticodeDigests, type Digests, fileDigests } from "./authenticode-hash.ts";
import type { Catalog, CatalogMember } from "./catalog.ts";
import type { TrustOptions } from "./certificate-chain.ts";
import { type CertificateEntry, PKCS_SIGNED_DATA, readCertificateTable } from "./certificate-table.ts";
import { type IndirectData, parseIndirectData } from "./indirect-data.ts";
import { type Digest, Oid } from "./object-identifiers.ts";
import { Directory } from "./optional-header.ts";
import { type PeFile, parsePe } from "./pe-file.ts";
import { readSignature, type Signature } from "./signature.ts";
import { parseSignedData, type SignedData } from "./signed-data.ts";

/** Signatures in signatures in signatures: Windows makes one level. */
const MOST_NESTING = 4;
const MOST_SIGNATURES = 32;

/** A signature that is in the file. */
export interface FileSignature extends Signature {
  /** Nested signatures are carried by the one before them. */
  readonly nested: boolean;
  /** `sha256`, or the identifier of an algorithm that is unknown here. */
  readonly digestAlgorithm: string;
  /** Digests of the file in hexadecimal digits: as it is signed, and as the file is. */
  readonly signedDigest: string;
  readonly computedDigest: string;
  readonly pageHashes: IndirectData["pageHashes"];
  /** The file is what was signed, and the signature is mathematically its signer's. */
  readonly valid: boolean;
}

/** A catalog that has the file, and whether its own signature is sound. */
export interface CatalogMatch {
  readonly catalog: Catalog;
  readonly member: CatalogMember;
  readonly signature: Signature;
  readonly valid: boolean;
}

export interface AuthenticodeReport {
  /**
   * `valid` says that the file is what its signers signed, not that anyone trusts them: that is in `trust` of each signature, and
   * only if trusted certificates were given.
   */
  readonly status: "unsigned" | "valid" | "invalid";
  readonly signatures: readonly FileSignature[];
  readonly catalogs: readonly CatalogMatch[];
}

export interface AuthenticodeOptions extends TrustOptions {
  /** Catalogs in which the file is looked up too. */
  readonly catalogs?: readonly Catalog[];
}

/** Checks all signatures of a file against its content. What cannot be parsed makes the file `invalid`, with a finding in `pe.findings`. */
export async function verifyAuthenticode(pe: PeFile, options: AuthenticodeOptions = {}): Promise<AuthenticodeReport> {
  const entries = (await readCertificateTable(pe)).filter(({ type }) => type === PKCS_SIGNED_DATA);
  const found: ParsedSignature[] = [];
  const parsed = entries.map((entry) => orFinding(pe, () => parseSignatures(entry, pe, found)));
  const catalogs = options.catalogs ?? [];
  const algorithms = new Set([
    ...found.flatMap(({ indirect }) => indirect.algorithm ?? []),
    ...catalogs.flatMap((catalog) => [...catalog.algorithms]),
  ]);
  const digests: Digests = algorithms.size > 0 ? await authenticodeDigests(pe, algorithms) : new Map();
  const signatures = found.flatMap((each) => orFinding(pe, () => toFileSignature(each, digests, options)) ?? []);
  const matches = catalogs.flatMap((catalog) => orFinding(pe, () => lookUp(catalog, digests, options)) ?? []);
  const sound =
    entries.length > 0
      ? !parsed.includes(undefined) &&
        signatures.length === found.length &&
        signatures.every(({ valid }) => valid) &&
        tableIsApart(pe)
      : matches.some(({ valid }) => valid);
  const signed = pe.directory(Directory.SECURITY) !== undefined || matches.length > 0;
  return { status: sound ? "valid" : signed ? "invalid" : "unsigned", signatures, catalogs: matches };
}

/** The table is left out of the digest: one that lies over code or headers would leave these out too. */
function tableIsApart(pe: PeFile): boolean {
  const { sections, optionalHeader, findings, access } = pe;
  const offset = pe.directory(Directory.SECURITY)?.address ?? 0;
  const ends = sections.map(({ pointerToRawData, sizeOfRawData }) =>
    sizeOfRawData === 0 ? 0 : pointerToRawData + sizeOfRawData,
  );
  if (offset >= Math.max(optionalHeader.offset, ...ends)) return true;
  findings.error(
    "PE_BAD_CERTIFICATE_TABLE",
    "The certificate table lies over a part of the image, which no digest then covers.",
    {
      file: access.name,
      offset,
    },
  );
  return false;
}

/**
 * Looks up any file in a catalog: an executable by its Authenticode digest, every other file by the digest of its bytes.
 * (Scripts, installer packages and cabinets have digests of their own kind, which are not computed.)
 *
 * @returns undefined if the catalog does not have it
 */
export async function checkAgainstCatalog(
  source: RandomAccess,
  catalog: Catalog,
  options: TrustOptions = {},
): Promise<CatalogMatch | undefined> {
  const digests = await catalogDigests(source, catalog.algorithms);
  return lookUp(catalog, digests, options);
}

/** The digests by which catalogs know a file; with them many catalogs are searched by `Catalog.find`. */
export async function catalogDigests(source: RandomAccess, algorithms: Iterable<Digest>): Promise<Digests> {
  const wanted = [...algorithms];
  try {
    return await authenticodeDigests(await parsePe(source), wanted);
  } catch (error) {
    if (!(error instanceof AdkError) || error.kind === "environment") throw error;
    return fileDigests(source, wanted);
  }
}

function lookUp(catalog: Catalog, digests: Digests, options: TrustOptions): CatalogMatch | undefined {
  for (const digest of digests.values()) {
    const member = catalog.find(digest);
    if (!member) continue;
    const signature = catalog.verify(options);
    return { catalog, member, signature, valid: signature.signer.valid };
  }
  return undefined;
}

interface ParsedSignature {
  readonly data: SignedData;
  readonly indirect: IndirectData;
  readonly nested: boolean;
}

/** Adds the signature of an entry, and those that it carries. @returns true when all of them could be parsed */
function parseSignatures(entry: CertificateEntry, pe: PeFile, found: ParsedSignature[]): true {
  const file = pe.access.name;
  const read = (bytes: Uint8Array, base: number | undefined, depth: number) => {
    if (depth > MOST_NESTING || found.length >= MOST_SIGNATURES) {
      throw new AdkError("PE_BAD_SIGNATURE", "There are too many signatures in signatures.", { file });
    }
    const data = parseSignedData(bytes, { file, base });
    if (data.contentType !== Oid.SPC_INDIRECT_DATA || !data.content) {
      throw new AdkError("PE_BAD_SIGNATURE", "What is signed is no digest of a file.", {
        file,
        offset: base,
        expected: Oid.SPC_INDIRECT_DATA,
        found: data.contentType,
      });
    }
    found.push({ data, indirect: parseIndirectData(data.content), nested: depth > 0 });
    for (const inner of data.signers[0]?.unsignedAttributes.get(Oid.NESTED_SIGNATURE) ?? []) {
      read(inner.bytes, inner.origin.base, depth + 1);
    }
  };
  read(entry.bytes, entry.offset + 8, 0);
  return true;
}

function toFileSignature(
  { data, indirect, nested }: ParsedSignature,
  digests: Digests,
  options: TrustOptions,
): FileSignature {
  const signature = readSignature(data, options);
  const computedDigest = (indirect.algorithm && digests.get(indirect.algorithm)) ?? "";
  return {
    ...signature,
    nested,
    digestAlgorithm: indirect.algorithm ?? indirect.digestOid,
    signedDigest: indirect.digest,
    computedDigest,
    pageHashes: indirect.pageHashes,
    valid: signature.signer.valid && computedDigest === indirect.digest,
  };
}

/** Undefined where it could not be parsed. */
function orFinding<T>(pe: PeFile, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    pe.findings.fromError(error);
    return undefined;
  }
}
