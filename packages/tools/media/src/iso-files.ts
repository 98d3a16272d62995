import { finding } from "@adk/cli-kit/schemas";
import { extractVolume, FileAccess, formatFiletime, isRealDirectory, type LongOperation, walk } from "@adk/core";
import { type DiscTree, openIso, openIsoVolume, verifyIso } from "@adk/iso";
import * as z from "zod";

/** `adk iso ls` */
export const isoListResult = z.object({
  file: z.string(),
  fileSystem: z.enum(["udf", "joliet", "iso9660", "enhanced"]),
  entries: z.array(
    z.object({
      path: z.string(),
      type: z.enum(["file", "directory"]),
      size: z.number(),
      modified: z.string().optional(),
    }),
  ),
  findings: z.array(finding),
});
export type IsoList = z.output<typeof isoListResult>;

/** Every entry of a disc, by the file system that Windows would take or another. */
export async function listIso(file: string, kind?: DiscTree["kind"]): Promise<IsoList> {
  await using image = await openIso(await FileAccess.open(file));
  const volume = openIsoVolume(image, kind);
  const entries: IsoList["entries"] = [];
  for await (const batch of walk(volume)) {
    for (const entry of batch) {
      const type = isRealDirectory(entry) ? "directory" : "file";
      const modified = entry.lastWriteTime > 0n ? formatFiletime(entry.lastWriteTime) : undefined;
      if (entry.path !== "/") entries.push({ path: entry.path, type, size: entry.size, modified });
    }
  }
  const fileSystem = kind ?? (image.trees[0] as DiscTree).kind;
  return { file, fileSystem, entries, findings: image.findings.list };
}

/** `adk iso extract` */
export const isoExtractResult = z.object({
  file: z.string(),
  to: z.string(),
  files: z.number(),
  bytes: z.number(),
  findings: z.array(finding),
});
export type IsoExtract = z.output<typeof isoExtractResult>;

export interface ExtractFromIsoOptions extends LongOperation {
  readonly paths?: readonly string[] | undefined;
  readonly overwrite?: boolean | undefined;
  readonly kind?: DiscTree["kind"] | undefined;
}

/** Extracts the files of a disc. */
export async function extractFromIso(file: string, to: string, options: ExtractFromIsoOptions): Promise<IsoExtract> {
  await using image = await openIso(await FileAccess.open(file));
  const result = await extractVolume(openIsoVolume(image, options.kind), to, options);
  return { file, to, ...result, findings: [...image.findings.list, ...result.findings] };
}

/** `adk iso verify` */
export const isoVerifyResult = z.object({
  file: z.string(),
  ok: z.boolean(),
  files: z.number(),
  bytes: z.number(),
  findings: z.array(finding),
});
export type IsoVerify = z.output<typeof isoVerifyResult>;

/** Reads all of a disc and checks its structure. */
export async function verifyIsoFile(file: string, operation: LongOperation): Promise<IsoVerify> {
  await using image = await openIso(await FileAccess.open(file));
  const { findings, ...result } = await verifyIso(image, operation);
  return { file, ...result, findings: [...findings] };
}
