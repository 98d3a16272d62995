import { type Ace, aceToBytes, isObjectAceType, type OpaqueAce, readAce } from "./ace.ts";
import { ByteReader, ByteWriter, type Origin } from "./bytes.ts";
import { AdkError, check } from "./errors.ts";
import { readSid, type Sid, sidToBytes } from "./sid.ts";

/** Bits of the control field ([MS-DTYP] 2.4.6). */
export const SecurityControl = {
  OWNER_DEFAULTED: 0x0001,
  GROUP_DEFAULTED: 0x0002,
  DACL_PRESENT: 0x0004,
  DACL_DEFAULTED: 0x0008,
  SACL_PRESENT: 0x0010,
  SACL_DEFAULTED: 0x0020,
  DACL_TRUSTED: 0x0040,
  SERVER_SECURITY: 0x0080,
  DACL_AUTO_INHERIT_REQUIRED: 0x0100,
  SACL_AUTO_INHERIT_REQUIRED: 0x0200,
  DACL_AUTO_INHERITED: 0x0400,
  SACL_AUTO_INHERITED: 0x0800,
  DACL_PROTECTED: 0x1000,
  SACL_PROTECTED: 0x2000,
  RM_CONTROL_VALID: 0x4000,
  SELF_RELATIVE: 0x8000,
} as const;

/** An access control list ([MS-DTYP] 2.4.5). */
export interface Acl {
  aces: (Ace | OpaqueAce)[];
}

export interface SecurityDescriptor {
  /** Bits of `SecurityControl`; DACL_PRESENT, SACL_PRESENT and SELF_RELATIVE are set by what is there when it is written. */
  control: number;
  /** The byte that a resource manager keeps here if RM_CONTROL_VALID is set, else 0. */
  resourceManagerControl: number;
  owner?: Sid;
  group?: Sid;
  /** `null` is a NULL list: everybody may do everything. A list without entries: nobody may do anything. Absent: none was set. */
  dacl?: Acl | null;
  sacl?: Acl | null;
}

const HEADER_BYTES = 20;
const ACL_HEADER_BYTES = 8;
const ACL_REVISION = 2;
/** Needed by lists with object entries. */
const ACL_REVISION_DS = 4;

/**
 * Reads a self-relative SECURITY_DESCRIPTOR ([MS-DTYP] 2.4.6). Its parts may lie in any order and share bytes, as Windows
 * allows; every offset and size is checked.
 *
 * @throws AdkError `SECURITY_DESCRIPTOR_BAD_HEADER`, `SECURITY_DESCRIPTOR_BAD_ACL`, `SECURITY_DESCRIPTOR_BAD_ACE`,
 *   `SID_INVALID`, `UNEXPECTED_END`
 */
export function parseSecurityDescriptor(bytes: Uint8Array, origin: Origin = {}): SecurityDescriptor {
  const reader = new ByteReader(bytes, origin);
  const revision = reader.u8();
  const resourceManagerControl = reader.u8();
  const control = reader.u16();
  check(revision === 1 && (control & SecurityControl.SELF_RELATIVE) !== 0, () => {
    return new AdkError("SECURITY_DESCRIPTOR_BAD_HEADER", "This is no self-relative security descriptor.", {
      file: origin.file,
      offset: origin.base,
      expected: "revision 1, control bit 0x8000",
      found: `revision ${revision}, control 0x${control.toString(16)}`,
    });
  });
  const [owner, group, sacl, dacl] = [reader.u32(), reader.u32(), reader.u32(), reader.u32()];
  const at = (offset: number): ByteReader => {
    check(offset >= HEADER_BYTES && offset < bytes.length, () => {
      return new AdkError("SECURITY_DESCRIPTOR_BAD_HEADER", "An offset points outside the security descriptor.", {
        file: origin.file,
        offset: origin.base,
        expected: `${HEADER_BYTES} to ${bytes.length - 1}`,
        found: offset,
      });
    });
    return reader.seek(offset);
  };
  const descriptor: SecurityDescriptor = { control, resourceManagerControl };
  if (owner !== 0) descriptor.owner = readSid(at(owner));
  if (group !== 0) descriptor.group = readSid(at(group));
  if (control & SecurityControl.SACL_PRESENT) descriptor.sacl = sacl === 0 ? null : readAcl(at(sacl));
  if (control & SecurityControl.DACL_PRESENT) descriptor.dacl = dacl === 0 ? null : readAcl(at(dacl));
  return descriptor;
}

