import { createHash, type Hash } from "node:crypto";

export type DigestAlgorithm = "sha1" | "sha256";

/** Lower-case hexadecimal digest of bytes that are at hand. */
export function digest(algorithm: DigestAlgorithm, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

/** The same as bytes: 20 for SHA-1, 32 for SHA-256. */
export function digestBytes(algorithm: DigestAlgorithm, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash(algorithm).update(bytes).digest());
}

/** A digest of bytes that come in pieces. */
export class IncrementalDigest {
  readonly #hash: Hash;
  #result: string | undefined;

  constructor(algorithm: DigestAlgorithm) {
    this.#hash = createHash(algorithm);
  }

  update(bytes: Uint8Array): this {
    this.#hash.update(bytes);
    return this;
  }

  /** Ends the digest; asked again it gives the same text. Lower-case hexadecimal. */
  finish(): string {
    this.#result ??= this.#hash.digest("hex");
    return this.#result;
  }
}
