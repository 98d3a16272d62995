import { decodeUtf16, encodeUtf16 } from "@adk/core";

/**
 * The elements whose password Setup takes hidden: `Value` and `PlainText` stand inside. Others (domain credentials, keys,
 * network credentials) it reads only as plain text.
 */
export const PASSWORD_ELEMENTS = ["Password", "AdministratorPassword", "OfflineAdministratorPassword"] as const;
export type PasswordElement = (typeof PASSWORD_ELEMENTS)[number];

export function isPasswordElement(name: string): name is PasswordElement {
  return (PASSWORD_ELEMENTS as readonly string[]).includes(name);
}

/**
 * What Setup makes of a password: Base64 of UTF-16 of the password and the name of the element that holds it. This keeps a
 * password from being read over a shoulder, and protects it from nobody. Read off real files: no document describes it.
 */
export function hidePassword(password: string, element: PasswordElement): string {
  return Buffer.from(encodeUtf16(password + element)).toString("base64");
}

/** What is wrong with a hidden value; Setup stops after the first restart, with an empty message, at either. */
export type HiddenProblem =
  /** It is no Base64 of UTF-16. */
  | "encoding"
  /** The name behind the password is another element's, or none. */
  | "suffix";

/** The password of a hidden value, or why there is none. Missing padding is accepted, as documented examples lack it. */
export function revealPassword(
  value: string,
  element: PasswordElement,
): { readonly password: string } | { readonly problem: HiddenProblem } {
  const plain = value.replace(/\s+/g, "");
  if (!/^[A-Za-z\d+/]*={0,2}$/.test(plain) || plain.replace(/=+$/, "").length % 4 === 1) return { problem: "encoding" };
  const bytes = Buffer.from(plain, "base64");
  if (bytes.length % 2 === 1) return { problem: "encoding" };
  const text = decodeUtf16(bytes);
  return text.endsWith(element) ? { password: text.slice(0, -element.length) } : { problem: "suffix" };
}
