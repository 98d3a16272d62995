import { ByteReader, ByteWriter } from "./bytes.ts";
import { AdkError, check } from "./errors.ts";
import { escapeName, formatOctets, formatSid, SddlScanner, unescapeName } from "./sddl-scanner.ts";
import { readSid, sidToBytes } from "./sid.ts";

/**
 * The condition of a callback access control entry: postfix tokens in bytes, infix text in SDDL ([MS-DTYP] 2.4.4.17.4 to
 * 2.4.4.17.8, 2.5.1.1).
 */

/** "artx" ([MS-DTYP] 2.4.4.17). */
const SIGNATURE = 0x78747261;
/** Nesting of parentheses and negations. */
const DEEPEST = 64;

const TOKEN = { STRING: 0x10, OCTETS: 0x18, COMPOSITE: 0x50, SID: 0x51, AND: 0xa0, OR: 0xa1, NOT: 0xa2 };
const EXISTS = new Map([
  ["Exists", 0x87],
  ["Not_Exists", 0x8d],
]);
/** Between an attribute and a value. */
const RELATIONS = new Map([
  ["==", 0x80],
  ["!=", 0x81],
  ["<=", 0x83],
  ["<", 0x82],
  [">=", 0x85],
  [">", 0x84],
  ["Contains", 0x86],
  ["Any_of", 0x88],
  ["Not_Contains", 0x8e],
  ["Not_Any_of", 0x8f],
]);
/** Before one SID or several. */
const MEMBERSHIPS = new Map([
  ["Member_of", 0x89],
  ["Device_Member_of", 0x8a],
  ["Member_of_Any", 0x8b],
  ["Device_Member_of_Any", 0x8c],
  ["Not_Member_of", 0x90],
  ["Not_Device_Member_of", 0x91],
  ["Not_Member_of_Any", 0x92],
  ["Not_Device_Member_of_Any", 0x93],
]);
/** Where an attribute is looked up; one without a prefix is local. */
const ATTRIBUTES = new Map([
  ["", 0xf8],
  ["@User.", 0xf9],
  ["@Resource.", 0xfa],
  ["@Device.", 0xfb],
]);
const EXISTS_NAMES = inverse(EXISTS);
const RELATION_NAMES = inverse(RELATIONS);
const MEMBERSHIP_NAMES = inverse(MEMBERSHIPS);
const ATTRIBUTE_PREFIXES = inverse(ATTRIBUTES);

function inverse(map: ReadonlyMap<string, number>): ReadonlyMap<number, string> {
  return new Map([...map].map(([name, code]) => [code, name]));
}

/** A part of the text and how tightly it holds together: parts that hold less than their place needs get parentheses. */
interface Part {
  text: string;
  binding: number;
}
const BINDING = { OR: 1, AND: 2, TERM: 3, OPERAND: 4 };

/**
 * The text of a condition, without the parentheses around the whole; `undefined` if the bytes are none, or hold what the
 * text has no way to say (a `"` within a string).
 */
