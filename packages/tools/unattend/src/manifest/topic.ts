import type * as z from "zod";
import type { AnswerBuilder } from "./answer-builder.ts";
import type { AnswerReader } from "./answer-reader.ts";
import type { Secret } from "./secret.ts";

/** What writing a part of a manifest may need. */
export interface WriteContext {
  /** The value of a secret, from wherever the manifest says that it is. @throws AdkError `UNATTEND_NO_SECRET` */
  secret(secret: Secret): string;
}

/** One part of a manifest: its shape, how it becomes settings, and how it is found again in them. */
export interface Topic<Schema extends z.ZodType> {
  /** Its key in the manifest. */
  readonly name: string;
  readonly schema: Schema;
  write(part: z.output<Schema>, builder: AnswerBuilder, context: WriteContext): void;
  /**
   * The part that a file says. It need not be sure: what would be written back otherwise than it stands is not taken (see
   * `toManifest`).
   */
  read(reader: AnswerReader): z.input<Schema> | undefined;
}

/** Keeps the types of a topic's schema together. */
export function defineTopic<Schema extends z.ZodType>(topic: Topic<Schema>): Topic<Schema> {
  return topic;
}

/** The object without its undefined fields; undefined if nothing is left. */
export function definedFields<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return entries.length === 0
    ? undefined
    : (Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> });
}

/** The list, or undefined for an empty one. */
export function filled<T>(list: readonly T[]): T[] | undefined {
  return list.length === 0 ? undefined : [...list];
}

export function toBoolean(text: string | undefined): boolean | undefined {
  return text === "true" ? true : text === "false" ? false : undefined;
}

export function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
