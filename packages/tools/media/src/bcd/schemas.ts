import { finding } from "@adk/cli-kit/schemas";
import * as z from "zod";

const dataJson = z.object({ type: z.number().int().min(0).max(0xffff_ffff), data: z.string() });

const elementJson = z.object({
  id: z.string(),
  name: z.string().optional(),
  format: z.enum(["device", "string", "object", "objects", "integer", "boolean", "integers", "bytes"]),
  value: z.union([z.string(), z.boolean(), z.array(z.string())]).optional(),
  /** Of elements whose value alone would not bring the same bytes back. */
  data: dataJson.optional(),
});

const bootObjectJson = z.object({
  id: z.string(),
  name: z.string().optional(),
  type: z.string(),
  description: z.record(z.string(), dataJson).optional(),
  elements: z.array(elementJson),
});

/** `adk media bcd export STORE FILE.json` */
export const bootStoreJson = z.object({
  system: z.boolean(),
  description: z.record(z.string(), dataJson).optional(),
  objects: z.array(bootObjectJson),
});

/** A setting that weakens the security of what is booted. */
const weakOptionJson = z.object({
  object: z.string(),
  /** Of the element, 8 hexadecimal digits. */
  id: z.string(),
  name: z.string(),
  value: z.string(),
  severity: z.enum(["warning", "info"]),
  why: z.string(),
});
export type WeakOptionJson = z.output<typeof weakOptionJson>;

/** `adk media bcd enum`, `show`: objects as they are exported, and how bcdedit shows them. */
export const bcdListResult = z.object({
  store: z.string(),
  objects: z.array(
    bootObjectJson.extend({
      /** What stands above it, and how the store calls it: `{default}`. */
      title: z.string(),
      identifier: z.string(),
      elements: z.array(elementJson.extend({ text: z.array(z.string()) })),
    }),
  ),
  findings: z.array(finding),
});
export type BcdListResult = z.output<typeof bcdListResult>;

/** `adk media bcd check` */
export const bcdCheckResult = z.object({
  store: z.string(),
  ok: z.boolean(),
  objects: z.number(),
  elements: z.number(),
  weak: z.array(weakOptionJson),
  findings: z.array(finding),
});
export type BcdCheckResult = z.output<typeof bcdCheckResult>;

/** What commands print that write a store. */
export const bcdChangeResult = z.object({
  store: z.string(),
  dryRun: z.boolean(),
  changes: z.array(
    z.object({
      change: z.enum(["add", "set", "remove"]),
      object: z.string(),
      element: z.string().optional(),
      value: z.array(z.string()).optional(),
    }),
  ),
  /** Where the store is that was replaced. */
  backup: z.string().optional(),
  /** What the change makes weaker. */
  weak: z.array(weakOptionJson),
  findings: z.array(finding),
});
export type BcdChangeResult = z.output<typeof bcdChangeResult>;
