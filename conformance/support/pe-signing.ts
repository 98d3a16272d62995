import { join } from "node:path";
import type { Peer } from "./peers.ts";

/** Keys and certificates of a signer, a time-stamping authority and their common authority: PEM files in one directory. */
export interface SigningKeys {
  readonly authority: string;
  readonly signerKey: string;
  /** The signer's certificate, and the authority's behind it. */
  readonly signer: string;
  readonly stampKey: string;
  readonly stamp: string;
}

/** Makes them with OpenSSL. */
export async function makeSigningKeys(openssl: Peer, directory: string, algorithm = "rsa:2048"): Promise<SigningKeys> {
  const at = (name: string) => join(directory, name);
  const request = ["-newkey", ...algorithm.split(" "), "-nodes", "-days", "3650"];
  const issue = (name: string, subject: string, usage: string) => [
    ...["req", "-x509", ...request, "-CA", at("authority.pem"), "-CAkey", at("authority.key"), "-subj", subject],
    ...["-keyout", at(`${name}.key`), "-out", at(`${name}.pem`), "-addext", `extendedKeyUsage=critical,${usage}`],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
  ];
  await openssl.run([
    ...["req", "-x509", ...request, "-subj", "/C=DE/O=Deployment Kit Tests/CN=Test Authority"],
    ...["-keyout", at("authority.key"), "-out", at("authority.pem"), "-addext", "basicConstraints=critical,CA:TRUE"],
  ]);
  await openssl.run(issue("signer", "/C=DE/O=Deployment Kit Tests/CN=Test Signer, Ltd.", "codeSigning"));
  await openssl.run(issue("stamp", "/C=DE/CN=Test Time Stamps", "timeStamping"));
  return {
    authority: at("authority.pem"),
    signerKey: at("signer.key"),
    signer: at("signer.pem"),
    stampKey: at("stamp.key"),
    stamp: at("stamp.pem"),
  };
}
