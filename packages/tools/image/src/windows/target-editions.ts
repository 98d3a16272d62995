import type { Volume } from "@adk/core";
import { childrenOf, tryParseXml } from "@adk/core/xml";

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
  const matrix = tryParseXml(await volume.read(entry));
  const editions = matrix ? childrenOf(matrix, "Edition") : [];
  const edition = editions.find(({ attributes }) => attributes["ID"] === editionId);
  const targets = edition ? childrenOf(edition, "Target") : [];
  return targets.flatMap(({ attributes }) => attributes["ID"] ?? []);
}
