/** A servicing package's name in its parts: `Name~PublicKeyToken~Architecture~Language~Version`. */
export interface PackageIdentity {
  readonly name: string;
  readonly publicKeyToken: string;
  readonly architecture: string;
  /** Empty for all languages. */
  readonly language: string;
  readonly version: string;
}

/** @returns undefined for what is no identity */
export function parsePackageIdentity(text: string): PackageIdentity | undefined {
  const [name, publicKeyToken, architecture, language, version, more] = text.split("~");
  if (!name || !publicKeyToken || !architecture || language === undefined || !version || more !== undefined)
    return undefined;
  return { name, publicKeyToken, architecture, language, version };
}

/** The knowledge base article of an update: `KB5034123`. */
export function knowledgeBaseOf(identity: string): string | undefined {
  return /(?:^|_)(KB\d{6,8})/i.exec(identity)?.[1]?.toUpperCase();
}
