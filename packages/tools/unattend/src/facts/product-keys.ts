import { factTable } from "./tables.ts";

/**
 * Product keys as identifiers of editions. Only keys that Microsoft publishes for everyone are known: KMS client setup keys
 * ("KMS client activation keys", learn.microsoft.com) and the generic ones that Setup takes to choose an edition. Neither
 * activates anything.
 */
export interface PublishedKey {
  readonly kind: "kms-client" | "generic";
  /** `Windows Server 2022 Standard`, `Windows 10/11 Pro`. */
  readonly edition: string;
  readonly key: string;
}

let published: readonly PublishedKey[] | undefined;

export function publishedKeys(): readonly PublishedKey[] {
  published ??= [
    ...factTable("product-keys", "generic").map(([edition = "", key = ""]) => ({
      kind: "generic" as const,
      edition,
      key,
    })),
    ...factTable("product-keys", "kmsClient").map(([edition = "", key = ""]) => ({
      kind: "kms-client" as const,
      edition,
      key,
    })),
  ];
  return published;
}

/** The editions that a key selects; empty for keys that are not published. One key can be listed under several. */
export function editionsOfKey(key: string): readonly PublishedKey[] {
  return publishedKeys().filter((known) => known.key === key.toUpperCase());
}

/** Names of images (as `install.wim` has them) that a published key fits. */
export function imageNamesOfKey(key: string): readonly string[] {
  return factTable("product-keys", "imageNames")
    .filter(([, known]) => known === key.toUpperCase())
    .map(([name = ""]) => name);
}

/**
 * The published key of an edition, or of an image's name.
 *
 * @param edition `Windows 11 Pro`, `Windows Server 2022 Standard (Desktop Experience)`
 */
export function keyOfEdition(edition: string, kind: PublishedKey["kind"]): PublishedKey | undefined {
  const wanted = plainEdition(edition);
  const keys = publishedKeys().filter((known) => known.kind === kind);
  const exact = keys.find((known) => namesOf(known.edition).includes(wanted));
  if (exact) return exact;
  const byImage = factTable("product-keys", "imageNames").find(([name = ""]) => plainEdition(name) === wanted)?.[1];
  return keys.find((known) => known.key === byImage);
}

/** `Windows 10/11 Pro` stands for two names. */
function namesOf(edition: string): readonly string[] {
  const both = /^Windows 10\/11 (.*)$/.exec(edition);
  return both ? [`windows 10 ${both[1]}`, `windows 11 ${both[1]}`].map(plainEdition) : [plainEdition(edition)];
}

function plainEdition(name: string): string {
  return name
    .toLowerCase()
    .replace(/\((desktop experience|server with a gui|server core installation|full installation)\)/, "")
    .replace(/\bprofessional\b/, "pro")
    .replace(/\s+/g, " ")
    .trim();
}

const ALPHABET = "BCDFGHJKMPQRTVWXY2346789";

export type KeyProblem =
  /** Not five groups of five characters. */
  | "form"
  /** A character that no product key has. */
  | "alphabet"
  /** Keys of Windows 8 and later have exactly one `N`, older ones none. */
  | "n-count";

/** What is wrong with the form of a key; whether it is genuine cannot be told here. */
export function productKeyProblem(key: string): KeyProblem | undefined {
  if (!/^[A-Z\d]{5}(?:-[A-Z\d]{5}){4}$/i.test(key)) return "form";
  const plain = key.toUpperCase().replaceAll("-", "");
  const marks = plain.split("N").length - 1;
  if ([...plain].some((character) => character !== "N" && !ALPHABET.includes(character))) return "alphabet";
  return marks > 1 ? "n-count" : undefined;
}

/** A key as it may be shown: only its last group; of what is no key, nothing. */
export function maskKey(key: string): string {
  return productKeyProblem(key) === "form" ? "*****" : key.replace(/[A-Z\d]{5}-/gi, "*****-");
}
