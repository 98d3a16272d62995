import { ByteReader, decodeUtf16, limitExceeded, withLimits } from "@adk/core";
import type { PeFile } from "./pe-file.ts";
import { parseResources, type ResourceId, ResourceType } from "./resource-tree.ts";

const UNICODE = 1;
const BLOCK_SIZE = 12;
const ENTRY_HEADER_SIZE = 4;
/** Messages of one table; Windows' largest has some ten thousand. */
const MOST_MESSAGES = 0x40000;

/** A message of the event log or of FormatMessage, with its place holders. */
export interface MessageResource {
  /** With severity and facility in the high bits. */
  readonly id: number;
  readonly language: ResourceId;
  readonly text: string;
}

/** The message tables (RT_MESSAGETABLE). */
export async function readMessageTables(pe: PeFile): Promise<MessageResource[]> {
  const tables = await parseResources(pe, ResourceType.MESSAGE_TABLE, parseMessageTable);
  return tables.flat();
}

/** MESSAGE_RESOURCE_DATA: ranges of numbers, each with its messages one behind the other. @throws AdkError `UNEXPECTED_END` */
function parseMessageTable(bytes: Uint8Array, { language }: { language: ResourceId }): MessageResource[] {
  const reader = new ByteReader(bytes);
  const blocks = reader.within(reader.u32() * BLOCK_SIZE);
  const messages: MessageResource[] = [];
  while (blocks.remaining > 0) {
    const low = blocks.u32();
    const high = blocks.u32();
    reader.seek(blocks.u32());
    for (let id = low; id <= high; id++) {
      if (messages.length >= MOST_MESSAGES)
        throw limitExceeded("entries", high - low, withLimits({ entries: MOST_MESSAGES }));
      const length = reader.u16();
      const unicode = reader.u16() === UNICODE;
      const text = reader.slice(Math.max(0, length - ENTRY_HEADER_SIZE));
      messages.push({
        id,
        language,
        text: (unicode ? decodeUtf16(text) : Buffer.from(text).toString("latin1")).replace(/\0+$/, ""),
      });
    }
  }
  return messages;
}
