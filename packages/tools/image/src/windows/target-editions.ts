import type { Volume } from "@adk/core";
import { XMLParser } from "fast-xml-parser";

const MATRIX = "/Windows/servicing/Editions/EditionMatrix.xml";
const MOST_BYTES = 4 << 20;

/**
 * Editions that an edition can be changed to, by the image's own matrix. Its form (`Edition` elements with `Target` elements,
 * each with an ID) is not documented and was not compared with DISM; what is not of it gives an empty list.
 *
 * @returns undefined where the image has no matrix
 */
export async function readTargetEditions(volume: Volume, editionId: string): Promise<string[] | undefined> {
  const entry = await volume.lookup(MATRIX);
  if (!entry || entry.size > MOST_BYTES) return undefined;
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    removeNSPrefix: true,
    parseAttributeValue: false,
    processEntities: false,
    isArray: (name) => name === "Edition" || name === "Target",
  });
  try {
    const root = parser.parse(new TextDecoder().decode(await volume.read(entry))) as Record<string, unknown>;
    const editions = Object.values(root).flatMap((each) => records((each as Record<string, unknown>)?.Edition));
    const edition = editions.find((each) => each["@ID"] === editionId);
    return records(edition?.Target).flatMap((target) => (typeof target["@ID"] === "string" ? [target["@ID"]] : []));
  } catch {
    return [];
  }
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "object" && each !== null) : [];
}
