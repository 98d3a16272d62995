import { formatAccessMask, parseAccessMask } from "./access-mask.ts";
import { type Ace, AceFlag, AceType, isCallbackAceType, isKnownAceType, isOpaqueAce, type OpaqueAce } from "./ace.ts";
import { formatConditionalExpression, readConditionalExpression } from "./conditional-expression.ts";
import { AdkError } from "./errors.ts";
import { parseGuid } from "./guid.ts";
import { formatResourceAttribute, readResourceAttribute } from "./resource-attribute.ts";
import { formatOctets, formatSid, SddlScanner } from "./sddl-scanner.ts";
import { type Acl, SecurityControl, type SecurityDescriptor } from "./security-descriptor.ts";
import type { Sid } from "./sid.ts";

/**
 * Security descriptors as text in the Security Descriptor Definition Language ([MS-DTYP] 2.5.1).
 *
 * What SDDL has no words for is written so that nothing is lost, and read back: types of entries as numbers (`0xc`), entries
 * of types that nobody knows as `(0x20;OI;#0a1b...)`, conditions and claims that cannot be told as text as `(#0a1b...)`.
 */

const TYPE_NAMES = new Map<string, number>([
  ["A", AceType.ACCESS_ALLOWED],
  ["D", AceType.ACCESS_DENIED],
  ["AU", AceType.SYSTEM_AUDIT],
  ["AL", AceType.SYSTEM_ALARM],
  ["OA", AceType.ACCESS_ALLOWED_OBJECT],
  ["OD", AceType.ACCESS_DENIED_OBJECT],
  ["OU", AceType.SYSTEM_AUDIT_OBJECT],
  ["OL", AceType.SYSTEM_ALARM_OBJECT],
  ["XA", AceType.ACCESS_ALLOWED_CALLBACK],
  ["XD", AceType.ACCESS_DENIED_CALLBACK],
  ["ZA", AceType.ACCESS_ALLOWED_CALLBACK_OBJECT],
  ["XU", AceType.SYSTEM_AUDIT_CALLBACK],
  ["ML", AceType.SYSTEM_MANDATORY_LABEL],
  ["RA", AceType.SYSTEM_RESOURCE_ATTRIBUTE],
  ["SP", AceType.SYSTEM_SCOPED_POLICY_ID],
  ["TL", AceType.SYSTEM_PROCESS_TRUST_LABEL],
  ["FL", AceType.SYSTEM_ACCESS_FILTER],
]);

const FLAG_NAMES = new Map<string, number>([
  ["OI", AceFlag.OBJECT_INHERIT],
  ["CI", AceFlag.CONTAINER_INHERIT],
  ["NP", AceFlag.NO_PROPAGATE_INHERIT],
  ["IO", AceFlag.INHERIT_ONLY],
  ["ID", AceFlag.INHERITED],
  ["CR", AceFlag.CRITICAL],
  ["SA", AceFlag.SUCCESSFUL_ACCESS],
  ["FA", AceFlag.FAILED_ACCESS],
]);

const NULL_ACL = "NO_ACCESS_CONTROL";
const CONTROL = SecurityControl;
const DACL_FLAGS = {
  P: CONTROL.DACL_PROTECTED,
  AR: CONTROL.DACL_AUTO_INHERIT_REQUIRED,
  AI: CONTROL.DACL_AUTO_INHERITED,
};
const SACL_FLAGS = {
  P: CONTROL.SACL_PROTECTED,
  AR: CONTROL.SACL_AUTO_INHERIT_REQUIRED,
  AI: CONTROL.SACL_AUTO_INHERITED,
};

/**
 * The text of a descriptor. Well-known accounts are written as their aliases. The default bits and the resource manager's
 * byte of the header have no place in SDDL.
 */
export function formatSddl(descriptor: SecurityDescriptor): string {
  const { owner, group, dacl, sacl, control } = descriptor;
  let text = "";
  if (owner !== undefined) text += `O:${formatSid(owner)}`;
  if (group !== undefined) text += `G:${formatSid(group)}`;
  if (dacl !== undefined) text += `D:${formatAcl(dacl, control, DACL_FLAGS)}`;
  if (sacl !== undefined) text += `S:${formatAcl(sacl, control, SACL_FLAGS)}`;
  return text;
}

function formatAcl(acl: Acl | null, control: number, flags: typeof DACL_FLAGS | typeof SACL_FLAGS): string {
  let text = "";
  for (const [name, bit] of Object.entries(flags)) if (control & bit) text += name;
  return text + (acl === null ? NULL_ACL : acl.aces.map(formatAce).join(""));
}

function formatAce(ace: Ace | OpaqueAce): string {
  const known = [...TYPE_NAMES].find(([, type]) => type === ace.type)?.[0];
  const type = known ?? `0x${ace.type.toString(16)}`;
  const flags = [...FLAG_NAMES].filter(([, bit]) => ace.flags & bit).map(([name]) => name);
  const head = `${type};${flags.join("")}`;
  if (isOpaqueAce(ace)) return `(${head};${formatOctets(ace.body)})`;
  const rights = formatAccessMask(ace.mask, ace.type === AceType.SYSTEM_MANDATORY_LABEL);
  const account = `${rights};${ace.objectType ?? ""};${ace.inheritedObjectType ?? ""};${formatSid(ace.sid)}`;
  return `(${head};${account}${formatApplicationData(ace)})`;
}