export function formatConditionalExpression(applicationData: Uint8Array): string | undefined {
  try {
    const text = formatTokens(new ByteReader(applicationData));
    const scanner = new SddlScanner(text);
    readConditionalExpression(scanner);
    return scanner.skipSpace().done ? text : undefined;
  } catch (error) {
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}

function formatTokens(reader: ByteReader): string {
  check(reader.u32() === SIGNATURE, notAnExpression);
  const stack: Part[] = [];
  while (reader.remaining > 0) {
    const token = reader.u8();
    // Padding to four bytes.
    if (token === 0 && reader.remaining < 3) continue;
    stack.push(formatToken(token, reader, stack));
  }
  check(stack.length === 1, notAnExpression);
  return stack[0]!.text;
}

function formatToken(token: number, reader: ByteReader, stack: Part[]): Part {
  const pop = (binding: number): string => {
    const part = stack.pop();
    check(part !== undefined, notAnExpression);
    return part.binding < binding ? `(${part.text})` : part.text;
  };
  const exists = EXISTS_NAMES.get(token);
  if (exists !== undefined) return { text: `${exists} ${pop(BINDING.OPERAND)}`, binding: BINDING.TERM };
  const membership = MEMBERSHIP_NAMES.get(token);
  if (membership !== undefined) return { text: `${membership} ${pop(BINDING.OPERAND)}`, binding: BINDING.TERM };
  const relation = RELATION_NAMES.get(token);
  if (relation !== undefined) {
    const right = pop(BINDING.OPERAND);
    return { text: `${pop(BINDING.OPERAND)} ${relation} ${right}`, binding: BINDING.TERM };
  }
  if (token === TOKEN.AND || token === TOKEN.OR) {
    const [symbol, binding] = token === TOKEN.AND ? ["&&", BINDING.AND] : ["||", BINDING.OR];
    // Both operators are read from the left, so the right side needs parentheses already when it binds as tightly.
    const right = pop(binding + 1);
    return { text: `${pop(binding)} ${symbol} ${right}`, binding };
  }
  if (token === TOKEN.NOT) return { text: `!(${pop(0)})`, binding: BINDING.TERM };
  const prefix = ATTRIBUTE_PREFIXES.get(token);
  if (prefix !== undefined) return { text: prefix + escapeName(reader.utf16(reader.u32())), binding: BINDING.OPERAND };
  return { text: formatLiteral(token, reader), binding: BINDING.OPERAND };
}

function formatLiteral(token: number, reader: ByteReader, nested = false): string {
  switch (token) {
    // Signed integers of 8, 16, 32 and 64 bits: all stored in 64 ([MS-DTYP] 2.4.4.17.5).
    case 0x01:
    case 0x02:
    case 0x03:
    case 0x04:
      return formatInteger(reader);
    case TOKEN.STRING: {
      const text = reader.utf16(reader.u32());
      return `"${text}"`;
    }
    case TOKEN.OCTETS:
      return formatOctets(reader.slice(reader.u32()));
    case TOKEN.SID:
      return `SID(${formatSid(readSid(reader.within(reader.u32())))})`;
    case TOKEN.COMPOSITE: {
      check(!nested, notAnExpression);
      const inner = reader.within(reader.u32());
      const values: string[] = [];
      while (inner.remaining > 0) values.push(formatLiteral(inner.u8(), inner, true));
      return `{${values.join(", ")}}`;
    }
    default:
      throw notAnExpression();
  }
}

function formatInteger(reader: ByteReader): string {
  const value = BigInt.asIntN(64, reader.u64());
  const sign = reader.u8();
  const base = reader.u8();
  const digits = value < 0n ? -value : value;
  const text = base === 1 ? `0${digits.toString(8)}` : base === 3 ? `0x${digits.toString(16)}` : `${digits}`;
  return `${value < 0n ? "-" : sign === 1 ? "+" : ""}${text}`;
}

function notAnExpression(): AdkError {
  return new AdkError("SDDL_SYNTAX", "This is no conditional expression.");
}

/**
 * Reads the text of a condition, up to the parenthesis that ends it, and gives the bytes that Windows stores.
 *
 * @throws AdkError `SDDL_SYNTAX` and the errors of SIDs
 */
export function readConditionalExpression(scanner: SddlScanner): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u32(SIGNATURE);
  readOr(scanner, writer, 0);
  return writer.align(4).finish();
}

function readOr(scanner: SddlScanner, writer: ByteWriter, depth: number): void {
  readAnd(scanner, writer, depth);
  while (scanner.accept("||")) {
    readAnd(scanner, writer, depth);
    writer.u8(TOKEN.OR);
  }
}

function readAnd(scanner: SddlScanner, writer: ByteWriter, depth: number): void {
  readTerm(scanner, writer, depth);
  while (scanner.accept("&&")) {
    readTerm(scanner, writer, depth);
    writer.u8(TOKEN.AND);
  }
}

function readTerm(scanner: SddlScanner, writer: ByteWriter, depth: number): void {
  if (depth >= DEEPEST) throw scanner.error("The condition is nested too deeply.");
  if (scanner.accept("!")) {
    readTerm(scanner, writer, depth + 1);
    writer.u8(TOKEN.NOT);
  } else if (scanner.accept("(")) {
    readOr(scanner, writer, depth + 1);
    scanner.expect(")");
  } else {
    readRelation(scanner, writer);
  }
}

