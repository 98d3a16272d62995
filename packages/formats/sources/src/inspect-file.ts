import { FileAccess, type Finding } from "@adk/core";
import { recogniseFormat } from "./formats.ts";

/** What a file is. */
export interface FileInspection {
  /** Bytes. */
  readonly size: number;
  /** Short and stable: `wim`; `unknown` for a file of no format that the kit knows. */
  readonly format: string;
  /** The same for people. */
  readonly description: string;
  /** What the format has to tell, as plain JSON values. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
}

/** Recognises a file by its content. @throws AdkError where it is of a known format and damaged beyond telling */
export async function inspectFile(path: string): Promise<FileInspection> {
  const access = await FileAccess.open(path);
  try {
    const { size } = access;
    const format = await recogniseFormat(access);
    if (!format) return { size, format: "unknown", description: "Unknown format", facts: {}, findings: [] };
    return { size, format: format.name, ...(await format.inspect(access)) };
  } finally {
    await access.close();
  }
}
