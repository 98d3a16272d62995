import { ByteReader } from "@adk/core";
import type { PeFile } from "./pe-file.ts";
import { parseResources, type ResourceId, ResourceType } from "./resource-tree.ts";

const STRINGS_IN_BLOCK = 16;

/** A text of a program that is found by a number (LoadString). */
export interface StringResource {
  readonly id: number;
  readonly language: ResourceId;
  readonly text: string;
}

/** The string tables: each resource holds 16 strings, of which empty ones are left out. */
export async function readStringTables(pe: PeFile): Promise<StringResource[]> {
  const blocks = await parseResources(pe, ResourceType.STRING, (bytes, { name, language }) => {
    const first = typeof name === "number" ? (name - 1) * STRINGS_IN_BLOCK : 0;
    return parseStringBlock(bytes).map((text, index) => ({ id: first + index, language, text }));
  });
  return blocks.flat().filter(({ text }) => text !== "");
}

/** Up to 16 strings, each behind its length in UTF-16 code units. @throws AdkError `UNEXPECTED_END` */
export function parseStringBlock(bytes: Uint8Array): string[] {
  const reader = new ByteReader(bytes);
  const strings: string[] = [];
  while (strings.length < STRINGS_IN_BLOCK && reader.remaining >= 2) strings.push(reader.utf16(reader.u16() * 2));
  return strings;
}