function readAcl(reader: ByteReader): Acl {
  const where = { file: reader.origin.file, offset: reader.offset };
  const bad = (message: string, expected: string, found: string | number) => {
    return new AdkError("SECURITY_DESCRIPTOR_BAD_ACL", message, { ...where, expected, found });
  };
  const revision = reader.u8();
  reader.skip(1);
  const size = reader.u16();
  const count = reader.u16();
  reader.skip(2);
  check(revision >= 1 && revision <= ACL_REVISION_DS, () =>
    bad("This is no access control list.", "revision 1 to 4", revision),
  );
  check(size >= ACL_HEADER_BYTES, () => bad("An access control list is shorter than its header.", "8 bytes", size));
  // Bytes of the list behind its last entry are room that Windows left; they mean nothing.
  const body = reader.within(size - ACL_HEADER_BYTES);
  return { aces: Array.from({ length: checkCount(count, body.length, bad) }, () => readAce(body)) };
}

/** Refuses a count that cannot be true before anything is allocated by it. */
function checkCount(
  count: number,
  bytes: number,
  bad: (message: string, expected: string, found: number) => AdkError,
): number {
  check(count * 4 <= bytes, () => bad("An access control list cannot hold its entries.", `${bytes} bytes`, count * 4));
  return count;
}

/**
 * The descriptor as self-relative bytes, in the order in which Windows lays it out: SACL, DACL, owner, group.
 *
 * @throws AdkError `SECURITY_DESCRIPTOR_TOO_LARGE`, `SID_INVALID`, `GUID_INVALID`
 */
export function securityDescriptorToBytes(descriptor: SecurityDescriptor): Uint8Array<ArrayBuffer> {
  const { owner, group, sacl, dacl } = descriptor;
  let control = descriptor.control | SecurityControl.SELF_RELATIVE;
  control &= ~(SecurityControl.DACL_PRESENT | SecurityControl.SACL_PRESENT);
  if (sacl !== undefined) control |= SecurityControl.SACL_PRESENT;
  if (dacl !== undefined) control |= SecurityControl.DACL_PRESENT;
  const body = new ByteWriter();
  const place = (part: Uint8Array | undefined): number => {
    if (part === undefined) return 0;
    const offset = HEADER_BYTES + body.position;
    body.bytes(part);
    return offset;
  };
  const saclOffset = place(sacl ? aclToBytes(sacl) : undefined);
  const daclOffset = place(dacl ? aclToBytes(dacl) : undefined);
  const ownerOffset = place(owner === undefined ? undefined : sidToBytes(owner));
  const groupOffset = place(group === undefined ? undefined : sidToBytes(group));
  const writer = new ByteWriter(HEADER_BYTES + body.position).u8(1).u8(descriptor.resourceManagerControl).u16(control);
  for (const offset of [ownerOffset, groupOffset, saclOffset, daclOffset]) writer.u32(offset);
  return writer.bytes(body.finish()).finish();
}

function aclToBytes(acl: Acl): Uint8Array<ArrayBuffer> {
  const aces = acl.aces.map(aceToBytes);
  const size = aces.reduce((sum, ace) => sum + ace.length, ACL_HEADER_BYTES);
  check(size <= 0xffff, () => {
    return new AdkError("SECURITY_DESCRIPTOR_TOO_LARGE", "An access control list is too large.", {
      expected: "at most 65,535 bytes",
      found: size,
    });
  });
  const revision = acl.aces.some((ace) => isObjectAceType(ace.type)) ? ACL_REVISION_DS : ACL_REVISION;
  const writer = new ByteWriter(size).u8(revision).u8(0).u16(size).u16(aces.length).u16(0);
  for (const ace of aces) writer.bytes(ace);
  return writer.finish();
}
