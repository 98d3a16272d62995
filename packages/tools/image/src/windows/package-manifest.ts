import type { Volume } from "@adk/core";
import { childrenOf, tryParseXml, type XmlElement } from "@adk/core/xml";
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
  return parsePackageManifest(await volume.read(entry));
}

/** @returns undefined for what is no such manifest */
export function parsePackageManifest(xml: string | Uint8Array): PackageManifest | undefined {
  const assembly = tryParseXml(xml);
  const [found] = assembly?.name === "assembly" ? childrenOf(assembly, "package") : [];
  if (!assembly || !found) return undefined;
  const [identity] = childrenOf(assembly, "assemblyIdentity");
  return {
    identity: identity && identityOf(identity.attributes),
    releaseType: found.attributes["releaseType"] || undefined,
    ...namesOf(assembly),
    features: childrenOf(found, "update").flatMap((update) => {
      const { name } = update.attributes;
      return name ? [{ name, ...namesOf(update) }] : [];
    }),
  };
}

function namesOf({ attributes }: XmlElement): Pick<PackageManifest, "displayName" | "description"> {
  return {
    displayName: attributes["displayName"] || undefined,
    description: attributes["description"] || undefined,
  };
}

function identityOf(attributes: XmlElement["attributes"]): PackageIdentity | undefined {
  const { name, publicKeyToken, processorArchitecture: architecture, language, version } = attributes;
  if (!name || !publicKeyToken || !architecture || !version) return undefined;
  return { name, publicKeyToken, architecture, language: language ?? "", version };
}
