import * as z from "zod";
import { settingChange } from "../edit/diff-files.ts";

/** What came of an edit. Values of secrets are masked. */
export const editResult = z.object({
  file: z.string(),
  /** Where the result is; null where nothing was written, or it went to standard output. */
  written: z.string().nullable(),
  /** What the file was before, if it was replaced. */
  backup: z.string().optional(),
  changes: z.array(settingChange),
});
export type EditResult = z.infer<typeof editResult>;
