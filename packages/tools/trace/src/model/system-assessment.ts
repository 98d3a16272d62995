import { decodeLznt1 } from "@adk/compression";
import { AdkError } from "@adk/core";
import { tryParseXml, type XmlElement } from "@adk/core/xml";

/** Bytes of the document: those of real systems have 25,000. */
const MOST_BYTES = 1 << 20;
const MOST_PROPERTIES = 4096;

type Property = readonly [name: string, value: string];

/**
 * What the assessment of a system (WinSAT) found, which is put into a trace when it is merged: elements of an XML document by their path,
 * `Processor/Instance[0]/NumCores`. Nothing of what is damaged.
 *
 * @param data LZNT1, of UTF-16
 * @param length bytes of the document
 */
export function assessmentProperties(data: Uint8Array, length: number): Property[] {
  if (length > MOST_BYTES) return [];
  const bytes = new Uint8Array(length);
  try {
    decodeLznt1(data, bytes);
  } catch (error) {
    if (error instanceof AdkError) return [];
    throw error;
  }
  const root = tryParseXml(Buffer.from(bytes.buffer).toString("utf16le"));
  return root ? [...propertiesOf(root, "")].slice(0, MOST_PROPERTIES) : [];
}

function* propertiesOf(element: XmlElement, path: string): Generator<Property> {
  for (const child of element.children) {
    const { id, ...attributes } = child.attributes;
    const own = `${path}${child.name}${id === undefined ? "" : `[${id}]`}`;
    const told = Object.entries(attributes).map(([name, value]) => `${name}=${value}`);
    const text = [child.text.trim(), ...told].filter((part) => part !== "").join(" ");
    if (text !== "") yield [own, text];
    yield* propertiesOf(child, `${own}/`);
  }
}