function readRelation(scanner: SddlScanner, writer: ByteWriter): void {
  const exists = acceptWord(scanner, EXISTS);
  if (exists !== undefined) {
    readAttribute(scanner, writer);
    writer.u8(exists);
    return;
  }
  const membership = acceptWord(scanner, MEMBERSHIPS);
  if (membership !== undefined) {
    const parenthesis = scanner.accept("(");
    readValue(scanner, writer, 0);
    if (parenthesis) scanner.expect(")");
    writer.u8(membership);
    return;
  }
  readAttribute(scanner, writer);
  const relation = acceptSymbol(scanner) ?? acceptWord(scanner, RELATIONS);
  if (relation === undefined) return;
  scanner.skipSpace();
  if (/["#{+\-0-9]|SID\s*\(/iy.test(scanner.text.slice(scanner.position, scanner.position + 8))) {
    readValue(scanner, writer, 0);
  } else readAttribute(scanner, writer);
  writer.u8(relation);
}

/** An operator that is a word, in any case. */
function acceptWord(scanner: SddlScanner, words: ReadonlyMap<string, number>): number | undefined {
  const start = scanner.skipSpace().position;
  const word = scanner.match(/[a-z_]+(?![\w:./%])/iy)?.toLowerCase();
  for (const [name, code] of words) if (name.toLowerCase() === word) return code;
  scanner.position = start;
  return undefined;
}

function acceptSymbol(scanner: SddlScanner): number | undefined {
  const symbol = scanner.skipSpace().match(/[=!<>]=|[<>]/y);
  return symbol === undefined ? undefined : RELATIONS.get(symbol);
}

function readAttribute(scanner: SddlScanner, writer: ByteWriter): void {
  const prefix =
    scanner
      .skipSpace()
      .match(/@(?:User|Resource|Device)\./iy)
      ?.toLowerCase() ?? "";
  const name = scanner.match(/(?:[\p{L}\p{N}:./_]|%[0-9a-f]{4})+/iuy);
  if (name === undefined) throw scanner.error("The name of an attribute is missing.");
  const plain = unescapeName(name);
  for (const [known, code] of ATTRIBUTES) if (known.toLowerCase() === prefix) writer.u8(code);
  writer.u32(plain.length * 2).utf16(plain);
}

function readValue(scanner: SddlScanner, writer: ByteWriter, depth: number): void {
  if (scanner.accept("{")) {
    if (depth > 0) throw scanner.error("A list of values cannot hold a list.");
    const values = new ByteWriter();
    while (!scanner.accept("}")) {
      readValue(scanner, values, depth + 1);
      if (!scanner.accept(",")) {
        scanner.expect("}");
        break;
      }
    }
    const bytes = values.finish();
    writer.u8(TOKEN.COMPOSITE).u32(bytes.length).bytes(bytes);
    return;
  }
  const text = scanner.match(/"[^"\0]*"/y)?.slice(1, -1);
  if (text !== undefined) {
    writer
      .u8(TOKEN.STRING)
      .u32(text.length * 2)
      .utf16(text);
  } else if (scanner.match(/SID\s*\(/iy)) {
    const sid = sidToBytes(scanner.sid());
    scanner.expect(")");
    writer.u8(TOKEN.SID).u32(sid.length).bytes(sid);
  } else if (scanner.text.startsWith("#", scanner.position)) {
    const octets = scanner.octets();
    writer.u8(TOKEN.OCTETS).u32(octets.length).bytes(octets);
  } else readInteger(scanner, writer);
}

/** Always as 64 bits with the sign and the base in which it was written, as Windows does. */
function readInteger(scanner: SddlScanner, writer: ByteWriter): void {
  const text = scanner.match(/[+-]?(?:0x[0-9a-f]+|\d+)/iy);
  if (text === undefined) throw scanner.error("A value is missing.");
  const digits = text.replace(/^[+-]/, "");
  const base = /^0x/i.test(digits) ? 3 : /^0\d/.test(digits) ? 1 : 2;
  if (base === 1 && /[89]/.test(digits)) throw scanner.error("An octal number has digits from 0 to 7.");
  const value = BigInt(base === 1 ? `0o${digits.slice(1)}` : digits) * (text.startsWith("-") ? -1n : 1n);
  check(BigInt.asIntN(64, value) === value, () => scanner.error("A number is beyond 64 bits."));
  const sign = text.startsWith("+") ? 1 : text.startsWith("-") ? 2 : 3;
  writer.u8(0x04).u64(BigInt.asUintN(64, value)).u8(sign).u8(base);
}
