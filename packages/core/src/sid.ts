import { type ByteReader, ByteWriter, encodeUtf16 } from "./bytes.ts";
import { digestBytes } from "./digest.ts";
import { AdkError, check } from "./errors.ts";
import { upcase } from "./upcase.ts";

/** A security identifier as text in its canonical form: `S-1-5-32-544`. Two SIDs are the same if their texts are. */
export type Sid = string;

/** [MS-DTYP] 2.4.2: a SID has at most 15 sub-authorities. */
const MOST_SUB_AUTHORITIES = 15;
/** Ends before the `D:` that may follow in an SDDL string, which hexadecimal sub-authorities would swallow. */
const SID_TEXT = /S-1-(0x[0-9a-f]{1,12}|\d{1,15})((?:-\d{1,10}){0,15})/iy;

/**
 * Canonical text of a SID ([MS-DTYP] 2.4.2.1): authorities from 2^32 on in hexadecimal with 12 digits.
 *
 * @throws AdkError `SID_INVALID`
 */
export function parseSid(text: string): Sid {
  const found = matchSid(text, 0);
  check(found !== undefined && found.end === text.length, () => invalid("This is no SID.", text.slice(0, 80)));
  return found.sid;
}

/** The SID that stands in a text at a position, and where it ends. @throws AdkError `SID_INVALID` for numbers out of range */
export function matchSid(text: string, position: number): { sid: Sid; end: number } | undefined {
  SID_TEXT.lastIndex = position;
  const match = SID_TEXT.exec(text);
  if (!match) return undefined;
  const authority = Number(match[1]);
  const subAuthorities = match[2]!.split("-").slice(1).map(Number);
  const inRange = authority < 2 ** 48 && subAuthorities.every((value) => value < 2 ** 32);
  check(inRange, () => invalid("A number of a SID is out of range.", match[0]));
  return { sid: formatSid(authority, subAuthorities), end: SID_TEXT.lastIndex };
}

function formatSid(authority: number, subAuthorities: readonly number[]): Sid {
  const head = authority < 2 ** 32 ? String(authority) : `0x${authority.toString(16).padStart(12, "0")}`;
  return ["S-1", head, ...subAuthorities].join("-");
}

/** Reads a SID as it is stored ([MS-DTYP] 2.4.2.2). @throws AdkError `SID_INVALID`, `UNEXPECTED_END` */
export function readSid(reader: ByteReader): Sid {
  const start = reader.offset;
  const revision = reader.u8();
  const count = reader.u8();
  check(revision === 1 && count <= MOST_SUB_AUTHORITIES, () => {
    return new AdkError("SID_INVALID", "This is no SID.", {
      file: reader.origin.file,
      offset: start,
      expected: "revision 1, at most 15 sub-authorities",
      found: `revision ${revision}, ${count} sub-authorities`,
    });
  });
  let authority = 0;
  for (let i = 0; i < 6; i++) authority = authority * 256 + reader.u8();
  return formatSid(
    authority,
    Array.from({ length: count }, () => reader.u32()),
  );
}

/** The SID as it is stored. @throws AdkError `SID_INVALID` */
export function sidToBytes(sid: Sid): Uint8Array<ArrayBuffer> {
  const [authority, ...subAuthorities] = parseSid(sid).split("-").slice(2).map(Number) as [number, ...number[]];
  const writer = new ByteWriter(8 + 4 * subAuthorities.length).u8(1).u8(subAuthorities.length);
  for (let power = 5; power >= 0; power--) writer.u8(Math.floor(authority / 256 ** power) % 256);
  for (const value of subAuthorities) writer.u32(value);
  return writer.finish();
}

/**
 * The SID of a Windows service by its name: S-1-5-80 and the five words of the SHA-1 of the upcased UTF-16LE name. So
 * `serviceSid("TrustedInstaller")` owns the files of Windows.
 */
export function serviceSid(service: string): Sid {
  const hash = digestBytes("sha1", encodeUtf16(upcase(service)));
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  return formatSid(5, [80, ...[0, 4, 8, 12, 16].map((at) => view.getUint32(at, true))]);
}

function invalid(message: string, found: string): AdkError {
  return new AdkError("SID_INVALID", message, { found });
}
