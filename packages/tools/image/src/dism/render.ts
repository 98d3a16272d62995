import type { ImageDetails } from "./image-details.ts";

/** The text of a property that the XML data does not have. */
const UNDEFINED = "<undefined>";

/** The lines above everything that DISM prints. */
export function renderHeader(version: string): string {
  return `\nDeployment Image Servicing and Management tool\nVersion: ${version}\n\n`;
}

export const SUCCESS = "The operation completed successfully.\n";

/** @param log where the log is, if one is written */
export function renderError(code: number, message: string, log: string | undefined): string {
  const found = log === undefined ? "" : `\nThe DISM log file can be found at ${log}\n`;
  return `\nError: ${code}\n\n${message}\n${found}`;
}

/** /Get-ImageInfo without an image: each in four lines. */
export function renderImageList(file: string, images: readonly ImageDetails[]): string {
  return `Details for image : ${file}\n\n${images.map((image) => `${summaryOf(image)}\n`).join("")}`;
}

/** /Get-ImageInfo of one image. */
export function renderImageDetails(file: string, image: ImageDetails): string {
  const facts: readonly [label: string, value: string][] = [
    ["WIM Bootable", image.wimBoot ? "Yes" : "No"],
    ["Architecture", image.architecture],
    ["Hal", image.hal],
    ["Version", image.version],
    ["ServicePack Build", image.servicePackBuild],
    ["ServicePack Level", image.servicePackLevel],
    ["Edition", image.edition],
    ["Installation", image.installation],
    ["ProductType", image.productType],
    ["ProductSuite", image.productSuite],
    ["System Root", image.systemRoot],
    ["Directories", String(image.directories)],
    ["Files", String(image.files)],
    ["Created", formatTime(image.created)],
    ["Modified", formatTime(image.modified)],
  ];
  const lines = facts.map(([label, value]) => `${label} : ${value || UNDEFINED}\n`).join("");
  return `Details for image : ${file}\n\n${summaryOf(image)}${lines}${renderLanguages(image)}`;
}

function summaryOf({ index, name, description, size }: ImageDetails): string {
  const facts = { Index: index, Name: name || UNDEFINED, Description: description || UNDEFINED };
  const lines = Object.entries(facts).map(([label, value]) => `${label} : ${value}\n`);
  return `${lines.join("")}Size : ${groupThousands(size)} bytes\n`;
}

function renderLanguages({ languages, defaultLanguage }: ImageDetails): string {
  if (languages.length === 0) return `Languages : ${UNDEFINED}\n`;
  const lines = languages.map((language) => `\t${language}${language === defaultLanguage ? " (Default)" : ""}\n`);
  return `Languages :\n${lines.join("")}`;
}

function groupThousands(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `4/1/2019 - 8:09:02 PM`, in UTC: DISM's form in the United States. */
function formatTime(iso: string): string {
  const match = /^(\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d:\d\d)/.exec(iso);
  if (!match) return "";
  const [, year, month, day, hour, rest] = match;
  const hours = Number(hour);
  return `${Number(month)}/${Number(day)}/${year} - ${hours % 12 || 12}:${rest} ${hours < 12 ? "AM" : "PM"}`;
}