function formatApplicationData(ace: Ace): string {
  const { applicationData: data } = ace;
  if (data.length === 0) return "";
  let text: string | undefined;
  if (ace.type === AceType.SYSTEM_RESOURCE_ATTRIBUTE) text = formatResourceAttribute(data);
  else if (isCallbackAceType(ace.type)) text = formatConditionalExpression(data);
  return `;(${text ?? formatOctets(data)})`;
}

/**
 * Reads SDDL text; case does not matter, the parts may come in any order.
 *
 * @param domain SID of the domain or computer that aliases of its accounts (`DA`, `LA` ...) mean
 * @throws AdkError `SDDL_SYNTAX` with the offset in the text, `SDDL_BAD_RIGHTS`, `SDDL_UNKNOWN_ALIAS`,
 *   `SDDL_DOMAIN_NEEDED`, `SID_INVALID`, `GUID_INVALID`
 */
export function parseSddl(text: string, domain?: Sid): SecurityDescriptor {
  const scanner = new SddlScanner(text, domain);
  const descriptor: SecurityDescriptor = { control: CONTROL.SELF_RELATIVE, resourceManagerControl: 0 };
  while (!scanner.skipSpace().done) {
    const part = scanner.match(/[OGDS]\s*:/iy)?.[0]?.toUpperCase();
    if (part === "O" && descriptor.owner === undefined) descriptor.owner = scanner.sid();
    else if (part === "G" && descriptor.group === undefined) descriptor.group = scanner.sid();
    else if (part === "D" && descriptor.dacl === undefined) descriptor.dacl = readAcl(scanner, descriptor, DACL_FLAGS);
    else if (part === "S" && descriptor.sacl === undefined) descriptor.sacl = readAcl(scanner, descriptor, SACL_FLAGS);
    else throw scanner.error("One O:, G:, D: or S: each is expected.");
  }
  if (descriptor.dacl !== undefined) descriptor.control |= CONTROL.DACL_PRESENT;
  if (descriptor.sacl !== undefined) descriptor.control |= CONTROL.SACL_PRESENT;
  return descriptor;
}

function readAcl(
  scanner: SddlScanner,
  descriptor: SecurityDescriptor,
  flags: typeof DACL_FLAGS | typeof SACL_FLAGS,
): Acl | null {
  let isNull = false;
  for (;;) {
    const word = scanner
      .skipSpace()
      .match(/NO_ACCESS_CONTROL|AR|AI|P/iy)
      ?.toUpperCase();
    if (word === undefined) break;
    if (word === NULL_ACL) isNull = true;
    else descriptor.control |= flags[word as keyof typeof flags];
  }
  const acl: Acl = { aces: [] };
  while (scanner.accept("(")) {
    acl.aces.push(readAce(scanner));
    scanner.expect(")");
  }
  if (isNull && acl.aces.length > 0) throw scanner.error("A NULL list has no entries.");
  return isNull ? null : acl;
}

/** A field of an entry, up to the semicolon or parenthesis that ends it. */
function readField(scanner: SddlScanner): string {
  return (scanner.match(/[^;()"]*/y) ?? "").trim();
}

function readAce(scanner: SddlScanner): Ace | OpaqueAce {
  const type = readType(scanner);
  const flags = readFlags(scanner.expect(";"));
  scanner.expect(";");
  if (!isKnownAceType(type)) return { type, flags, body: scanner.skipSpace().octets() };
  const mask = parseAccessMask(readField(scanner));
  const objectType = readField(scanner.expect(";"));
  const inheritedObjectType = readField(scanner.expect(";"));
  const sid = scanner.expect(";").sid();
  const ace: Ace = { type, flags, mask, sid, applicationData: new Uint8Array(0) };
  if (objectType !== "") ace.objectType = parseGuid(objectType);
  if (inheritedObjectType !== "") ace.inheritedObjectType = parseGuid(inheritedObjectType);
  if (scanner.accept(";")) {
    scanner.expect("(");
    ace.applicationData = readApplicationData(type, scanner.skipSpace());
    scanner.expect(")");
  }
  return ace;
}

function readType(scanner: SddlScanner): number {
  const text = readField(scanner).toUpperCase();
  const type = TYPE_NAMES.get(text) ?? (/^0X[0-9A-F]{1,2}$/.test(text) ? Number(text) : undefined);
  if (type === undefined) throw scanner.error(`${text.slice(0, 20)} is no type of entry.`);
  return type;
}

function readFlags(scanner: SddlScanner): number {
  const text = readField(scanner).toUpperCase();
  if (/^0X[0-9A-F]{1,2}$/.test(text)) return Number(text);
  let flags = 0;
  for (let i = 0; i < text.length; i += 2) {
    const bit = FLAG_NAMES.get(text.slice(i, i + 2));
    if (bit === undefined) throw scanner.error(`${text.slice(i, i + 2)} is no flag of an entry.`);
    flags |= bit;
  }
  return flags;
}

function readApplicationData(type: number, scanner: SddlScanner): Uint8Array {
  if (scanner.text.startsWith("#", scanner.position)) return scanner.octets();
  if (type === AceType.SYSTEM_RESOURCE_ATTRIBUTE) return readResourceAttribute(scanner);
  if (isCallbackAceType(type)) return readConditionalExpression(scanner);
  throw new AdkError("SDDL_SYNTAX", "Entries of this type have no condition.", { offset: scanner.position });
}
