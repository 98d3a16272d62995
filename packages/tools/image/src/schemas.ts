/** The shapes of what the commands print with `--json`. */
import { finding } from "@adk/cli-kit/schemas";
import * as z from "zod";

const imageInfo = z.object({
  index: z.number(),
  name: z.string(),
  description: z.string(),
  dirCount: z.number(),
  fileCount: z.number(),
  totalBytes: z.number(),
  hardLinkBytes: z.number(),
  created: z.string().optional(),
  modified: z.string().optional(),
  displayName: z.string().optional(),
  displayDescription: z.string().optional(),
  flags: z.string().optional(),
  architecture: z.string().optional(),
  version: z.string().optional(),
  edition: z.string().optional(),
  installationType: z.string().optional(),
  productType: z.string().optional(),
  languages: z.array(z.string()).optional(),
  defaultLanguage: z.string().optional(),
});

/** `adk wim info` */
export const wimInfoResult = z.object({
  version: z.number(),
  compression: z.enum(["none", "xpress", "lzx", "lzms"]),
  solid: z.boolean(),
  chunkSize: z.number(),
  guid: z.string(),
  partNumber: z.number(),
  totalParts: z.number(),
  bootIndex: z.number(),
  pipable: z.boolean(),
  integrity: z.boolean(),
  readOnly: z.boolean(),
  images: z.array(imageInfo),
  findings: z.array(finding),
});
export type WimInfoResult = z.infer<typeof wimInfoResult>;

/** `adk wim verify` */
export const wimVerifyResult = z.object({
  ok: z.boolean(),
  blobs: z.number(),
  bytes: z.number(),
  findings: z.array(finding),
});
export type WimVerifyResult = z.infer<typeof wimVerifyResult>;

/** One entry of `adk wim dir`. Times are ISO 8601 in UTC; hashes are SHA-1 in hex. */
export const wimDirEntry = z.object({
  path: z.string(),
  type: z.enum(["file", "directory", "symlink", "junction", "reparse-point"]),
  size: z.number(),
  attributes: z.number(),
  attributeNames: z.array(z.string()),
  created: z.string().optional(),
  accessed: z.string().optional(),
  modified: z.string().optional(),
  sha1: z.string().optional(),
  shortName: z.string().optional(),
  /** Entries with the same value are hard links to one file. */
  linkId: z.string().optional(),
  reparseTag: z.number().optional(),
  /** Where a symbolic link or junction leads, as Windows writes it. */
  target: z.string().optional(),
  streams: z.array(z.object({ name: z.string(), size: z.number(), sha1: z.string().optional() })).optional(),
  /** Security descriptor in SDDL. */
  security: z.string().optional(),
});
export type WimDirEntry = z.infer<typeof wimDirEntry>;
export const wimDirResult = z.array(wimDirEntry);

/** `adk wim capture` and `adk wim append` */
export const wimCaptureResult = z.object({
  file: z.string(),
  index: z.number(),
  name: z.string(),
  files: z.number(),
  directories: z.number(),
  /** Bytes of the tree; of its blobs that were new to the file; and what those take in the file. */
  bytes: z.number(),
  newBytes: z.number(),
  storedBytes: z.number(),
  findings: z.array(finding),
});
export type WimCaptureResult = z.infer<typeof wimCaptureResult>;

/** `adk wim export` */
export const wimExportResult = z.object({
  file: z.string(),
  images: z.array(
    z.object({
      sourceIndex: z.number(),
      index: z.number(),
      copied: z.number(),
      recompressed: z.number(),
      shared: z.number(),
    }),
  ),
  findings: z.array(finding),
});
export type WimExportResult = z.infer<typeof wimExportResult>;

/** `adk wim apply` and `adk wim extract` */
export const wimExtractResult = z.object({
  files: z.number(),
  directories: z.number(),
  symlinks: z.number(),
  hardLinks: z.number(),
  bytes: z.number(),
  /** What the file system of this host cannot hold and the sidecar keeps: entries of which it keeps something, and of them ... */
  kept: z
    .object({
      entries: z.number(),
      streams: z.number(),
      securityDescriptors: z.number(),
      shortNames: z.number(),
      reparsePoints: z.number(),
    })
    .optional(),
  /** What the file system of this host cannot hold, and is lost. */
  notHeld: z.object({
    streams: z.number(),
    securityDescriptors: z.number(),
    shortNames: z.number(),
    reparsePoints: z.number(),
  }),
  findings: z.array(finding),
});
export type WimExtractResult = z.infer<typeof wimExtractResult>;

/** `adk wim split` */
export const wimSplitResult = z.object({
  parts: z.array(z.object({ file: z.string(), bytes: z.number() })),
  findings: z.array(finding),
});
export type WimSplitResult = z.infer<typeof wimSplitResult>;

/** `adk wim join`, `adk wim delete` and `adk wim optimize` */
export const wimRebuildResult = z.object({
  file: z.string(),
  images: z.number(),
  blobs: z.number(),
  /** Size of the file, and what it was. */
  bytes: z.number(),
  before: z.number().optional(),
  findings: z.array(finding),
});
export type WimRebuildResult = z.infer<typeof wimRebuildResult>;

/** `adk wim update` */
export const wimUpdateResult = z.object({
  file: z.string(),
  index: z.number(),
  dryRun: z.boolean(),
  /** What happened to each entry, in the order of the commands. */
  changes: z.array(
    z.object({
      change: z.enum(["add", "replace", "delete", "rename"]),
      path: z.string(),
      /** Of a renamed entry, its path before. */
      from: z.string().optional(),
    }),
  ),
  /** Bytes of the blobs that were new to the file, and what they take in it. */
  newBytes: z.number(),
  storedBytes: z.number(),
  findings: z.array(finding),
});
export type WimUpdateResult = z.infer<typeof wimUpdateResult>;

/** `adk wim set` */
export const wimSetResult = z.object({
  file: z.string(),
  /** The image whose properties were set. */
  index: z.number().optional(),
  dryRun: z.boolean(),
  /** What is another than before: a path of the image's XML data, `boot image`, `read-only` or `integrity table`. */
  changes: z.array(z.object({ what: z.string(), from: z.string().optional(), to: z.string().optional() })),
});
export type WimSetResult = z.infer<typeof wimSetResult>;

/** `adk wim recover` */
export const wimRecoverResult = z.object({
  file: z.string(),
  /** Nothing was lost, as far as the damaged file still tells what it held. */
  ok: z.boolean(),
  /** By their numbers in the damaged file. */
  images: z.array(
    z.object({
      index: z.number(),
      name: z.string(),
      /** False where nothing tells any more what the image held. */
      recovered: z.boolean(),
      lostFiles: z.number(),
    }),
  ),
  lost: z.array(z.object({ image: z.number(), path: z.string(), reason: z.enum(["missing", "corrupt"]) })),
  blobs: z.object({
    intact: z.number(),
    corrupt: z.number(),
    missing: z.number(),
    /** Intact, and of no image that could be read. */
    unreferenced: z.number(),
  }),
  findings: z.array(finding),
});
export type WimRecoverResult = z.infer<typeof wimRecoverResult>;
