import { existsSync } from "node:fs";
import { AdkError, type LongOperation } from "@adk/core";
import { exportImage, type WimCompression, WimFile, WimWriter, type WriteOptions } from "@adk/wim";
import { openWim, someImages } from "./open-wim.ts";
import type { WimExportResult } from "./schemas.ts";
import { withSolid } from "./solid-option.ts";

export interface ExportWimOptions extends WriteOptions, LongOperation {
  /** Further parts of a split set, or files that a delta file was made from. */
  readonly references?: readonly string[] | undefined;
  /** New name of the image; only for one image. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly boot?: boolean | undefined;
  readonly integrity?: boolean | undefined;
  readonly recompress?: boolean | undefined;
  /** Replace the target instead of adding to it. */
  readonly overwrite?: boolean | undefined;
}

/** Copies images (`install.wim:6`, `install.esd:all`) into a new file, or into one that is there. */
export async function exportWim(source: string, out: string, options: ExportWimOptions): Promise<WimExportResult> {
  await using opened = await openWim(source, options.references);
  const { file } = opened;
  const indexes = someImages(opened);
  if (options.name !== undefined && indexes.length > 1) {
    throw new AdkError("WIM_ONE_NAME", "One name cannot be given to several images.", { kind: "usage" });
  }
  await using target = existsSync(out) && !options.overwrite ? await WimFile.open(out) : undefined;
  await using writer = target
    ? await appendTo(target, options)
    : await WimWriter.create(out, newForm(file, withSolid(out, options)));
  const images: WimExportResult["images"] = [];
  for (const sourceIndex of indexes) {
    const exported = await exportImage(file, sourceIndex, writer, options);
    images.push({ sourceIndex, ...exported });
  }
  const { signal, onProgress, integrity } = options;
  const bootIndex = options.boot ? images[0]?.index : undefined;
  await writer.finish({ signal, onProgress, integrity, bootIndex });
  return { file: out, images, findings: file.findings.list };
}

/**
 * The compression of the source. Out of an ESD into another kind of file comes LZX, which all versions of Windows read.
 */
function newForm(file: WimFile, options: ExportWimOptions): ExportWimOptions {
  if (options.compression !== undefined || options.solid) return options;
  const { compression, chunkSize } = file.header;
  if (compression === "lzms") return { ...options, compression: "lzx" };
  return { ...options, compression, chunkSize: options.chunkSize ?? (chunkSize || undefined) };
}

async function appendTo(target: WimFile, options: ExportWimOptions): Promise<WimWriter> {
  const has: WimCompression = target.header.compression;
  if (options.compression !== undefined && options.compression !== has) {
    throw new AdkError("WIM_OTHER_COMPRESSION", "The target has another compression, which all its images share.", {
      kind: "usage",
      file: target.access.name,
      expected: has,
      found: options.compression,
      hint: "Export to a new file, or replace the target with --force.",
    });
  }
  return WimWriter.append(target, options);
}
