import type { CatalogSetting } from "../catalog/catalog.ts";
import { attribute, attributeOf, firstChild, textOf, WCM_NAMESPACE, type XmlElement } from "../document/tree.ts";
import { prefixInForce } from "../edit/new-element.ts";
import type { Checker } from "./checker.ts";
import { isPlaceholder } from "./placeholders.ts";
import { error, type Rules, warning } from "./rule.ts";

/** Rules of the items of lists. */
export const LIST_ITEMS: Rules<"noAction" | "action" | "noKey" | "duplicateKey" | "noKeyValue"> = {
  noAction: warning(
    "list-no-action",
    'An item of a list has no wcm:action="add".',
    "Windows SIM writes it on each item. Without it Windows may pass over the item; some lists are known to work all the same.",
  ),
  action: error(
    "list-action",
    "An item of a list has an unknown wcm:action.",
    "Answer files add items: add. Windows SIM knows remove and modify for what the image has already.",
  ),
  noKey: error(
    "list-no-key",
    "An item of a list has no key.",
    "The key tells the items apart, and where it is an Order, says when the item has its turn.",
  ),
  duplicateKey: error(
    "list-dup-key",
    "Two items of a list have the same key.",
    "Only one of them can count. Give each a key of its own.",
  ),
  noKeyValue: error(
    "list-no-keyvalue",
    "An item of a list has no wcm:keyValue.",
    "This list has no child that tells its items apart; the attribute does.",
  ),
};

const ACTIONS = ["add", "remove", "modify"];

/** Checks the items of one list that stand side by side. */
export function checkItems(checker: Checker, items: readonly XmlElement[], setting: CatalogSetting): void {
  const keys = new Map<string, XmlElement>();
  for (const item of items) {
    checkAction(checker, item, setting);
    const key = keyOf(checker, item, setting);
    if (key === undefined) continue;
    const normal = /^\d+$/.test(key) ? String(Number(key)) : key.toLowerCase();
    const first = keys.get(normal);
    if (first) {
      const { line } = checker.file.rangeOf(first.start);
      const named = setting.key === "@keyValue" ? "wcm:keyValue" : setting.key;
      checker.report(LIST_ITEMS.duplicateKey, item, `${named} ${key} is taken by the item in line ${line}.`);
    } else {
      keys.set(normal, item);
    }
  }
}

function checkAction(checker: Checker, item: XmlElement, setting: CatalogSetting): void {
  const action = attribute(item, "action", WCM_NAMESPACE);
  if (action === undefined) {
    const at = item.start + 1 + item.name.length;
    const prefix = prefixInForce(item, WCM_NAMESPACE);
    const declared = prefix === undefined ? ` xmlns:wcm="${WCM_NAMESPACE}"` : "";
    const text = ` ${prefix ?? "wcm"}:action="add"${declared}`;
    checker.report(LIST_ITEMS.noAction, item, `The item <${item.name}> of ${setting.path} has no wcm:action="add".`, {
      fix: { title: 'Add wcm:action="add"', edits: [{ start: at, end: at, text }] },
    });
    return;
  }
  if (ACTIONS.includes(action.value) || isPlaceholder(action.value)) return;
  const lower = action.value.trim().toLowerCase();
  const edits = [{ start: action.valueStart, end: action.valueEnd, text: lower }];
  checker.report(LIST_ITEMS.action, action, `wcm:action is add, not ${JSON.stringify(action.value)}.`, {
    fix: ACTIONS.includes(lower) ? { title: `Write ${lower}`, edits } : undefined,
  });
}

function keyOf(checker: Checker, item: XmlElement, setting: CatalogSetting): string | undefined {
  if (setting.key === "@keyValue") {
    const value = attributeOf(item, "keyValue", WCM_NAMESPACE)?.trim();
    if (value === undefined || value === "") {
      checker.report(LIST_ITEMS.noKeyValue, item, `The item <${item.name}> of ${setting.path} has no wcm:keyValue.`);
    }
    return value || undefined;
  }
  const name = setting.key as string;
  const key = firstChild(item, name);
  const value = key && textOf(key).trim();
  if (!value) {
    checker.report(LIST_ITEMS.noKey, item, `The item <${item.name}> of ${setting.path} has no ${name}.`);
    return undefined;
  }
  return checker.template && isPlaceholder(value) ? undefined : value;
}
