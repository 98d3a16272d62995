import { type ByteReader, ByteWriter } from "./bytes.ts";
import { AdkError, check } from "./errors.ts";
import { GUID_BYTES, type Guid, guidFromBytes, guidToBytes } from "./guid.ts";
import { readSid, type Sid, sidToBytes } from "./sid.ts";

/** Types of access control entries ([MS-DTYP] 2.4.4.1). */
export const AceType = {
  ACCESS_ALLOWED: 0x00,
  ACCESS_DENIED: 0x01,
  SYSTEM_AUDIT: 0x02,
  SYSTEM_ALARM: 0x03,
  ACCESS_ALLOWED_OBJECT: 0x05,
  ACCESS_DENIED_OBJECT: 0x06,
  SYSTEM_AUDIT_OBJECT: 0x07,
  SYSTEM_ALARM_OBJECT: 0x08,
  ACCESS_ALLOWED_CALLBACK: 0x09,
  ACCESS_DENIED_CALLBACK: 0x0a,
  ACCESS_ALLOWED_CALLBACK_OBJECT: 0x0b,
  ACCESS_DENIED_CALLBACK_OBJECT: 0x0c,
  SYSTEM_AUDIT_CALLBACK: 0x0d,
  SYSTEM_ALARM_CALLBACK: 0x0e,
  SYSTEM_AUDIT_CALLBACK_OBJECT: 0x0f,
  SYSTEM_ALARM_CALLBACK_OBJECT: 0x10,
  SYSTEM_MANDATORY_LABEL: 0x11,
  SYSTEM_RESOURCE_ATTRIBUTE: 0x12,
  SYSTEM_SCOPED_POLICY_ID: 0x13,
  SYSTEM_PROCESS_TRUST_LABEL: 0x14,
  SYSTEM_ACCESS_FILTER: 0x15,
} as const;

/** Who inherits an entry, and what an audit records ([MS-DTYP] 2.4.4.1). */
export const AceFlag = {
  OBJECT_INHERIT: 0x01,
  CONTAINER_INHERIT: 0x02,
  NO_PROPAGATE_INHERIT: 0x04,
  INHERIT_ONLY: 0x08,
  INHERITED: 0x10,
  /** Of access filters; of allow entries it is CRITICAL. */
  CRITICAL: 0x20,
  SUCCESSFUL_ACCESS: 0x40,
  FAILED_ACCESS: 0x80,
} as const;

/** An access control entry of one of the types in `AceType`. */
export interface Ace {
  type: number;
  flags: number;
  /** Access rights; for a mandatory label what it forbids. */
  mask: number;
  sid: Sid;
  /** Of object entries: the class, property or right that the entry is about. */
  objectType?: Guid;
  /** Of object entries: the class that inherits. */
  inheritedObjectType?: Guid;
  /** What follows the SID: the condition of a callback entry, the claim of a resource attribute. Empty for others. */
  applicationData: Uint8Array;
}

/** An entry of a type that is not known here: kept as it is. */
export interface OpaqueAce {
  type: number;
  flags: number;
  body: Uint8Array;
}

const HEADER_BYTES = 4;
const OBJECT_TYPE_PRESENT = 1;
const INHERITED_OBJECT_TYPE_PRESENT = 2;
const OBJECT_TYPES: ReadonlySet<number> = new Set([0x05, 0x06, 0x07, 0x08, 0x0b, 0x0c, 0x0f, 0x10]);
const CALLBACK_TYPES: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x15]);
const KNOWN_TYPES: ReadonlySet<number> = new Set(Object.values(AceType));

export function isOpaqueAce(ace: Ace | OpaqueAce): ace is OpaqueAce {
  return "body" in ace;
}

/** Whether entries of a type may have object types; they need revision 4 of the list. */
export function isObjectAceType(type: number): boolean {
  return OBJECT_TYPES.has(type);
}

/** Whether entries of a type may have a condition. */
export function isCallbackAceType(type: number): boolean {
  return CALLBACK_TYPES.has(type);
}

export function isKnownAceType(type: number): boolean {
  return KNOWN_TYPES.has(type);
}

/** Reads one entry ([MS-DTYP] 2.4.4). @throws AdkError `SECURITY_DESCRIPTOR_BAD_ACE`, `SID_INVALID`, `UNEXPECTED_END` */
export function readAce(reader: ByteReader): Ace | OpaqueAce {
  const where = { file: reader.origin.file, offset: reader.offset };
  const type = reader.u8();
  const flags = reader.u8();
  const size = reader.u16();
  check(size >= HEADER_BYTES, () => {
    return new AdkError("SECURITY_DESCRIPTOR_BAD_ACE", "An access control entry is shorter than its header.", {
      ...where,
      expected: `at least ${HEADER_BYTES} bytes`,
      found: size,
    });
  });
  const body = reader.within(size - HEADER_BYTES);
  if (!KNOWN_TYPES.has(type)) return { type, flags, body: body.bytes };
  const mask = body.u32();
  const present = OBJECT_TYPES.has(type) ? body.u32() : 0;
  const objectType = present & OBJECT_TYPE_PRESENT ? guidFromBytes(body.slice(GUID_BYTES)) : undefined;
  const inherited = present & INHERITED_OBJECT_TYPE_PRESENT ? guidFromBytes(body.slice(GUID_BYTES)) : undefined;
  return {
    type,
    flags,
    mask,
    sid: readSid(body),
    ...(objectType === undefined ? {} : { objectType }),
    ...(inherited === undefined ? {} : { inheritedObjectType: inherited }),
    applicationData: body.slice(body.remaining),
  };
}

/** The entry as it is stored, padded to four bytes. @throws AdkError `SECURITY_DESCRIPTOR_TOO_LARGE`, `SID_INVALID`, `GUID_INVALID` */
export function aceToBytes(ace: Ace | OpaqueAce): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(64).u8(ace.type).u8(ace.flags).u16(0);
  if (isOpaqueAce(ace)) writer.bytes(ace.body);
  else {
    writer.u32(ace.mask);
    if (OBJECT_TYPES.has(ace.type)) {
      const present =
        (ace.objectType === undefined ? 0 : OBJECT_TYPE_PRESENT) |
        (ace.inheritedObjectType === undefined ? 0 : INHERITED_OBJECT_TYPE_PRESENT);
      writer.u32(present);
      if (ace.objectType !== undefined) writer.bytes(guidToBytes(ace.objectType));
      if (ace.inheritedObjectType !== undefined) writer.bytes(guidToBytes(ace.inheritedObjectType));
    }
    writer.bytes(sidToBytes(ace.sid)).bytes(ace.applicationData);
  }
  const bytes = writer.align(4).finish();
  check(bytes.length <= 0xffff, () => {
    return new AdkError("SECURITY_DESCRIPTOR_TOO_LARGE", "An access control entry is too large.", {
      expected: "at most 65,535 bytes",
      found: bytes.length,
    });
  });
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(2, bytes.length, true);
  return bytes;
}
