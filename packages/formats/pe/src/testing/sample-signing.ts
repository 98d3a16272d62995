import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { parseCertificate } from "../certificate.ts";
import { Tag } from "../der.ts";
import { Oid } from "../object-identifiers.ts";
import {
  bits,
  context,
  der,
  generalizedTime,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  set,
  text,
  time,
  truth,
} from "./der-writer.ts";

const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const SHA256 = "2.16.840.1.101.3.4.2.1";
const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

/** A key and its certificate. */
export interface TestSigner {
  readonly certificate: Uint8Array;
  readonly privateKey: KeyObject;
}

export interface TestSignerOptions {
  /** Without one it signs itself. */
  readonly issuer?: TestSigner;
  readonly authority?: boolean;
  /** Identifier of the only extended key usage; "" for none. */
  readonly usage?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

let serial = 0x1000;

/** Makes a key (P-256) and a certificate for it. For tests only. */
export function makeTestSigner(commonName: string, options: TestSignerOptions = {}): TestSigner {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { issuer, authority = false, usage = authority ? "" : CODE_SIGNING } = options;
  const name = sequence(
    set(sequence(oid("2.5.4.6"), der(0x13, Buffer.from("DE")))),
    set(sequence(oid(Oid.COMMON_NAME), text(commonName))),
  );
  const extensions = [sequence(oid(Oid.BASIC_CONSTRAINTS), truth(), octets(sequence(...(authority ? [truth()] : []))))];
  if (usage) extensions.push(sequence(oid(Oid.EXTENDED_KEY_USAGE), octets(sequence(oid(usage)))));
  const signed = sequence(
    context(0, integer(2)),
    integer(serial++),
    sequence(oid(ECDSA_WITH_SHA256)),
    issuer ? parseCertificate(issuer.certificate).subject.bytes : name,
    sequence(time(options.notBefore ?? new Date("2020-01-01")), time(options.notAfter ?? new Date("2099-01-01"))),
    name,
    publicKey.export({ format: "der", type: "spki" }),
    context(3, sequence(...extensions)),
  );
  const signature = sign("sha256", signed, issuer?.privateKey ?? privateKey);
  return { certificate: sequence(signed, sequence(oid(ECDSA_WITH_SHA256)), bits(signature)), privateKey };
}

export interface TestSignature {
  /** Other certificates that go with the signer's. */
  readonly others?: readonly TestSigner[];
  /** Attributes that are made from the signature itself: timestamps, nested signatures. */
  readonly unsigned?: (signature: Uint8Array) => readonly Uint8Array[];
  readonly signingTime?: Date;
}

export function attribute(identifier: string, ...values: readonly Uint8Array[]): Uint8Array {
  return sequence(oid(identifier), set(...values));
}

/** Signs a value as PKCS #7 does: what is hashed is without its tag and length. @returns a ContentInfo */
export function signContent(
  contentType: string,
  content: Uint8Array,
  signer: TestSigner,
  options: TestSignature = {},
): Uint8Array {
  const info = signerInfo(contentType, insideOf(content), signer, options);
  const certificates = [signer, ...(options.others ?? [])].map(({ certificate }) => certificate);
  const data = sequence(
    integer(1),
    set(sequence(oid(SHA256), nothing())),
    sequence(oid(contentType), context(0, content)),
    context(0, ...certificates),
    set(info),
  );
  return sequence(oid(Oid.SIGNED_DATA), context(0, data));
}

/** Also the form of a countersignature. */
export function signerInfo(
  contentType: string,
  content: Uint8Array,
  signer: TestSigner,
  options: TestSignature = {},
): Uint8Array {
  const { issuer, serialNumber } = parseCertificate(signer.certificate);
  const attributes = [
    attribute(Oid.CONTENT_TYPE, oid(contentType)),
    ...(options.signingTime ? [attribute(Oid.SIGNING_TIME, time(options.signingTime))] : []),
    attribute(Oid.MESSAGE_DIGEST, octets(createHash("sha256").update(content).digest())),
  ];
  const signature = sign("sha256", set(...attributes), signer.privateKey);
  const unsigned = options.unsigned?.(signature) ?? [];
  return sequence(
    integer(1),
    sequence(issuer.bytes, der(Tag.INTEGER, Buffer.from(serialNumber, "hex"))),
    sequence(oid(SHA256), nothing()),
    context(0, ...attributes),
    sequence(oid(ECDSA_WITH_SHA256)),
    octets(signature),
    ...(unsigned.length > 0 ? [context(1, ...unsigned)] : []),
  );
}

function insideOf(value: Uint8Array): Uint8Array {
  const first = value[1] ?? 0;
  return value.subarray(first < 0x80 ? 2 : 2 + (first & 0x7f));
}

/** A token of RFC 3161 for a signature, as an attribute. */
export function timestampToken(signature: Uint8Array, when: Date, authority: TestSigner): Uint8Array {
  const info = sequence(
    integer(1),
    oid("1.2.3.4"),
    sequence(sequence(oid(SHA256), nothing()), octets(createHash("sha256").update(signature).digest())),
    integer(1),
    generalizedTime(when),
  );
  return attribute(Oid.RFC3161_TIMESTAMP, signContent(Oid.TST_INFO, octets(info), authority));
}

/** What is signed of a PE file. */
export function indirectData(digest: Uint8Array, algorithm = SHA256): Uint8Array {
  const image = sequence(
    oid(Oid.SPC_PE_IMAGE_DATA),
    sequence(bits(new Uint8Array()), context(0, context(2, der(0x80)))),
  );
  return sequence(image, sequence(sequence(oid(algorithm), nothing()), octets(digest)));
}
