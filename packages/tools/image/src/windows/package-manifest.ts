import type { Volume } from "@adk/core";
import { XMLParser } from "fast-xml-parser";
import type { PackageIdentity } from "./package-identity.ts";

const MANIFESTS = "/Windows/servicing/Packages";
const MOST_BYTES = 8 << 20;

/** What the manifest of a servicing package (`.mum`) says. */
export interface PackageManifest {
  readonly identity: PackageIdentity | undefined;
  readonly releaseType: string | undefined;
  readonly displayName: string | undefined;
  readonly description: string | undefined;
  /** Names of features that the package offers. */
  readonly features: readonly PackageFeature[];
}

export interface PackageFeature {
  readonly name: string;
  readonly displayName: string | undefined;
  readonly description: string | undefined;
}

/** Reads the manifest of a package; undefined where the image has none that can be read. */
export async function readPackageManifest(volume: Volume, identity: string): Promise<PackageManifest | undefined> {
  const entry = await volume.lookup(`${MANIFESTS}/${identity}.mum`);
  if (!entry || entry.size > MOST_BYTES || entry.size === 0) return undefined;
  return parsePackageManifest(new TextDecoder().decode(await volume.read(entry)));
}

/** @returns undefined for what is no such manifest */
export function parsePackageManifest(xml: string): PackageManifest | undefined {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    removeNSPrefix: true,
    parseAttributeValue: false,
    // Entities of its own are of no use in a manifest, and a way to blow up the reader.
    processEntities: false,
    isArray: (name) => name === "update",
  });
  let assembly: Element | undefined;
  try {
    assembly = element(parser.parse(xml).assembly);
  } catch {
    return undefined;
  }
  const found = element(assembly?.package);
  if (!assembly || !found) return undefined;
  const features: PackageFeature[] = [];
  for (const each of Array.isArray(found.update) ? found.update : []) {
    const update = element(each);
    const name = text(update?.["@name"]);
    if (!update || name === undefined) continue;
    features.push({ name, displayName: text(update["@displayName"]), description: text(update["@description"]) });
  }
  return {
    identity: identityOf(element(assembly.assemblyIdentity)),
    releaseType: text(found["@releaseType"]),
    displayName: text(assembly["@displayName"]),
    description: text(assembly["@description"]),
    features,
  };
}

function identityOf(given: Element | undefined): PackageIdentity | undefined {
  const [name, publicKeyToken, architecture, language, version] = [
    "@name",
    "@publicKeyToken",
    "@processorArchitecture",
    "@language",
    "@version",
  ].map((attribute) => text(given?.[attribute]));
  if (name === undefined || publicKeyToken === undefined || architecture === undefined || version === undefined) {
    return undefined;
  }
  return { name, publicKeyToken, architecture, language: language ?? "", version };
}

type Element = Readonly<Record<string, unknown>>;

function element(value: unknown): Element | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Element) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
