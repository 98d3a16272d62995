import { randomFillSync } from "node:crypto";
import { toHex } from "./bytes.ts";
import { digestBytes } from "./digest.ts";
import { AdkError, check } from "./errors.ts";

/**
 * A GUID as text in its canonical form: lower case, no braces, `6b29fc40-ca47-1067-b31d-00dd010662da`. Two GUIDs are the
 * same if their texts are.
 */
export type Guid = string;

export const GUID_BYTES = 16;
export const NIL_GUID: Guid = "00000000-0000-0000-0000-000000000000";

const GUID_TEXT = /^(?:\{([0-9a-f-]{36})\}|([0-9a-f-]{36}))$/i;
const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Canonical text of a GUID written with or without braces, in any case ([MS-DTYP] 2.3.4.3).
 *
 * @throws AdkError `GUID_INVALID`
 */
export function parseGuid(text: string): Guid {
  const match = GUID_TEXT.exec(text);
  const guid = (match?.[1] ?? match?.[2] ?? "").toLowerCase();
  check(CANONICAL.test(guid), () => new AdkError("GUID_INVALID", "This is no GUID.", { found: text.slice(0, 80) }));
  return guid;
}

export function isGuid(text: string): boolean {
  const match = GUID_TEXT.exec(text);
  return match !== null && CANONICAL.test((match[1] ?? match[2] ?? "").toLowerCase());
}

/**
 * From 16 bytes as Windows stores them: the first three groups little-endian, the last two as they are read
 * ([MS-DTYP] 2.3.4.2).
 *
 * @throws AdkError `GUID_INVALID` if fewer bytes are given
 */
export function guidFromBytes(bytes: Uint8Array): Guid {
  check(bytes.length >= GUID_BYTES, () => {
    return new AdkError("GUID_INVALID", "A GUID has 16 bytes.", { expected: GUID_BYTES, found: bytes.length });
  });
  const hex = toHex(swapGroups(bytes.slice(0, GUID_BYTES)));
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The 16 bytes that Windows stores. @throws AdkError `GUID_INVALID` */
export function guidToBytes(guid: Guid): Uint8Array<ArrayBuffer> {
  return swapGroups(networkBytes(guid));
}

/** A new random GUID (RFC 9562 version 4). Where output must be reproducible, take `nameBasedGuid`. */
export function randomGuid(): Guid {
  return withVersion(randomFillSync(new Uint8Array(GUID_BYTES)), 4);
}

/**
 * The GUID that belongs to a name within a namespace: always the same one (RFC 9562 version 5: SHA-1 of the namespace in
 * network byte order and the name).
 */
export function nameBasedGuid(namespace: Guid, name: Uint8Array): Guid {
  const input = new Uint8Array(GUID_BYTES + name.length);
  input.set(networkBytes(namespace));
  input.set(name, GUID_BYTES);
  return withVersion(digestBytes("sha1", input).slice(0, GUID_BYTES), 5);
}

function withVersion(bytes: Uint8Array<ArrayBuffer>, version: number): Guid {
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return guidFromBytes(swapGroups(bytes));
}

function networkBytes(guid: Guid): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(parseGuid(guid).replaceAll("-", ""), "hex"));
}

/** Between the network order and the mixed order of Windows, in place: the same step both ways. */
function swapGroups<T extends Uint8Array>(bytes: T): T {
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
