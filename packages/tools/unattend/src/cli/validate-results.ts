import * as z from "zod";
import { verdict } from "../validate/verdict.ts";

/** `adk unattend validate` */
export const validateResult = z.object({ files: z.array(verdict) });
export type ValidateResult = z.infer<typeof validateResult>;

/** `adk unattend rules` */
export const rulesResult = z.object({
  rules: z.array(
    z.object({
      id: z.string(),
      severity: z.enum(["error", "warning", "info"]),
      summary: z.string(),
      explanation: z.string(),
    }),
  ),
});
export type RulesResult = z.infer<typeof rulesResult>;
