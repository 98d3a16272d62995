import { hash } from "node:crypto";
import { ByteReader, toHex } from "@adk/core";
import { type Metadata, readCompressedLength, Table } from "./clr-metadata.ts";

const TARGET_FRAMEWORK = "TargetFrameworkAttribute";
/** Flag of a reference that has the whole public key in place of its token. */
const HAS_PUBLIC_KEY = 1;
/** Tags of coded indexes (ECMA-335 II.24.2.6). */
const ASSEMBLY = (1 << 5) | 14;
const CONSTRUCTOR_MEMBER_REF = { bits: 3, tag: 3 };
const MEMBER_OF_TYPE_REF = { bits: 3, tag: 1 };
const MOST_REFERENCES = 0x10000;

/** The identity of an assembly: `System.Core, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089`. */
export interface AssemblyName {
  readonly name: string;
  readonly version: string;
  /** Empty for neutral. */
  readonly culture: string;
  /** Sixteen hexadecimal digits; empty without a strong name. */
  readonly publicKeyToken: string;
}

export type AssemblyReference = AssemblyName;

/** Who the assembly is, and which others it names. @throws AdkError `UNEXPECTED_END` */
export function readAssemblies(metadata: Metadata): {
  assembly: AssemblyName | undefined;
  references: AssemblyReference[];
  targetFramework: string | undefined;
} {
  const references: AssemblyReference[] = [];
  for (let number = 1; number <= Math.min(metadata.rows(Table.ASSEMBLY_REF), MOST_REFERENCES); number++) {
    const row = metadata.row(Table.ASSEMBLY_REF, number) as number[];
    const [major, minor, build, revision, flags = 0, key = 0, name = 0, culture = 0] = row;
    const token = metadata.blob(key);
    references.push({
      name: metadata.string(name),
      version: [major, minor, build, revision].join("."),
      culture: metadata.string(culture),
      publicKeyToken: flags & HAS_PUBLIC_KEY ? tokenOf(token) : toHex(token),
    });
  }
  return { assembly: readAssembly(metadata), references, targetFramework: readTargetFramework(metadata) };
}

function readAssembly(metadata: Metadata): AssemblyName | undefined {
  const row = metadata.row(Table.ASSEMBLY, 1);
  if (!row) return undefined;
  const [, major, minor, build, revision, , key = 0, name = 0, culture = 0] = row;
  return {
    name: metadata.string(name),
    version: [major, minor, build, revision].join("."),
    culture: metadata.string(culture),
    publicKeyToken: tokenOf(metadata.blob(key)),
  };
}

/** The last eight bytes of the SHA-1 of the public key, backwards. */
function tokenOf(publicKey: Uint8Array): string {
  if (publicKey.length === 0) return "";
  const digest = hash("sha1", publicKey, "buffer");
  return toHex(new Uint8Array(digest.subarray(-8)).reverse());
}

/** The text of the assembly's TargetFrameworkAttribute: an attribute whose constructor is a member of a type of that name. */
function readTargetFramework(metadata: Metadata): string | undefined {
  for (let number = 1; number <= metadata.rows(Table.CUSTOM_ATTRIBUTE); number++) {
    const [parent = 0, method = 0, value = 0] = metadata.row(Table.CUSTOM_ATTRIBUTE, number) ?? [];
    // The table is sorted by parent.
    if (parent > ASSEMBLY) break;
    if (parent < ASSEMBLY) continue;
    const member = indexOf(method, CONSTRUCTOR_MEMBER_REF);
    const [owner = 0] = (member && metadata.row(Table.MEMBER_REF, member)) || [];
    const type = indexOf(owner, MEMBER_OF_TYPE_REF);
    const [, name] = (type && metadata.row(Table.TYPE_REF, type)) || [];
    if (name === undefined || metadata.string(name) !== TARGET_FRAMEWORK) continue;
    // Behind the prolog 0x0001 the argument of the constructor.
    const reader = new ByteReader(metadata.blob(value)).skip(2);
    return Buffer.from(reader.slice(readCompressedLength(reader))).toString("utf8");
  }
  return undefined;
}

/** The index of a coded value, if its tag is that. */
function indexOf(value: number, { bits, tag }: { bits: number; tag: number }): number | undefined {
  return (value & ((1 << bits) - 1)) === tag ? value >>> bits : undefined;
}
