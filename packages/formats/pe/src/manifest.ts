import { decodeTextFile } from "@adk/core";
import type { XmlElement } from "@adk/core/xml";
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
    return { name, language, text: decodeTextFile(bytes) };
  });
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

/**
 * Reads a manifest's text. The XML parser is loaded with the first one.
 *
 * @throws AdkError `PE_BAD_MANIFEST` if it is not well-formed
 */
export async function parseManifest(text: string): Promise<Manifest> {
  const { descendantsOf: find, parseXml } = await import("@adk/core/xml");
  const root = parseXml(text, "PE_BAD_MANIFEST");
  const identityOf = (element: XmlElement | undefined) => element && toIdentity(element.attributes);
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
      find(root, "windowsSettings").flatMap(({ children }) => children.map(({ name, text }) => [name, text])),
    ),
  };
}

function toIdentity(attributes: XmlElement["attributes"]): AssemblyIdentity {
  const value = (name: string) => attributes[name] ?? "";
  return {
    name: value("name"),
    version: value("version"),
    processorArchitecture: value("processorArchitecture"),
    publicKeyToken: value("publicKeyToken"),
    language: value("language"),
  };
}
