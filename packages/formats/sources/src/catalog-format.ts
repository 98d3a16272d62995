import type { FileFormat } from "./file-format.ts";

/** Of a signed list: the identifiers of SignedData and of a certificate trust list (1.3.6.1.4.1.311.10.1) in DER. */
const SIGNED_DATA = Buffer.from("06092a864886f70d010702", "hex");
const TRUST_LIST = Buffer.from("06092b0601040182370a01", "hex");
const BEGINNING = 96;

/** Catalogs (.cat): signed lists of the digests of files. The reader is loaded when it is needed. */
export const catalogFormat: FileFormat = {
  name: "cat",

  recognises(head) {
    const beginning = Buffer.from(head.subarray(0, BEGINNING));
    return head[0] === 0x30 && beginning.includes(SIGNED_DATA) && beginning.includes(TRUST_LIST);
  },

  async inspect(access) {
    const { catalogFacts, parseCatalog } = await import("@adk/pe");
    const catalog = parseCatalog(await access.read(0, access.size), access.name);
    const count = catalog.members.length === 1 ? "1 member" : `${catalog.members.length} members`;
    const [signer] = catalog.verify().signer.chain;
    const description = `Security catalog (${count}, signed by ${signer?.subject.commonName ?? "an unknown signer"})`;
    return { description, facts: catalogFacts(catalog), findings: [] };
  },
};
