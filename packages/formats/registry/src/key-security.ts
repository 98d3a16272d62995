import { AdkError } from "@adk/core";
import { BASE_BLOCK_SIZE } from "./base-block.ts";
import type { Cells } from "./cells.ts";

/** Places of the fields of a key security ("sk") from the start of its cell's content. All of a hive form a ring. */
export const SecurityField = {
  NEXT: 4,
  PREVIOUS: 8,
  /** Keys that use it. */
  REFERENCE_COUNT: 12,
  DESCRIPTOR_SIZE: 16,
  DESCRIPTOR: 20,
} as const;

export const KEY_SECURITY_SIZE = 20;
export const SECURITY_SIGNATURE = 0x6b73; // "sk"

/** The place of a key security's content. @throws AdkError `REG_BAD_SECURITY`, `REG_BAD_OFFSET`, `REG_BAD_CELL` */
export function locateSecurity(cells: Cells, offset: number): number {
  const place = cells.locate(offset, KEY_SECURITY_SIZE);
  const size = cells.view.getUint32(place + SecurityField.DESCRIPTOR_SIZE, true);
  const room = cells.lengthAt(place) - KEY_SECURITY_SIZE;
  if (cells.view.getUint16(place, true) !== SECURITY_SIGNATURE || size > room) {
    throw new AdkError("REG_BAD_SECURITY", "A key's security is not where it should be.", {
      file: cells.name,
      offset: offset + BASE_BLOCK_SIZE,
      expected: `sk with at most ${room} bytes`,
      found: `0x${cells.view.getUint16(place, true).toString(16)} with ${size}`,
    });
  }
  return place;
}

/** The security descriptor in a key security that was located: a view. */
export function descriptorAt(cells: Cells, place: number): Uint8Array {
  const start = place + SecurityField.DESCRIPTOR;
  return cells.bytes.subarray(start, start + cells.view.getUint32(place + SecurityField.DESCRIPTOR_SIZE, true));
}
