import type { ImagingRequest } from "../dism/imaging-request.ts";
import { formatXml } from "./format-xml.ts";
import { type ImageXOperation, type ImageXVerb, imagexOperations } from "./operations.ts";

/** What /info tells of a file. */
export interface FileFacts {
  readonly path: string;
  readonly guid: string;
  readonly imageCount: number;
  readonly compression: string;
  readonly partNumber: number;
  readonly totalParts: number;
  readonly integrity: boolean;
  /** Flags of the header ([MS-WIM] "dwFlags"). */
  readonly flags: number;
  /** Its XML data. */
  readonly xml: string;
}

/** Attributes of WIMGAPI's WIM_INFO, the flag of the header that each comes from, and its text. */
const ATTRIBUTES: readonly [attribute: number, flag: number, text: string][] = [
  [0x1, 0x10, "Resource only"],
  [0x2, 0x20, "Metadata only"],
  [0x8, 0x80, "Relative path junction"],
  [0x10, 0x08, "Spanned"],
  [0x20, 0x04, "Read only"],
];
const INTEGRITY_ATTRIBUTE = 0x4;

const PROGRESS_NAMES: Readonly<Record<ImagingRequest["kind"], string>> = {
  apply: "Applying",
  capture: "Capturing",
  append: "Capturing",
  export: "Exporting",
  delete: "Deleting",
  split: "Splitting",
};

export function renderHeader(version: string): string {
  return `\nImageX Tool for Windows\nVersion: ${version}\n\n`;
}

/** /info of a file. */
export function renderInfo(facts: FileFacts): string {
  const [first, ...more] = attributesOf(facts);
  const lines = [
    "WIM Information:",
    "----------------",
    `Path:        ${facts.path}`,
    `GUID:        {${facts.guid}}`,
    `Image Count: ${facts.imageCount}`,
    `Compression: ${facts.compression === "none" ? "None" : facts.compression.toUpperCase()}`,
    `Part Number: ${facts.partNumber}/${facts.totalParts}`,
    `Attributes:  ${first}`,
    ...more.map((text) => `             ${text}`),
    "",
    "",
    "Available Image Choices:",
    "------------------------",
    ...formatXml(facts.xml),
  ];
  return `${lines.join("\n")}\n`;
}

/** The XML data of a file, or its part of one image. */
export function renderXml(xml: string, index: number | undefined): string {
  const lines = formatXml(xml);
  const text = (some: readonly string[]) => some.map((line) => `${line}\n`).join("");
  if (index === undefined) return text(lines);
  const start = lines.findIndex((line) => line.startsWith("  <IMAGE ") && line.includes(`INDEX="${index}"`));
  const end = lines.indexOf("  </IMAGE>", start);
  return start < 0 || end < 0 ? "" : text(lines.slice(start, end + 1).map((line) => line.slice(2)));
}

/** `[  42% ] Applying progress`. @param share from 0 to 1 */
export function formatProgress(share: number, kind: ImagingRequest["kind"]): string {
  return `[ ${String(Math.floor(share * 100)).padStart(3)}% ] ${PROGRESS_NAMES[kind]} progress`;
}

export function renderSuccess(sentence: string, seconds: number): string {
  return `\n${sentence}\n\nTotal elapsed time: ${formatElapsed(seconds)}\n`;
}

export function renderError(code: number, message: string): string {
  return `\nError: ${code}\n\n${message}\n`;
}

export function renderHelp(verb: ImageXVerb | undefined): string {
  if (verb === undefined) {
    const verbs = (Object.keys(imagexOperations) as ImageXVerb[]).map((each) => `  IMAGEX ${usageOf(each)}\n`);
    return `IMAGEX [Flags] /Operation [Parameter List]\n\n${verbs.join("")}\nAll operations accept: /SCROLL, /LOGFILE, /TEMP\n`;
  }
  return `IMAGEX ${usageOf(verb)}\n`;
}

function usageOf(verb: ImageXVerb): string {
  const { words, options }: ImageXOperation = imagexOperations[verb];
  const values: Readonly<Record<string, string>> = {
    compress: " {maximum | fast | none}",
    config: " configuration_file",
    flags: ' "EditionID"',
    ref: " parts.swm",
  };
  return [`/${verb.toUpperCase()}`, ...words, ...options.map((name) => `[/${name}${values[name] ?? ""}]`)].join(" ");
}

function attributesOf({ flags, integrity }: FileFacts): string[] {
  const found = ATTRIBUTES.filter(([, flag]) => flags & flag);
  const value = found.reduce((sum, [attribute]) => sum | attribute, integrity ? INTEGRITY_ATTRIBUTE : 0);
  const texts = found.map(([, , text]) => text);
  return [`0x${value.toString(16)}`, ...(integrity ? ["Integrity info"] : []), ...texts];
}

/** `7 min 40 sec`, `12 sec`. */
function formatElapsed(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${minutes > 0 ? `${minutes} min ` : ""}${seconds % 60} sec`;
}
