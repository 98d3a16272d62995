import { childElements, firstChild, textOf, type XmlElement } from "../document/tree.ts";
import { replaceContent } from "../edit/set-value.ts";
import { hidePassword, isPasswordElement, revealPassword } from "../passwords/hidden-password.ts";
import { type Checker, contentOf } from "./checker.ts";
import { isPlaceholder } from "./placeholders.ts";
import { error, type Rules, warning } from "./rule.ts";

/** Rules of passwords. */
export const SECRETS: Rules<"plain" | "hidden" | "suffix" | "marked" | "form" | "deleted" | "credentials"> = {
  plain: warning(
    "plain-password",
    "A password stands in the file as plain text.",
    "Windows SIM hides it (PlainText=false), which keeps it from a glance and no more: whoever has the file has the password. adk unattend hide does the same.",
  ),
  hidden: error(
    "bad-hidden-password",
    "A hidden password cannot be decoded.",
    "Setup stops after the first restart with an empty message; setupact.log says 'Failed to decode password (0x8007000d)'.",
  ),
  suffix: error(
    "hidden-password-suffix",
    "A hidden password does not end in the name of its element.",
    "Setup takes the name of the element off the decoded text. Without it Setup stops after the first restart ('Failed to decode password').",
  ),
  marked: warning(
    "password-mark",
    "A password does not say whether it is plain text.",
    "Without PlainText Setup takes the value as plain text or as hidden, depending on the setting. Say it.",
  ),
  form: error(
    "password-form",
    "A password element has text instead of Value and PlainText.",
    "The password stands in <Value>, and <PlainText> says how.",
  ),
  deleted: warning(
    "password-deleted",
    "The password was removed by Setup.",
    "Setup takes passwords out of the copy that it keeps. This file is such a copy: put the passwords in again.",
  ),
  credentials: warning(
    "plain-credentials",
    "Credentials for a server or domain stand in the file as plain text.",
    "They cannot be hidden. Whoever can read the file, the media or the copy in Panther has them: use an account that may do no more than needed, or an offline domain join.",
  ),
};

const DELETED = "*SENSITIVE*DATA*DELETED*";

export function checkSecrets(checker: Checker): void {
  for (const { element } of checker.file.components) visit(checker, element);
}

function visit(checker: Checker, element: XmlElement): void {
  for (const child of childElements(element)) {
    if (isPasswordElement(child.local)) checkPassword(checker, child);
    else if (child.local === "MachinePassword") checkCredentials(checker, child);
    visit(checker, child);
  }
}

function checkPassword(checker: Checker, element: XmlElement): void {
  if (element.parent?.local === "Credentials") {
    checkCredentials(checker, element);
    return;
  }
  const value = firstChild(element, "Value");
  const mark = firstChild(element, "PlainText");
  if (value === undefined) {
    if (mark === undefined && checker.valueOf(element) !== undefined && childElements(element).length === 0) {
      checker.report(
        SECRETS.form,
        contentOf(element),
        `${element.local} has its password in <Value>, with <PlainText> beside it.`,
      );
    }
    return;
  }
  const text = checker.valueOf(value);
  if (text === DELETED) {
    checker.report(SECRETS.deleted, contentOf(value), "Setup has taken this password out of its copy of the file.");
    return;
  }
  if (mark === undefined) {
    checker.report(SECRETS.marked, element, `${element.local} does not say whether its value is plain text.`);
    return;
  }
  const isPlain = /^(?:true|1)$/i.test(textOf(mark).trim());
  if (isPlain && text !== undefined) reportPlain(checker, element, value, mark, text);
  if (!isPlain && text !== undefined && !isPlaceholder(text)) checkHidden(checker, element, value, text);
}

function reportPlain(checker: Checker, element: XmlElement, value: XmlElement, mark: XmlElement, text: string): void {
  if (!isPasswordElement(element.local)) return;
  const edits = [
    replaceContent(checker.file, value, hidePassword(text, element.local)),
    replaceContent(checker.file, mark, "false"),
  ];
  const fix = isPlaceholder(text) ? undefined : { title: "Hide it as Windows SIM does", edits };
  checker.report(SECRETS.plain, contentOf(value), `${element.local} is readable: hide it, or give it at build time.`, {
    fix,
  });
}

function checkHidden(checker: Checker, element: XmlElement, value: XmlElement, text: string): void {
  if (!isPasswordElement(element.local)) return;
  const result = revealPassword(text, element.local);
  if (!("problem" in result)) return;
  if (result.problem === "encoding") {
    const message = `${element.local} says PlainText=false, but its value is no hidden password (Base64 of UTF-16).`;
    checker.report(SECRETS.hidden, contentOf(value), message);
  } else {
    const message = `The hidden password does not end in ${JSON.stringify(element.local)}: Setup cannot decode it.`;
    checker.report(SECRETS.suffix, contentOf(value), message);
  }
}

function checkCredentials(checker: Checker, element: XmlElement): void {
  const text = checker.valueOf(element);
  if (text === undefined || isPlaceholder(text) || childElements(element).length > 0) return;
  if (text === DELETED) {
    checker.report(SECRETS.deleted, contentOf(element), "Setup has taken this password out of its copy of the file.");
  } else {
    checker.report(
      SECRETS.credentials,
      contentOf(element),
      `${element.parent?.local}/${element.local} is readable, and cannot be hidden.`,
    );
  }
}
