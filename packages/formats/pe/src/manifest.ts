import { AdkError, decodeUtf16 } from "@adk/core";
import type { PeFile } from "./pe-file.ts";
import { parseResources, type ResourceId, ResourceType } from "./resource-tree.ts";

/** An application manifest as it is embedded (RT_MANIFEST). */
export interface ManifestResource {
  /** 1 of a program, 2 of a DLL. */
  readonly name: ResourceId;
  readonly language: ResourceId;
  readonly text: string;
}

/** The manifests of a file, mostly one; `parseManifest` tells what they say. */
export function readManifests(pe: PeFile): Promise<ManifestResource[]> {
  return parseResources(pe, ResourceType.MANIFEST, (bytes, { name, language }) => {
    return { name, language, text: manifestText(bytes) };
  });
}

/** UTF-8, or what a byte order mark says; without the mark. */
function manifestText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes.subarray(2));
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** What a manifest says of interest for compatibility. Fields that it does not have are absent. */
export interface Manifest {
  readonly identity: AssemblyIdentity | undefined;
  readonly requestedExecutionLevel: string | undefined;
  readonly uiAccess: boolean;
  /** GUIDs of the Windows versions that the program knows. */
  readonly supportedOs: readonly string[];
  readonly maxVersionTested: string | undefined;
  readonly dependencies: readonly AssemblyIdentity[];
  /** `dpiAware`, `longPathAware`, `activeCodePage` ... with their text. */
  readonly windowsSettings: Readonly<Record<string, string>>;
}

export interface AssemblyIdentity {
  readonly name: string;
  readonly version: string;
  readonly processorArchitecture: string;
  readonly publicKeyToken: string;
  readonly language: string;
}

type Attributes = Readonly<Record<string, string>>;

/** An element of a document without regard to name spaces. */
interface Element {
  readonly name: string;
  readonly attributes: Attributes;
  readonly children: readonly Element[];
  readonly text: string;
}

/**
 * Reads a manifest's text. The XML parser is loaded with the first one.
 *
 * @throws AdkError `PE_BAD_MANIFEST` if it is not well-formed
 */
export async function parseManifest(text: string): Promise<Manifest> {
  const root = await parseXml(text);
  const identityOf = (element: Element | undefined) => element && toIdentity(element.attributes);
  const level = find(root, "requestedExecutionLevel")[0]?.attributes;
  const dependencies = find(root, "dependentAssembly").flatMap((each) => find(each, "assemblyIdentity"));
  return {
    identity: identityOf(root.children.find(({ name }) => name === "assemblyIdentity")),
    requestedExecutionLevel: level?.["level"],
    uiAccess: level?.["uiAccess"]?.toLowerCase() === "true",
    supportedOs: find(root, "supportedOS").map(({ attributes }) => (attributes["Id"] ?? "").toLowerCase()),
    maxVersionTested: find(root, "maxversiontested")[0]?.attributes["Id"],
    dependencies: dependencies.map(({ attributes }) => toIdentity(attributes)),
    windowsSettings: Object.fromEntries(
      find(root, "windowsSettings").flatMap(({ children }) => children.map(({ name, text }) => [name, text.trim()])),
    ),
  };
}

function toIdentity(attributes: Attributes): AssemblyIdentity {
  const value = (name: string) => attributes[name] ?? "";
  return {
    name: value("name"),
    version: value("version"),
    processorArchitecture: value("processorArchitecture"),
    publicKeyToken: value("publicKeyToken"),
    language: value("language"),
  };
}

/** All elements of a name below another, the outer ones first. */
function find(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...find(child, name)]);
}

async function parseXml(text: string): Promise<Element> {
  const { XMLParser } = await import("fast-xml-parser");
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
  try {
    const root = {
      name: "",
      attributes: {},
      text: "",
      children: elementsOf(parser.parse(text.replace(/\0+$/, ""), true)),
    };
    return root.children.find(({ name }) => name === "assembly") ?? root;
  } catch (cause) {
    throw new AdkError("PE_BAD_MANIFEST", "The manifest is not well-formed XML.", {
      found: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** The parser's nodes: one key is the element's name, `:@` has its attributes. */
function elementsOf(nodes: readonly Record<string, unknown>[]): Element[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ":@" && key !== "#text");
    if (name === undefined) return [];
    const inner = node[name] as Record<string, unknown>[];
    const text = inner.map((child) => child["#text"] ?? "").join("");
    return [{ name, attributes: (node[":@"] ?? {}) as Attributes, children: elementsOf(inner), text }];
  });
}
