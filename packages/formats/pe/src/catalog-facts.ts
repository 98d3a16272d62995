import type { Catalog } from "./catalog.ts";
import { signatureFacts } from "./signature-facts.ts";

/** A catalog as plain values under the format's own names. @throws AdkError where its signature cannot be parsed */
export function catalogFacts(catalog: Catalog): Readonly<Record<string, unknown>> {
  return {
    listIdentifier: catalog.listIdentifier,
    thisUpdate: catalog.thisUpdate.toISOString(),
    attributes: Object.fromEntries(catalog.attributes),
    operatingSystems: catalog.operatingSystems,
    members: catalog.members.map(({ identifier, algorithm, digest, attributes, subjectType }) => ({
      identifier,
      algorithm: algorithm ?? null,
      digest,
      subjectType: subjectType ?? null,
      attributes: Object.fromEntries(attributes),
    })),
    signature: { trust: "not checked", ...signatureFacts(catalog.verify()) },
  };
}
