import * as z from "zod";
import type { AnswerFile } from "../document/answer-file.ts";
import { walkLeaves } from "../document/setting-values.ts";
import { childText } from "../document/tree.ts";
import { editionsOfKey, maskKey } from "../facts/product-keys.ts";
import { type PasswordElement, revealPassword } from "./hidden-password.ts";
import { secretKindOf } from "./secret-settings.ts";

export const secretSchema = z.object({
  pass: z.string(),
  component: z.string(),
  path: z.string(),
  kind: z.enum(["password", "credential", "domain-provisioning", "product-key"]),
  /**
   * `plain`: readable. `hidden`: as Setup hides it, which anyone can undo. `broken`: Setup could not read it. `empty`.
   * `removed`: Setup took it out of its own copy. `published`: a key that Microsoft gives to everyone.
   */
  state: z.enum(["plain", "hidden", "broken", "empty", "removed", "published"]),
  line: z.number(),
  column: z.number(),
  /** Masked, unless it was asked for. */
  value: z.string(),
});
export type FoundSecret = z.infer<typeof secretSchema>;

/** What Setup puts in the place of passwords in the copy that it keeps. */
const REMOVED = "*SENSITIVE*DATA*DELETED*";
const MASK = "********";

/**
 * Every secret of an answer file, in its order.
 *
 * @param options.reveal give the secrets themselves
 */
export function findSecrets(file: AnswerFile, options: { reveal?: boolean } = {}): FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const { pass, component, path, value, element } of walkLeaves(file)) {
    const kind = secretKindOf(path);
    if (kind === undefined) continue;
    const isPlain = element.parent === undefined || childText(element.parent, "PlainText") !== "false";
    const { state, text } = stateOf(kind, value, element.parent?.local as PasswordElement, isPlain);
    const { line, column } = file.rangeOf(element.start);
    const masked = state === "empty" ? "" : kind === "product-key" ? maskKey(text) : MASK;
    found.push({ pass, component, path, kind, state, line, column, value: options.reveal ? text : masked });
  }
  return found;
}

function stateOf(
  kind: FoundSecret["kind"],
  value: string,
  element: PasswordElement,
  isPlain: boolean,
): { state: FoundSecret["state"]; text: string } {
  if (value === "") return { state: "empty", text: "" };
  if (value === REMOVED) return { state: "removed", text: value };
  if (kind === "product-key") return { state: editionsOfKey(value).length > 0 ? "published" : "plain", text: value };
  if (kind !== "password" || isPlain) return { state: "plain", text: value };
  const revealed = revealPassword(value, element);
  if ("problem" in revealed) return { state: "broken", text: value };
  return revealed.password === "" ? { state: "empty", text: "" } : { state: "hidden", text: revealed.password };
}
