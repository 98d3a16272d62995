/** The shapes of the JSON that every command may print, besides its result. */
import * as z from "zod";

/** On stdout, under `--json`, when a command failed. */
export const errorDocument = z.object({
  error: z.object({
    code: z.string(),
    kind: z.enum(["usage", "input", "environment", "unsupported", "cancelled"]),
    message: z.string(),
    file: z.string().optional(),
    offset: z.number().optional(),
    expected: z.union([z.string(), z.number()]).optional(),
    found: z.union([z.string(), z.number()]).optional(),
    hint: z.string().optional(),
  }),
});
export type ErrorDocument = z.infer<typeof errorDocument>;

/** A line on stderr with `--progress json`. A total of 0 is not known. */
export const progressLine = z.object({
  progress: z.object({
    phase: z.string(),
    done: z.number(),
    total: z.number(),
    unit: z.enum(["bytes", "files", "steps"]),
    item: z.string().optional(),
  }),
});
export type ProgressLine = z.infer<typeof progressLine>;

/** A finding, as part of the result of a command. */
export const finding = z.object({
  severity: z.enum(["error", "warning", "info"]),
  code: z.string(),
  message: z.string(),
  where: z
    .object({ file: z.string().optional(), offset: z.number().optional(), path: z.string().optional() })
    .exactOptional(),
});
