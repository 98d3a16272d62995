/** The shapes of what the registry commands print with `--json`. */
import { finding } from "@adk/cli-kit/schemas";
import * as z from "zod";

/** Text, texts of a REG_MULTI_SZ, a number (64 bits: its decimal digits as text), or other data in hex. */
const data = z.union([z.string(), z.number(), z.array(z.string())]);
export type RegistryData = z.infer<typeof data>;

const value = z.object({
  /** Empty for the default value. */
  name: z.string(),
  /** `REG_SZ`; a number in hex where it has no name. */
  type: z.string(),
  /** Bytes. */
  size: z.number(),
  data: data.optional(),
  /** The data is a secret, or protects one. */
  withheld: z.boolean().optional(),
  /** The data cannot be read. */
  damaged: z.boolean().optional(),
});
export type RegistryValue = z.infer<typeof value>;

/** `adk registry info` */
export const registryInfoResult = z.object({
  file: z.string(),
  /** What it is for, by its keys: `SYSTEM`. */
  role: z.string().optional(),
  /** Path that the base block tells, or its end. */
  fileName: z.string(),
  rootName: z.string(),
  /** `1.5` */
  version: z.string(),
  dirty: z.boolean(),
  logsApplied: z.number(),
  keys: z.number(),
  values: z.number(),
  /** Of the data of all values. */
  bytes: z.number(),
  /** Of the file. */
  size: z.number(),
  lastWritten: z.string().optional(),
  /** Of a SAM hive. Seconds; what is missing is never. */
  accountPolicy: z
    .object({
      maxPasswordAge: z.number().optional(),
      minPasswordAge: z.number().optional(),
      minPasswordLength: z.number(),
      passwordHistoryLength: z.number(),
      complexPasswords: z.boolean(),
      lockoutThreshold: z.number(),
      lockoutDuration: z.number().optional(),
      lockoutWindow: z.number().optional(),
    })
    .optional(),
  findings: z.array(finding),
});
export type RegistryInfoResult = z.infer<typeof registryInfoResult>;

/** `adk registry ls` */
export const registryListResult = z.object({
  /** From the hive's root. */
  key: z.string(),
  lastWritten: z.string().optional(),
  className: z.string().optional(),
  /** SDDL */
  security: z.string().optional(),
  subkeys: z.array(
    z.object({ name: z.string(), lastWritten: z.string().optional(), subkeys: z.number(), values: z.number() }),
  ),
  values: z.array(value),
  findings: z.array(finding),
});
export type RegistryListResult = z.infer<typeof registryListResult>;

/** `adk registry get` */
export const registryGetResult = value.extend({
  key: z.string(),
  /** The data as it is stored. */
  hex: z.string(),
});
export type RegistryGetResult = z.infer<typeof registryGetResult>;

const typedData = z.object({ type: z.string(), data });

const change = z.object({
  change: z.enum(["key-created", "key-deleted", "value-set", "value-deleted"]),
  key: z.string(),
  /** Of a value; empty for the default value. */
  name: z.string().optional(),
  before: typedData.optional(),
  after: typedData.optional(),
});
export type RegistryChange = z.infer<typeof change>;

/** `adk registry set`, `delete` and `import` */
export const registryChangeResult = z.object({
  file: z.string(),
  dryRun: z.boolean(),
  /** Whether the file was not there before. */
  created: z.boolean(),
  changes: z.array(change),
  /** Bytes of the file as it is now. */
  size: z.number().optional(),
  /** Copy of the file as it was before. */
  backup: z.string().optional(),
});
export type RegistryChangeResult = z.infer<typeof registryChangeResult>;

/** `adk registry export` */
export const registryExportResult = z.object({
  file: z.string(),
  root: z.string(),
  keys: z.number(),
  values: z.number(),
  findings: z.array(finding),
});
export type RegistryExportResult = z.infer<typeof registryExportResult>;

/** A value; or a class name, or security as SDDL. Without data: it cannot be read, or may be a secret. */
const side = z.union([typedData.partial({ data: true }), z.string()]);

const difference = z.object({
  kind: z.enum([
    "key-added",
    "key-removed",
    "value-added",
    "value-removed",
    "value-changed",
    "class-changed",
    "security-changed",
  ]),
  key: z.string(),
  name: z.string().optional(),
  before: side.optional(),
  after: side.optional(),
});
export type RegistryDifference = z.infer<typeof difference>;

/** `adk registry diff` */
export const registryDiffResult = z.object({
  equal: z.boolean(),
  differences: z.array(difference),
  findings: z.array(finding),
});
export type RegistryDiffResult = z.infer<typeof registryDiffResult>;

/** `adk registry check` */
export const registryCheckResult = z.object({
  ok: z.boolean(),
  keys: z.number(),
  values: z.number(),
  /** Of the data of all values. */
  bytes: z.number(),
  usedBytes: z.number(),
  freeBytes: z.number(),
  findings: z.array(finding),
});
export type RegistryCheckResult = z.infer<typeof registryCheckResult>;

/** `adk registry check --repair` and `compact` */
export const registryRewriteResult = z.object({
  file: z.string(),
  dryRun: z.boolean(),
  sizeBefore: z.number(),
  size: z.number(),
  /** Copy of the file as it was before. */
  backup: z.string().optional(),
  findings: z.array(finding),
});
export type RegistryRewriteResult = z.infer<typeof registryRewriteResult>;

/** `adk registry recover` */
export const registryRecoverResult = z.object({
  keys: z.array(
    z.object({
      /** As far as it can be told. */
      key: z.string(),
      lastWritten: z.string().optional(),
      values: z.array(value),
    }),
  ),
  /** Values whose key is not known. */
  values: z.array(value),
  findings: z.array(finding),
});
export type RegistryRecoverResult = z.infer<typeof registryRecoverResult>;

/** `adk registry search` */
export const registrySearchResult = z.object({
  matches: z.array(z.object({ key: z.string(), value: value.optional() })),
  findings: z.array(finding),
});
export type RegistrySearchResult = z.infer<typeof registrySearchResult>;
