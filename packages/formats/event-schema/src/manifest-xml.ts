import { AdkError, check } from "@adk/core";
import { XMLParser } from "fast-xml-parser";

/** An element of a manifest without regard to name spaces; their order matters, as that of fields. */
export interface ManifestElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly ManifestElement[];
}

/** Manifests have ten levels. */
const MOST_DEPTH = 64;

/** @throws AdkError `EVENT_BAD_MANIFEST` if the text is not well-formed */
export function parseManifestXml(text: string): ManifestElement {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    parseAttributeValue: false,
    removeNSPrefix: true,
    processEntities: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
  });
  let nodes: Record<string, unknown>[];
  try {
    nodes = parser.parse(text.replace(/^\ufeff/, "").replace(/\0+$/, ""), true);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new AdkError("EVENT_BAD_MANIFEST", "The manifest is not well-formed XML.", { found, cause });
  }
  return { name: "", attributes: {}, children: elementsOf(nodes, 0) };
}

/** The parser's nodes: one key is the element's name, `:@` has its attributes. */
function elementsOf(nodes: readonly Record<string, unknown>[], depth: number): ManifestElement[] {
  check(
    depth <= MOST_DEPTH,
    () => new AdkError("EVENT_BAD_MANIFEST", "Elements are nested too deep.", { found: depth }),
  );
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ":@" && key !== "#text");
    const inner = name === undefined ? undefined : node[name];
    if (name === undefined || !Array.isArray(inner)) return [];
    const attributes = Object.entries((node[":@"] ?? {}) as Record<string, unknown>);
    return [
      {
        name,
        attributes: Object.fromEntries(attributes.map(([key, value]) => [key, decodeEntities(String(value))])),
        children: elementsOf(inner as Record<string, unknown>[], depth + 1),
      },
    ];
  });
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Children of a name. */
export function childrenOf(element: ManifestElement, name: string): ManifestElement[] {
  return element.children.filter((child) => child.name === name);
}

/** All elements of a name below another, the outer ones first. */
export function descendantsOf(element: ManifestElement, name: string): ManifestElement[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...descendantsOf(child, name)]);
}
