import { createHash } from "node:crypto";
import { encodeUtf16 } from "@adk/core";
import { Oid } from "../object-identifiers.ts";
import { bmp, context, integer, nothing, octets, oid, sequence, set, time } from "./der-writer.ts";
import { attribute, indirectData, signContent, type TestSigner } from "./sample-signing.ts";

const PE_SUBJECT = "{C689AAB8-8E78-11D0-8C47-00C04FC295EE}";
const FLAT_SUBJECT = "{DE351A42-8E59-11D0-8C47-00C04FC295EE}";
const ALGORITHMS = { sha1: "1.3.14.3.2.26", sha256: "2.16.840.1.101.3.4.2.1" };

export interface SampleMember {
  /** What catalogs keep: of an executable the Authenticode digest. */
  readonly digest: Uint8Array;
  readonly algorithm?: keyof typeof ALGORITHMS;
  readonly executable?: boolean;
  /** `File`, `OSAttr` ... */
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface SampleCatalog {
  readonly members: readonly SampleMember[];
  readonly attributes?: Readonly<Record<string, string>>;
  readonly thisUpdate?: Date;
  /** 1: members are named by the digits of their digest; 2: by the digest. */
  readonly version?: 1 | 2;
}

/** A signed catalog, built by the structures' definitions: no tool makes them outside Windows. For tests only. */
export function makeSampleCatalog(catalog: SampleCatalog, signer: TestSigner): Uint8Array {
  const { version = 2, attributes = {}, thisUpdate = new Date("2024-05-06T07:08:09Z") } = catalog;
  const list = sequence(
    sequence(oid(Oid.CATALOG_LIST)),
    octets(createHash("sha1").update(JSON.stringify(attributes)).digest().subarray(0, 16)),
    time(thisUpdate),
    sequence(oid(version === 1 ? "1.3.6.1.4.1.311.12.1.2" : "1.3.6.1.4.1.311.12.1.3"), nothing()),
    sequence(...catalog.members.map((member) => memberOf(member, version))),
    context(
      0,
      sequence(
        ...Object.entries(attributes).map(([name, value]) =>
          sequence(oid(Oid.CATALOG_NAME_VALUE), octets(nameValue(name, value))),
        ),
      ),
    ),
  );
  return signContent(Oid.CERTIFICATE_TRUST_LIST, list, signer);
}

function memberOf(
  { digest, algorithm = "sha256", executable = false, attributes = {} }: SampleMember,
  version: 1 | 2,
): Uint8Array {
  const digits = Buffer.from(digest).toString("hex").toUpperCase();
  const flat = sequence(oid("1.3.6.1.4.1.311.2.1.25"), context(2, context(0)));
  const digestInfo = sequence(sequence(oid(ALGORITHMS[algorithm]), nothing()), octets(digest));
  const indirect = executable ? indirectData(digest, ALGORITHMS[algorithm]) : sequence(flat, digestInfo);
  return sequence(
    octets(version === 1 ? encodeUtf16(`${digits}\0`) : digest),
    set(
      ...Object.entries(attributes).map(([name, value]) => attribute(Oid.CATALOG_NAME_VALUE, nameValue(name, value))),
      attribute(Oid.CATALOG_MEMBER_INFO, sequence(bmp(executable ? PE_SUBJECT : FLAT_SUBJECT), integer(512))),
      attribute(Oid.SPC_INDIRECT_DATA, indirect),
    ),
  );
}

function nameValue(name: string, value: string): Uint8Array {
  return sequence(bmp(name), integer(0x10010001), octets(encodeUtf16(`${value}\0`)));
}
