import type { AnswerFile } from "../document/answer-file.ts";
import { walkLeaves } from "../document/setting-values.ts";
import { firstChild, textOf } from "../document/tree.ts";
import { replaceContent } from "../edit/set-value.ts";
import { applyEdits, type TextEdit } from "../edit/text-edits.ts";
import { hidePassword, isPasswordElement, revealPassword } from "./hidden-password.ts";

export interface RewrittenPasswords {
  readonly file: AnswerFile;
  /** Paths of the passwords that were changed. */
  readonly changed: readonly string[];
  /** Paths of hidden passwords that cannot be revealed. */
  readonly broken: readonly string[];
}

/** Hides every readable password that Setup takes hidden; only their lines change. */
export function hidePasswords(file: AnswerFile): RewrittenPasswords {
  return rewrite(file, true);
}

/** Makes hidden passwords readable. They were never protected. */
export function revealPasswords(file: AnswerFile): RewrittenPasswords {
  return rewrite(file, false);
}

function rewrite(file: AnswerFile, hide: boolean): RewrittenPasswords {
  const edits: TextEdit[] = [];
  const changed: string[] = [];
  const broken: string[] = [];
  for (const { pass, component, path, element } of walkLeaves(file)) {
    const holder = element.parent;
    const flag = holder && firstChild(holder, "PlainText");
    if (element.local !== "Value" || !holder || !isPasswordElement(holder.local) || !flag) continue;
    // The exact text: white space can be part of a readable password.
    const value = textOf(element);
    if ((textOf(flag).trim() === "false") === hide) continue;
    const revealed = hide ? { password: value } : revealPassword(value, holder.local);
    const place = `${pass}/${component}/${path}`;
    if ("problem" in revealed) {
      broken.push(place);
      continue;
    }
    const rewritten = hide ? hidePassword(revealed.password, holder.local) : revealed.password;
    edits.push(replaceContent(file, element, rewritten), replaceContent(file, flag, hide ? "false" : "true"));
    changed.push(place);
  }
  return { file: applyEdits(file, edits), changed, broken };
}
