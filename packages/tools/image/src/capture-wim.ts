import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { AdkError, Findings, fromSystemError, type LongOperation } from "@adk/core";
import { openSource } from "@adk/sources";
import { CaptureConfig, captureVolume, WimFile, WimWriter, type WriteOptions } from "@adk/wim";
import type { WimCaptureResult } from "./schemas.ts";
import { withSolid } from "./solid-option.ts";

export interface CaptureWimOptions extends WriteOptions, LongOperation {
  /** Name of the image; default: the name of the source. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Edition id. */
  readonly flags?: string | undefined;
  /** Path of a WimScript.ini. */
  readonly config?: string | undefined;
  /** Mark the image as the one to boot. */
  readonly boot?: boolean | undefined;
  /** Write an integrity table. */
  readonly integrity?: boolean | undefined;
  /** Count absolute link targets inside the source from its root. Default true. */
  readonly rpfix?: boolean | undefined;
  /** Replace a file that is there. */
  readonly overwrite?: boolean | undefined;
}

/** Captures a source (a directory, or an image of another file) into a new file. */
export async function captureWim(source: string, out: string, options: CaptureWimOptions): Promise<WimCaptureResult> {
  return addImage(source, out, options, () => WimWriter.create(out, withSolid(out, options)));
}

/** Captures a source as a further image of a file that is there. */
export async function appendWim(source: string, out: string, options: CaptureWimOptions): Promise<WimCaptureResult> {
  await using file = await WimFile.open(out);
  return await addImage(source, out, options, () => WimWriter.append(file, options));
}

async function addImage(
  source: string,
  out: string,
  options: CaptureWimOptions,
  openWriter: () => Promise<WimWriter>,
): Promise<WimCaptureResult> {
  const findings = new Findings();
  const config = options.config === undefined ? undefined : await readConfig(options.config);
  await using volume = await openSource(source, { findings, fixLinks: options.rpfix });
  await using writer = await openWriter();
  const name = options.name ?? basename(resolve(source));
  if (writer.imageNames.includes(name)) {
    throw new AdkError("WIM_NAME_TAKEN", `The file has an image named "${name}" already.`, {
      kind: "usage",
      file: out,
      hint: "Give the image another name with --name.",
    });
  }
  const captured = await captureVolume(writer, volume, { ...options, name, config, findings });
  const { signal, onProgress, integrity } = options;
  const bootIndex = options.boot ? captured.index : undefined;
  await writer.finish({ signal, onProgress, integrity, bootIndex });
  return { file: out, name, ...captured, findings: findings.list };
}

async function readConfig(path: string): Promise<CaptureConfig> {
  try {
    return CaptureConfig.parse(await readFile(path, "utf8"), path);
  } catch (error) {
    throw fromSystemError(error, path);
  }
}
