import { statSync } from "node:fs";
import { type Finding, formatSourceName, type LongOperation } from "@adk/core";
import { verifyWim } from "@adk/wim";
import { appendWim, captureWim } from "../capture-wim.ts";
import { exportWim } from "../export-wim.ts";
import { applyWim } from "../extract-wim.ts";
import { openWim } from "../open-wim.ts";
import type { WimExtractResult } from "../schemas.ts";
import { deleteImages, splitToParts } from "../wim-sets.ts";
import type {
  ApplyRequest,
  CaptureRequest,
  DeleteRequest,
  ExportRequest,
  ImageChoice,
  ImagingRequest,
  SplitRequest,
} from "./imaging-request.ts";
import { invalidData, pathNotFound } from "./win32-errors.ts";

/** What an operation gets besides its request. */
export interface OperationContext extends LongOperation {
  /** Told what did not stop the work. */
  readonly report: (findings: readonly Finding[]) => void;
}

type Operations = {
  readonly [Kind in ImagingRequest["kind"]]: (
    request: Extract<ImagingRequest, { kind: Kind }>,
    context: OperationContext,
  ) => Promise<void>;
};

const operations: Operations = {
  apply,
  capture,
  append: capture,
  export: exportTo,
  delete: deleteFrom,
  split,
};

/** Does what is asked for. @throws AdkError */
export async function perform(request: ImagingRequest, context: OperationContext): Promise<void> {
  const operation: (request: never, context: OperationContext) => Promise<void> = operations[request.kind];
  await operation(request as never, context);
}

async function apply({ image, to, check, parts }: ApplyRequest, context: OperationContext): Promise<void> {
  requireDirectory(to);
  if (check) await verify(image.file, context);
  const references = parts === undefined ? [] : [parts];
  const options = { ...longOperation(context), references, overwrite: true };
  const { findings, notHeld } = await applyWim(sourceName(image), to, options);
  context.report([...findings, ...notKept(notHeld, to)]);
  if (findings.some(({ severity }) => severity === "error")) throw invalidData("Not everything could be applied.");
}

function notKept(notHeld: WimExtractResult["notHeld"], file: string): Finding[] {
  const count = Object.values(notHeld).reduce((sum, each) => sum + each, 0);
  if (count === 0) return [];
  const what = "streams, security descriptors, short names and reparse points";
  const message = `${count} properties of files (${what}) are not kept: this file system cannot hold them.`;
  return [{ severity: "warning", code: "PROPERTIES_NOT_KEPT", message, where: { file } }];
}

async function capture(request: CaptureRequest, context: OperationContext): Promise<void> {
  const { kind, from, file, check } = request;
  requireDirectory(from);
  const { name, description, flags, config, compression, boot, rpfix } = request;
  const integrity = check || undefined;
  const options = { name, description, flags, config, compression, boot, rpfix, integrity, ...longOperation(context) };
  const result = await (kind === "append" ? appendWim : captureWim)(from, file, options);
  context.report(result.findings);
  if (request.verify) await verify(file, context);
}

async function exportTo(request: ExportRequest, context: OperationContext): Promise<void> {
  const { image, to, name, compression, solid, boot, check, parts } = request;
  const integrity = check || undefined;
  const references = parts === undefined ? [] : [parts];
  const options = { name, compression, solid, boot, integrity, references, ...longOperation(context) };
  const { findings } = await exportWim(sourceName(image), to, options);
  context.report(findings);
}

async function deleteFrom({ image, check }: DeleteRequest, context: OperationContext): Promise<void> {
  const options = { integrity: check || undefined, ...longOperation(context) };
  const { findings } = await deleteImages(sourceName(image), options);
  context.report(findings);
}

async function split({ file, to, partSize, check }: SplitRequest, context: OperationContext): Promise<void> {
  const options = { integrity: check || undefined, ...longOperation(context) };
  const { findings } = await splitToParts(sourceName({ file, selector: undefined }), to, partSize, options);
  context.report(findings);
}

/**
 * Reads all of a file and checks it: its integrity table, where it has one, and the hash of everything in it. It has no
 * progress of its own: what is shown is that of the operation.
 */
async function verify(file: string, context: OperationContext): Promise<void> {
  await using opened = await openWim(file);
  const { ok, findings } = await verifyWim(opened.file, { signal: context.signal });
  if (ok) return;
  context.report(findings);
  throw invalidData("The file is damaged.");
}

function sourceName({ file, selector }: ImageChoice): string {
  return formatSourceName({ path: file, inner: [], selector });
}

function longOperation({ signal, onProgress }: LongOperation): LongOperation {
  return { signal, onProgress };
}

/** DISM neither creates the directory that it applies to nor captures a single file. */
function requireDirectory(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw pathNotFound(path);
}
