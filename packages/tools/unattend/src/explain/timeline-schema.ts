import * as z from "zod";

export const timelineStepSchema = z.object({
  pass: z.string(),
  kind: z.enum(["settings", "command", "driver", "disk", "image", "package", "account", "logon", "restart", "note"]),
  /** What happens, in one line; secrets are masked. */
  action: z.string(),
  /** As whom. */
  user: z.string(),
  /** Whether Setup waits for it. */
  waits: z.boolean(),
  /** Where Setup notes it, or where its output goes. */
  log: z.string(),
  /** Of the setting in the file; 0 for what no setting says. */
  line: z.number(),
  note: z.string().optional(),
});
export type TimelineStep = z.infer<typeof timelineStepSchema>;

export const timelineSchema = z.object({
  file: z.string(),
  boots: z.array(z.object({ number: z.number(), title: z.string(), steps: z.array(timelineStepSchema) })),
  /** What takes part only when somebody runs `sysprep /generalize`. */
  generalize: z.array(timelineStepSchema),
  /** What the order rests on, and what is not known. */
  remarks: z.array(z.string()),
});
export type Timeline = z.infer<typeof timelineSchema>;
