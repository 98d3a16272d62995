import { ByteReader, ByteWriter } from "./bytes.ts";
import { AdkError, check } from "./errors.ts";
import { escapeName, formatOctets, formatSid, SddlScanner, unescapeName } from "./sddl-scanner.ts";
import { readSid, sidToBytes } from "./sid.ts";

/**
 * The claim of a SYSTEM_RESOURCE_ATTRIBUTE entry: CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1 in bytes ([MS-DTYP] 2.4.10.1),
 * `("Secrecy",TU,0x0,3)` in SDDL ([MS-DTYP] 2.5.1.1).
 */

/** Value types with their names in SDDL. Fully qualified binary names (4) have none. */
const TYPES = new Map([
  ["TI", 0x01],
  ["TU", 0x02],
  ["TS", 0x03],
  ["TD", 0x05],
  ["TB", 0x06],
  ["TX", 0x10],
]);
const HEADER_BYTES = 16;

/** The text without the parentheses; `undefined` if the bytes are no claim, or one that the text cannot say. */
export function formatResourceAttribute(applicationData: Uint8Array): string | undefined {
  try {
    const text = formatClaim(new ByteReader(applicationData));
    const scanner = new SddlScanner(text);
    readResourceAttribute(scanner);
    return scanner.skipSpace().done ? text : undefined;
  } catch (error) {
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}

function formatClaim(reader: ByteReader): string {
  const name = reader.u32();
  const type = reader.u16();
  reader.skip(2);
  const flags = reader.u32();
  const count = reader.u32();
  const typeName = [...TYPES].find(([, code]) => code === type)?.[0];
  check(typeName !== undefined && count * 4 <= reader.remaining, notAClaim);
  const offsets = Array.from({ length: count }, () => reader.u32());
  // Hostile claims let many values share one long text: nothing genuine is longer than its bytes allow.
  let room = reader.length * 3;
  const values = offsets.map((offset) => {
    const text = formatValue(typeName, reader.seek(offset));
    room -= text.length;
    check(room >= 0, notAClaim);
    return text;
  });
  return [`"${escapeName(readText(reader.seek(name)))}"`, typeName, `0x${flags.toString(16)}`, ...values].join(",");
}

function notAClaim(): AdkError {
  return new AdkError("SDDL_SYNTAX", "This is no resource attribute.");
}

function formatValue(type: string, reader: ByteReader): string {
  switch (type) {
    case "TI":
      return `${BigInt.asIntN(64, reader.u64())}`;
    case "TS":
      return `"${readText(reader)}"`;
    case "TD":
      return formatSid(readSid(reader.within(reader.u32())));
    case "TX":
      return formatOctets(reader.slice(reader.u32()));
    default:
      return `${reader.u64()}`;
  }
}

/** UTF-16LE up to its terminator. */
function readText(reader: ByteReader): string {
  let text = "";
  for (let unit = reader.u16(); unit !== 0; unit = reader.u16()) text += String.fromCharCode(unit);
  return text;
}

/** Reads the text of a claim up to the parenthesis that ends it. @throws AdkError `SDDL_SYNTAX` and the errors of SIDs */
export function readResourceAttribute(scanner: SddlScanner): Uint8Array<ArrayBuffer> {
  const name = scanner
    .skipSpace()
    .match(/"[^"\0]*"/y)
    ?.slice(1, -1);
  if (name === undefined) throw scanner.error("The quoted name of a resource attribute is missing.");
  scanner.expect(",").skipSpace();
  const type = scanner.match(/T[IUSDBX]/iy)?.toUpperCase() ?? "";
  const code = TYPES.get(type);
  if (code === undefined) throw scanner.error("The type of a resource attribute is missing.");
  scanner.expect(",").skipSpace();
  const flags = Number(scanner.match(/0x[0-9a-f]{1,8}|\d{1,9}/iy) ?? Number.NaN);
  if (Number.isNaN(flags)) throw scanner.error("The flags of a resource attribute are missing.");
  const values: Uint8Array[] = [];
  while (scanner.accept(",")) values.push(readValue(type, scanner.skipSpace()));

  const nameBytes = new ByteWriter().utf16(unescapeName(name)).u16(0).finish();
  const nameOffset = HEADER_BYTES + 4 * values.length;
  const writer = new ByteWriter().u32(nameOffset).u16(code).u16(0).u32(flags).u32(values.length);
  let offset = nameOffset + nameBytes.length;
  for (const value of values) {
    writer.u32(offset);
    offset += value.length;
  }
  writer.bytes(nameBytes);
  for (const value of values) writer.bytes(value);
  return writer.align(4).finish();
}

function readValue(type: string, scanner: SddlScanner): Uint8Array {
  const writer = new ByteWriter(16);
  switch (type) {
    case "TS": {
      const text = scanner.match(/"[^"\0]*"/y)?.slice(1, -1);
      if (text === undefined) throw scanner.error("A quoted value is missing.");
      return writer.utf16(text).u16(0).finish();
    }
    case "TD": {
      const wrapped = scanner.match(/SID\s*\(/iy) !== undefined;
      const sid = sidToBytes(scanner.sid());
      if (wrapped) scanner.expect(")");
      return writer.u32(sid.length).bytes(sid).finish();
    }
    case "TX": {
      const octets = scanner.octets();
      return writer.u32(octets.length).bytes(octets).finish();
    }
    default: {
      const digits = scanner.match(/-?(?:0x[0-9a-f]{1,16}|\d{1,20})/iy);
      if (digits === undefined) throw scanner.error("A number is missing.");
      const value = digits.startsWith("-") ? -BigInt(digits.slice(1)) : BigInt(digits);
      const [least, most] = type === "TI" ? [-(2n ** 63n), 2n ** 63n] : [0n, type === "TB" ? 2n : 2n ** 64n];
      if (value < least || value >= most) throw scanner.error("A number is out of range.");
      return writer.u64(BigInt.asUintN(64, value)).finish();
    }
  }
}
