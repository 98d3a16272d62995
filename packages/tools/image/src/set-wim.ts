import { AdkError, type LongOperation } from "@adk/core";
import { type ImageProperties, WimWriter, wimInfo } from "@adk/wim";
import { type OpenedWim, oneImage, openWim } from "./open-wim.ts";
import type { WimSetResult } from "./schemas.ts";

/** What is to be set. What is missing stays as it is. */
export interface WimSettings {
  /** Elements of the image's XML data by their path, `DESCRIPTION` or `WINDOWS/EDITIONID`; an empty text removes one. */
  readonly properties?: ReadonlyMap<string, string> | undefined;
  /** Make the image the one to boot; false: no image of the file is. */
  readonly boot?: boolean | undefined;
  /** Number of the image to boot, 0 for none. */
  readonly bootIndex?: number | undefined;
  /** Mark the file read-only, or take the mark off. */
  readonly readOnly?: boolean | undefined;
  /** Write an integrity table, or leave it away. */
  readonly integrity?: boolean | undefined;
}

export interface SetWimOptions extends LongOperation {
  /** Tell what would change, and change nothing. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Changes what a file says of itself and of an image, in place: new tables are written behind the old ones and count when the
 * header is replaced at the end. Unknown XML is kept.
 *
 * @param name `FILE`, or `FILE:IMAGE` where properties of an image are set
 * @throws AdkError `WIM_BAD_PROPERTY`, `WIM_NAME_TAKEN`, `WIM_NO_SUCH_IMAGE`, `WIM_NOT_CHANGEABLE`
 */
export async function setWim(name: string, settings: WimSettings, options: SetWimOptions = {}): Promise<WimSetResult> {
  await using opened = await openWim(name);
  const { file } = opened;
  const { properties = new Map<string, string>(), readOnly, integrity } = settings;
  const needsImage = properties.size > 0 || settings.boot === true;
  const index = needsImage ? oneImage(opened) : undefined;
  const bootIndex = settings.boot === undefined ? settings.bootIndex : settings.boot ? index : 0;
  const info = wimInfo(file);
  const changes: WimSetResult["changes"] = [];
  const note = (what: string, from: string | undefined, to: string | undefined) => {
    if (from !== to) changes.push({ what, from, to });
  };
  if (index !== undefined) {
    const image = file.properties(index);
    for (const [path, value] of properties) {
      checkProperty(opened, index, image, path, value);
      note(path, image.get(path), value === "" ? undefined : value);
    }
  }
  if (bootIndex) file.metadataBlob(bootIndex);
  if (bootIndex !== undefined) note("boot image", bootText(info.bootIndex), bootText(bootIndex));
  if (readOnly !== undefined) note("read-only", yesNo(info.readOnly), yesNo(readOnly));
  if (integrity !== undefined) note("integrity table", yesNo(info.integrity), yesNo(integrity));

  const result = { file: file.access.name, index, dryRun: options.dryRun ?? false, changes };
  if (changes.length === 0 || options.dryRun) return result;
  await using writer = await WimWriter.append(file, { store: true, ignoreReadOnly: readOnly === false });
  for (const [path, value] of properties) {
    writer.properties(index as number).set(path, value === "" ? undefined : value);
  }
  const { signal, onProgress } = options;
  await writer.finish({ signal, onProgress, bootIndex, integrity, readOnly });
  return result;
}

function checkProperty({ file }: OpenedWim, index: number, image: ImageProperties, path: string, value: string): void {
  const refuse = (message: string, found: string) =>
    new AdkError("WIM_BAD_PROPERTY", message, { kind: "usage", file: `${file.access.name}:${index}`, found });
  if (!/^[A-Za-z_][\w.-]*(\/[A-Za-z_][\w.-]*)*$/.test(path)) {
    throw refuse("A property is named by elements of the XML data, as WINDOWS/EDITIONID.", path);
  }
  // What XML 1.0 cannot hold, even as a reference.
  if (
    !value.isWellFormed() ||
    Array.from(value).some((character) => /[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/u.test(character))
  ) {
    throw refuse("The value has characters that XML cannot hold.", JSON.stringify(value));
  }
  if (value !== "" && image.hasElements(path)) throw refuse("The property holds others: name one of them.", path);
  if (path !== "NAME" || value === "") return;
  const other = file.xml.images.find((each) => each.index !== index && each.name === value);
  if (!other) return;
  throw new AdkError("WIM_NAME_TAKEN", `Image ${other.index} of the file is named "${value}" already.`, {
    kind: "usage",
    file: file.access.name,
  });
}

function bootText(index: number): string {
  return index === 0 ? "none" : String(index);
}

function yesNo(value: boolean): string {
  return value ? "yes" : "no";
}
