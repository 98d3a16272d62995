import { type ImageInfo, type ImageProperties, type WimFile, wimInfo } from "@adk/wim";

/** What DISM tells of an image. Empty texts are missing in the XML data. */
export interface ImageDetails {
  readonly index: number;
  readonly name: string;
  readonly description: string;
  /** Bytes of its files. */
  readonly size: number;
  /** Captured for WIMBoot. */
  readonly wimBoot: boolean;
  readonly architecture: string;
  readonly hal: string;
  /** Major, minor and build. */
  readonly version: string;
  readonly servicePackBuild: string;
  readonly servicePackLevel: string;
  readonly edition: string;
  readonly installation: string;
  readonly productType: string;
  readonly productSuite: string;
  readonly systemRoot: string;
  readonly directories: number;
  readonly files: number;
  /** ISO 8601 in UTC. */
  readonly created: string;
  readonly modified: string;
  readonly languages: readonly string[];
  readonly defaultLanguage: string;
}

/** All images of a file, in the order of their numbers. */
export function imageDetails(file: WimFile): ImageDetails[] {
  return wimInfo(file).images.map((info) => details(info, file.properties(info.index)));
}

function details(info: ImageInfo, properties: ImageProperties): ImageDetails {
  const text = (path: string) => properties.get(`WINDOWS/${path}`) ?? "";
  const version = ["MAJOR", "MINOR", "BUILD"].map((part) => text(`VERSION/${part}`)).filter((part) => part !== "");
  return {
    index: info.index,
    name: info.name,
    description: info.description,
    size: info.totalBytes,
    wimBoot: properties.get("WIMBOOT") === "1",
    architecture: info.architecture ?? "",
    hal: text("HAL"),
    version: version.join("."),
    servicePackBuild: text("VERSION/SPBUILD"),
    servicePackLevel: text("VERSION/SPLEVEL"),
    edition: info.edition ?? "",
    installation: info.installationType ?? "",
    productType: info.productType ?? "",
    productSuite: text("PRODUCTSUITE"),
    systemRoot: text("SYSTEMROOT"),
    directories: info.dirCount,
    files: info.fileCount,
    created: info.created ?? "",
    modified: info.modified ?? "",
    languages: info.languages ?? [],
    defaultLanguage: info.defaultLanguage ?? "",
  };
}
