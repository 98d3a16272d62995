import { FILETIME_MAX, formatFiletime, guidFromBytes } from "@adk/core";
import { isReadOnly } from "./changeable.ts";
import type { WimCompression } from "./header.ts";
import type { WimFile } from "./wim-file.ts";

/** What a file says of itself, as plain JSON values. */
export interface WimInfo {
  /** 0x10d00, or 0xe00 for files that may have solid resources. */
  readonly version: number;
  readonly compression: WimCompression;
  /** Whether there are solid resources: an ESD. */
  readonly solid: boolean;
  /** Uncompressed bytes of a chunk. */
  readonly chunkSize: number;
  readonly guid: string;
  readonly partNumber: number;
  readonly totalParts: number;
  /** Image to boot, 0 for none. */
  readonly bootIndex: number;
  readonly pipable: boolean;
  readonly integrity: boolean;
  /** Marked so in the header: the file is not to be changed. */
  readonly readOnly: boolean;
  readonly images: ImageInfo[];
}

export interface ImageInfo {
  readonly index: number;
  readonly name: string;
  readonly description: string;
  readonly dirCount: number;
  readonly fileCount: number;
  readonly totalBytes: number;
  readonly hardLinkBytes: number;
  /** ISO 8601, as the XML data says. */
  readonly created?: string;
  readonly modified?: string;
  readonly displayName?: string;
  readonly displayDescription?: string;
  readonly flags?: string;
  readonly architecture?: string;
  readonly version?: string;
  readonly edition?: string;
  readonly installationType?: string;
  readonly productType?: string;
  readonly languages?: string[];
  readonly defaultLanguage?: string;
}

/** PROCESSOR_ARCHITECTURE_* as <ARCH> gives them. */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ["0", "x86"],
  ["5", "arm"],
  ["6", "ia64"],
  ["9", "x64"],
  ["12", "arm64"],
]);

export function wimInfo(file: WimFile): WimInfo {
  const { header } = file;
  const images: ImageInfo[] = [];
  for (let index = 1; index <= file.imageCount; index++) images.push(imageInfo(file, index));
  return {
    version: header.version,
    compression: header.compression,
    solid: file.isSolid,
    chunkSize: header.chunkSize,
    guid: guidFromBytes(header.guid),
    partNumber: header.partNumber,
    totalParts: header.totalParts,
    bootIndex: header.bootIndex,
    pipable: header.pipable,
    integrity: header.integrityTable.storedSize > 0,
    readOnly: isReadOnly(header),
    images,
  };
}

function imageInfo(file: WimFile, index: number): ImageInfo {
  const image = file.properties(index);
  const languages = image.getAll("WINDOWS/LANGUAGES/LANGUAGE");
  const version = ["MAJOR", "MINOR", "BUILD", "SPBUILD"].map((part) => image.get(`WINDOWS/VERSION/${part}`));
  const arch = image.get("WINDOWS/ARCH");
  return {
    index,
    name: image.name,
    description: image.description,
    dirCount: image.getNumber("DIRCOUNT"),
    fileCount: image.getNumber("FILECOUNT"),
    totalBytes: image.getNumber("TOTALBYTES"),
    hardLinkBytes: image.getNumber("HARDLINKBYTES"),
    ...present({
      created: timeText(image.getTime("CREATIONTIME")),
      modified: timeText(image.getTime("LASTMODIFICATIONTIME")),
      displayName: image.get("DISPLAYNAME"),
      displayDescription: image.get("DISPLAYDESCRIPTION"),
      flags: image.get("FLAGS"),
      architecture: arch === undefined ? undefined : (ARCHITECTURES.get(arch) ?? arch),
      version: version[0] === undefined ? undefined : version.filter((part) => part !== undefined).join("."),
      edition: image.get("WINDOWS/EDITIONID"),
      installationType: image.get("WINDOWS/INSTALLATIONTYPE"),
      productType: image.get("WINDOWS/PRODUCTTYPE"),
      languages: languages.length > 0 ? languages : undefined,
      defaultLanguage: image.get("WINDOWS/LANGUAGES/DEFAULT"),
    }),
  };
}

/** A FILETIME that no calendar has is left out: the number comes from the file. */
function timeText(filetime: bigint | undefined): string | undefined {
  return filetime === undefined || filetime > FILETIME_MAX ? undefined : formatFiletime(filetime);
}

/** The properties that have a value. */
function present<T extends Record<string, unknown>>(object: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
