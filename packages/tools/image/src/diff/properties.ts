import { FILETIME_MAX, formatFiletime } from "@adk/core";
import type { ImageProperties } from "@adk/wim";
import type { PropertyDifference } from "./schema.ts";

const TIMES = ["CREATIONTIME", "LASTMODIFICATIONTIME"] as const;

/** What the XML data says differently of two images, by the paths of its elements; several texts of one path are joined. */
export function compareProperties(before: ImageProperties, after: ImageProperties): PropertyDifference[] {
  const [old, young] = [textsOf(before), textsOf(after)];
  const differences: PropertyDifference[] = [];
  for (const path of new Set([...old.keys(), ...young.keys()])) {
    const [was, is] = [old.get(path), young.get(path)];
    if (was !== is) differences.push({ path, before: was, after: is });
  }
  return differences;
}

function textsOf(image: ImageProperties): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [path, values] of image.texts) texts.set(path, values.join(", "));
  // Two halves of a number tell nobody a time.
  for (const name of TIMES) {
    const time = image.getTime(name);
    if (time === undefined || time > FILETIME_MAX) continue;
    texts.delete(`${name}/HIGHPART`);
    texts.delete(`${name}/LOWPART`);
    texts.set(name, formatFiletime(time));
  }
  return texts;
}
