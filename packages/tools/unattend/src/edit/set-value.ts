import { AdkError, check } from "@adk/core";
import type { Catalog } from "../catalog/catalog.ts";
import { type AnswerFile, isOwn } from "../document/answer-file.ts";
import { escapeText } from "../document/references.ts";
import { findSettings, parseSettingPath, pathOf } from "../document/setting-path.ts";
import { childElements, type XmlElement } from "../document/tree.ts";
import { createSetting } from "./create-setting.ts";
import { applyEdits, type TextEdit } from "./text-edits.ts";

export interface EditOptions {
  /** Tells which elements are lists, and refuses what it does not know. Without: nothing is created. */
  readonly catalog?: Catalog | undefined;
  /** Create settings too that the catalogue does not know, or has in other passes. */
  readonly force?: boolean | undefined;
}

/**
 * Gives a setting a value. What the path needs and is not there is created: pass, component, groups, items of lists (with `wcm:action` and
 * their key).
 *
 * @throws AdkError `UNATTEND_BAD_PATH`, `UNATTEND_AMBIGUOUS_PATH`, `UNATTEND_NOT_A_VALUE`, `UNATTEND_UNKNOWN_SETTING`, `UNATTEND_MALFORMED`
 */
export function setValue(file: AnswerFile, path: string, value: string, options: EditOptions = {}): AnswerFile {
  requireWellFormed(file);
  const parsed = parseSettingPath(path);
  const element = onlyOne(file, path, findSettings(file, parsed));
  if (element === undefined) return applyEdits(file, [createSetting(file, parsed, value, options)]);
  check(parsed.steps.length > 0 && !childElements(element).some(isOwn), () => {
    return new AdkError("UNATTEND_NOT_A_VALUE", "This setting holds others, it has no value of its own.", {
      kind: "usage",
      file: file.file,
      found: path,
      hint: `Name one of ${childElements(element)
        .map(({ local }) => local)
        .join(", ")} below it.`,
    });
  });
  return applyEdits(file, [replaceContent(file, element, value)]);
}

/** The edit that gives an element another text. */
export function replaceContent({ text }: AnswerFile, element: XmlElement, value: string): TextEdit {
  const escaped = escapeText(value);
  if (!element.selfClosing) return { start: element.startTagEnd, end: element.endTagStart, text: escaped };
  const tag = text.slice(element.start, element.end).replace(/\s*\/>$/, "");
  return { start: element.start + tag.length, end: element.end, text: `>${escaped}</${element.name}>` };
}

/**
 * Takes a setting away, with its line and with the groups that hold nothing without it.
 *
 * @throws AdkError `UNATTEND_NO_SUCH_SETTING`, `UNATTEND_AMBIGUOUS_PATH`, `UNATTEND_BAD_PATH`, `UNATTEND_MALFORMED`
 */
export function removeSetting(file: AnswerFile, path: string): AnswerFile {
  requireWellFormed(file);
  const element = onlyOne(file, path, findSettings(file, path));
  if (element === undefined) {
    throw new AdkError("UNATTEND_NO_SUCH_SETTING", "The file has no such setting.", {
      file: file.file,
      found: path,
    });
  }
  return applyEdits(file, [removeElement(file, element)]);
}

/** The edit that takes an element away, and the parents up to the component that would be left empty. */
export function removeElement({ text }: AnswerFile, element: XmlElement): TextEdit {
  let gone = element;
  while (gone.local !== "component" && gone.parent && isAlone(gone, gone.parent)) gone = gone.parent;
  let { start, end } = gone;
  while (start > 0 && /[ \t]/.test(text[start - 1] as string)) start--;
  const startsLine = start === 0 || /[\r\n]/.test(text[start - 1] as string);
  const rest = /^[ \t]*(?:\r\n|\n|\r|$)/.exec(text.slice(end, end + 1000));
  if (startsLine && rest) end += rest[0].length;
  else start = gone.start;
  return { start, end, text: "" };
}

function isAlone(element: XmlElement, parent: XmlElement): boolean {
  return parent.children.every((node) => node === element || (node.kind === "text" && node.value.trim() === ""));
}

/** @throws AdkError `UNATTEND_MALFORMED`: nothing is changed in a file that cannot be understood */
export function requireWellFormed(file: AnswerFile): void {
  const [problem] = file.problems;
  check(problem === undefined && file.root?.local === "unattend", () => {
    const at = problem && file.rangeOf(problem.start);
    return new AdkError(
      "UNATTEND_MALFORMED",
      problem?.message ?? "This is no answer file: its root is not <unattend>.",
      {
        file: file.file,
        ...(at && { found: `line ${at.line}, column ${at.column}` }),
        hint: "Repair it first: adk unattend validate tells everything that is wrong.",
      },
    );
  });
}

/** @throws AdkError `UNATTEND_AMBIGUOUS_PATH` */
function onlyOne(file: AnswerFile, path: string, found: readonly XmlElement[]): XmlElement | undefined {
  check(found.length < 2, () => {
    const names = found.slice(0, 4).map((element) => pathOf(file, element));
    return new AdkError("UNATTEND_AMBIGUOUS_PATH", `The path names ${found.length} settings.`, {
      kind: "usage",
      file: file.file,
      found: path,
      hint: `Say which: ${[...new Set(names)].join(", ")}, or NAME[#2] for the second.`,
    });
  });
  return found[0];
}
