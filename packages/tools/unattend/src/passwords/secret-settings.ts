import { isPasswordElement } from "./hidden-password.ts";

/** Why a setting is a secret. */
export type SecretKind =
  /** A password that Setup also takes hidden. */
  | "password"
  /** A password that Setup takes only readable: of a domain, a share, a machine account. */
  | "credential"
  /** What `djoin /provision` makes: it holds the password of a machine account. */
  | "domain-provisioning"
  | "product-key";

/**
 * The kind of secret that a setting holds.
 *
 * @param path inside the component, with or without the keys of list items
 */
export function secretKindOf(path: string): SecretKind | undefined {
  const names = path.replace(/\[[^\]]*\]/g, "").split("/");
  const last = names.at(-1) ?? "";
  const parent = names.at(-2) ?? "";
  if (last === "Value" && isPasswordElement(parent)) return "password";
  if (isPasswordElement(last) || last === "MachinePassword") return "credential";
  if (last === "AccountData") return "domain-provisioning";
  if (last === "ProductKey" || (last === "Key" && parent === "ProductKey")) return "product-key";
  return undefined;
}
