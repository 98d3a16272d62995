import { type Column, type Command, formatBytes, type Terminal } from "@adk/cli-kit";
import { wimInfo } from "@adk/wim";
import { openWim, someImages } from "../open-wim.ts";
import type { WimInfoResult } from "../schemas.ts";
import { sourceIn } from "./names.ts";
import { wimResults } from "./results.ts";

type ImageInfo = WimInfoResult["images"][number];

export function defineInfoCommand(wim: Command): void {
  wim
    .command("info <file>")
    .description(
      "Tell what a file holds: its compression and its images. Of FILE:INDEX or FILE:NAME, all about that image.",
    )
    .run(async (context, name: string) => {
      await using opened = await openWim(sourceIn(context, name));
      const { file, selector } = opened;
      const info = wimInfo(file);
      const chosen = selector ? new Set(someImages(opened)) : undefined;
      const images = info.images.filter(({ index }) => chosen?.has(index) ?? true);
      const result: WimInfoResult = { ...info, images, findings: file.findings.list };
      const single = selector && selector.kind !== "all" ? images[0] : undefined;
      context.output(result, {
        schema: wimResults.wimInfoResult,
        render: (shown, out) => (single ? renderImage(single, shown, out) : renderFile(name, shown, out)),
      });
    });
}

function renderFile(name: string, info: WimInfoResult, out: Terminal): void {
  const boot = info.images.find(({ index }) => index === info.bootIndex);
  out.facts({
    File: name,
    Compression: describeCompression(info),
    GUID: info.guid,
    Part: info.totalParts > 1 ? `${info.partNumber} of ${info.totalParts}` : undefined,
    "Boot image": boot ? titleOf(boot) : "none",
    "Integrity table": info.integrity ? "yes" : "no",
    "Read-only": info.readOnly ? "yes" : undefined,
    Pipable: info.pipable ? "yes" : undefined,
  });
  out.line();
  if (info.images.length > 0) renderImages(info.images, out);
  else out.line(info.partNumber > 1 ? "The images are in part 1 of the set." : "No image is in this file.");
  out.findings(info.findings);
}

/** Columns in which no image has anything are left out. */
function renderImages(images: readonly ImageInfo[], out: Terminal): void {
  const columns: [Column, (image: ImageInfo) => string | number | undefined][] = [
    [{ title: "Index" }, ({ index }) => index],
    [{ title: "Name", truncate: "end" }, ({ name }) => name],
    [{ title: "Edition" }, ({ edition, flags }) => edition ?? flags],
    [{ title: "Version" }, ({ version }) => version],
    [{ title: "Arch" }, ({ architecture }) => architecture],
    [{ title: "Directories" }, ({ dirCount }) => dirCount],
    [{ title: "Files" }, ({ fileCount }) => fileCount],
    [{ title: "Size", align: "right" }, ({ totalBytes }) => formatBytes(totalBytes)],
  ];
  const used = columns.filter(([, value]) => images.some((image) => value(image) !== undefined));
  out.table(
    used.map(([column]) => column),
    images.map((image) => used.map(([, value]) => value(image))),
  );
}

function renderImage(image: ImageInfo, info: WimInfoResult, out: Terminal): void {
  out.facts({
    Image: titleOf(image),
    Description: image.description || undefined,
    "Display name": image.displayName,
    Edition: image.edition ?? image.flags,
    Version: image.version,
    Architecture: image.architecture,
    Installation: image.installationType,
    Product: image.productType,
    Languages: image.languages
      ?.map((language) => (language === image.defaultLanguage ? `${language} (default)` : language))
      .join(", "),
    Bootable: info.bootIndex === image.index ? "yes" : undefined,
    Directories: image.dirCount,
    Files: image.fileCount,
    Size: formatBytes(image.totalBytes),
    "In hard links": image.hardLinkBytes > 0 ? formatBytes(image.hardLinkBytes) : undefined,
    Created: timeText(image.created),
    Modified: timeText(image.modified),
  });
  out.findings(info.findings);
}

function titleOf({ index, name }: ImageInfo): string {
  return name === "" ? String(index) : `${index} "${name}"`;
}

function describeCompression({ compression, chunkSize, solid }: WimInfoResult): string {
  if (compression === "none") return "none";
  const kind = solid ? ", solid" : `, chunks of ${formatBytes(chunkSize)}`;
  return compression.toUpperCase() + kind;
}

function timeText(iso: string | undefined): string | undefined {
  return iso && `${iso.slice(0, 19).replace("T", " ")} UTC`;
}
