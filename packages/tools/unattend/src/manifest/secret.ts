import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { AdkError, fromSystemError } from "@adk/core";
import * as z from "zod";
import { hidePassword, type PasswordElement, revealPassword } from "../passwords/hidden-password.ts";
import type { AnswerBuilder, ItemValues } from "./answer-builder.ts";

/** A password or the like: as it is, or where it is when the answer file is written. */
export const secretSchema = z
  .union([
    z.string(),
    z.strictObject({ env: z.string().min(1).describe("The environment variable that holds it.") }),
    z.strictObject({ file: z.string().min(1).describe("The file that holds it, relative to the manifest.") }),
  ])
  .describe("A secret: text, `{ env: NAME }` or `{ file: PATH }`.");
export type Secret = z.output<typeof secretSchema>;

/** A password that Setup takes hidden; it is hidden unless the manifest wants it readable. */
export const passwordSchema = z
  .union([
    secretSchema,
    z.strictObject({ value: secretSchema, plainText: z.literal(true).describe("Written readable, not hidden.") }),
  ])
  .describe("A password; it is written hidden, which is no protection.");
export type Password = z.output<typeof passwordSchema>;

/**
 * Reads secrets from the environment and from files.
 *
 * @param directory files are relative to it
 */
export function secretReader(
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): (secret: Secret) => string {
  return (secret) => {
    if (typeof secret === "string") return secret;
    if ("file" in secret) return readSecretFile(resolve(directory, secret.file));
    const value = env[secret.env];
    if (value !== undefined) return value;
    throw new AdkError("UNATTEND_NO_SECRET", "The environment variable of a secret is not set.", {
      kind: "usage",
      expected: secret.env,
      hint: `Set ${secret.env} for this command.`,
    });
  };
}

function readSecretFile(path: string): string {
  try {
    // The line end that every editor leaves is not part of it.
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw fromSystemError(error, path);
  }
}

/** The settings of an element that holds a password. @param path where it stands, e.g. `AutoLogon/` */
export function passwordValues(
  password: Password | undefined,
  element: PasswordElement,
  secret: (secret: Secret) => string,
  path = "",
): ItemValues {
  if (password === undefined) return {};
  const readable = typeof password === "object" && "plainText" in password;
  const value = secret(readable ? password.value : password);
  return {
    [`${path}${element}/Value`]: readable ? value : hidePassword(value, element),
    [`${path}${element}/PlainText`]: readable,
  };
}

/** Writes an element that holds a password directly in a component. */
export function writePassword(
  builder: AnswerBuilder,
  place: readonly [pass: string, component: string, path: string],
  element: PasswordElement,
  password: Password | undefined,
  secret: (secret: Secret) => string,
): void {
  const [pass, component, path] = place;
  for (const [name, value] of Object.entries(passwordValues(password, element, secret, path))) {
    builder.set(pass, component, name, value);
  }
}

/** The password that an element holds; undefined without one or if it cannot be revealed. */
export function readPassword(
  get: (path: string) => string | undefined,
  element: PasswordElement,
  path = "",
): z.input<typeof passwordSchema> | undefined {
  const value = get(`${path}${element}/Value`);
  if (value === undefined) return undefined;
  if (get(`${path}${element}/PlainText`) === "true") return { value, plainText: true };
  const revealed = revealPassword(value, element);
  return "password" in revealed ? revealed.password : undefined;
}
