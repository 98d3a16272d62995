import { decodeTextFile } from "@adk/core";
import { readCabFile } from "./cab-volume.ts";
import type { CabFile, CabinetSet } from "./cabinet-set.ts";

/** What makes a cabinet an update package (MSU): it is told by its parts, there is no mark. */
export interface UpdatePackage {
  /** Of the properties file: `KB Article Number`, `ApplicabilityInfo`, `Package Type` ... */
  readonly properties: Readonly<Record<string, string>>;
  /** Cabinets with what is installed; `WSUSSCAN.cab` holds only conditions. */
  readonly payloads: readonly CabFile[];
  /** The answer file with which the package is installed. */
  readonly answerFile: CabFile | undefined;
}

/** A properties file is a page of text. */
const MOST_PROPERTIES = 1 << 20;

/** What a set is as an update package; undefined for another cabinet. */
export async function readUpdatePackage({ files }: CabinetSet): Promise<UpdatePackage | undefined> {
  const named = (pattern: RegExp) => files.filter(({ name }) => pattern.test(name));
  const payloads = named(/\.(?:cab|wim|psf)$/i).filter(({ name }) => !/^wsusscan\.cab$/i.test(name));
  const [propertiesFile] = named(/pkgproperties\.txt$/i);
  const answerFile = named(/\.xml$/i)[0];
  const isPackage = payloads.length > 0 && (propertiesFile ?? named(/^wsusscan\.cab$/i)[0]) !== undefined;
  if (!isPackage) return undefined;
  return { properties: propertiesFile ? await readProperties(propertiesFile) : {}, payloads, answerFile };
}

/** Lines of `Name="value"`. */
async function readProperties(file: CabFile): Promise<Record<string, string>> {
  if (file.size > MOST_PROPERTIES) return {};
  const text = decodeTextFile(await readCabFile(file));
  const properties = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(/^[ \t]*([^="\r\n]+?)[ \t]*=[ \t]*"([^"\r\n]*)"/gm)) {
    properties.set(name, value);
  }
  return Object.fromEntries(properties);
}
