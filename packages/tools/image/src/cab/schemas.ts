/** The shapes of what `adk cab` prints with `--json`. */
import { finding } from "@adk/cli-kit/schemas";
import * as z from "zod";

/** `adk cab info` */
export const cabInfoResult = z.object({
  kind: z.enum(["cabinet", "update-package"]),
  setId: z.number(),
  cabinets: z.array(
    z.object({
      file: z.string(),
      number: z.number(),
      start: z.number(),
      size: z.number(),
      previous: z.string().optional(),
      next: z.string().optional(),
      signatureBytes: z.number().optional(),
      reserve: z.object({ header: z.number(), folder: z.number(), data: z.number() }),
    }),
  ),
  folders: z.array(
    z.object({
      compression: z.string(),
      blocks: z.number(),
      files: z.number(),
      size: z.number(),
      complete: z.boolean(),
    }),
  ),
  fileCount: z.number(),
  size: z.number(),
  update: z.object({ properties: z.record(z.string(), z.string()), payloads: z.array(z.string()) }).optional(),
  findings: z.array(finding),
});
export type CabInfoResult = z.infer<typeof cabInfoResult>;

/** `adk cab ls` */
export const cabListResult = z.object({
  files: z.array(
    z.object({
      name: z.string(),
      size: z.number(),
      /** ISO 8601; the cabinet does not say of which time zone. Missing where it has no valid time. */
      modified: z.string().optional(),
      attributes: z.array(z.string()),
    }),
  ),
  findings: z.array(finding),
});
export type CabListResult = z.infer<typeof cabListResult>;

/** `adk cab verify` */
export const cabVerifyResult = z.object({
  ok: z.boolean(),
  files: z.number(),
  bytes: z.number(),
  findings: z.array(finding),
});

/** `adk cab extract` */
export const cabExtractResult = z.object({ files: z.number(), bytes: z.number(), findings: z.array(finding) });
export type CabExtractResult = z.infer<typeof cabExtractResult>;

/** `adk cab psf` */
export const psfResult = z.object({
  name: z.string(),
  /** Bytes of the PSF, as the index has it. */
  size: z.number(),
  files: z.array(
    z.object({
      name: z.string(),
      size: z.number(),
      /** `RAW` for the file itself, `PA30` and others for a difference; missing where the PSF has no data of the file. */
      type: z.string().optional(),
      offset: z.number().optional(),
      storedSize: z.number().optional(),
      sha256: z.string().optional(),
    }),
  ),
  /** What was extracted, where that was asked for. */
  extracted: z.object({ files: z.number(), bytes: z.number(), differences: z.number() }).optional(),
  findings: z.array(finding),
});
export type PsfResult = z.infer<typeof psfResult>;
