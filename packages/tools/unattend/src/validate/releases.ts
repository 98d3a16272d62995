import type { CatalogSetting } from "../catalog/catalog.ts";
import { textOf, type XmlElement } from "../document/tree.ts";
import { type Release, releaseOf } from "../facts/releases.ts";
import type { Checker } from "./checker.ts";
import { error, type Rules, warning } from "./rule.ts";

/** Rules of Windows versions: what a release has not yet, no longer, or no longer wants. */
export const RELEASE_RULES: Rules<"notYet" | "removed" | "deprecated"> = {
  notYet: error(
    "too-new",
    "The target does not have this setting yet.",
    "Setup stops with 'A component or setting specified in the answer file does not exist'.",
  ),
  removed: error(
    "removed-setting",
    "The target no longer has this setting.",
    "It does nothing at best. adk unattend convert takes such settings out.",
  ),
  deprecated: warning(
    "deprecated-setting",
    "The setting is deprecated.",
    "It still exists, and may do nothing or leave Windows in a state that Microsoft does not support.",
  ),
};

/** What to do in place of some settings that many files have. */
const ADVICE: Readonly<Record<string, string>> = {
  "OOBE/SkipMachineOOBE": "it leaves Windows unfinished; hide the pages one by one",
  "OOBE/SkipUserOOBE": "it leaves Windows unfinished; hide the pages one by one",
  "OOBE/NetworkLocation": "the page that it answers is gone since Windows 10",
};

export type SettingStatus = "current" | "not-yet" | "removed" | "deprecated";

/** How a release stands to a setting. Without release only what the catalogue itself marks is deprecated. */
export function settingStatus(setting: CatalogSetting, target: Release | undefined): SettingStatus {
  const reached = (id: CatalogSetting["since"]) =>
    id !== undefined && target !== undefined && target.build >= releaseOf(id).build;
  if (target && setting.since !== undefined && !reached(setting.since)) return "not-yet";
  if (reached(setting.removedSince)) return "removed";
  if (setting.deprecatedSince !== undefined)
    return target === undefined || reached(setting.deprecatedSince) ? "deprecated" : "current";
  // The pages' word is coarse: it can be about one value, or a part. The catalogue's own mark is of Windows 10 1703.
  if (setting.deprecated !== "image") return "current";
  return target === undefined || target.build >= 10_240 ? "deprecated" : "current";
}

export function checkRelease(checker: Checker, element: XmlElement, setting: CatalogSetting): void {
  const status = settingStatus(setting, checker.target);
  if (status === "current") return;
  const title = checker.target?.title ?? "Windows";
  if (status === "deprecated") {
    // What switches it off asks for nothing.
    const severity = textOf(element).trim() === "false" ? "info" : "warning";
    const since = setting.deprecatedSince ? ` since ${releaseOf(setting.deprecatedSince).title}` : "";
    const advice = ADVICE[setting.path];
    const message = `${setting.path} is deprecated${since}${advice === undefined ? "" : `: ${advice}`}.`;
    checker.report(RELEASE_RULES.deprecated, element, message, { severity });
  } else if (status === "removed") {
    const since = setting.removedSince ? ` since ${releaseOf(setting.removedSince).title}` : "";
    checker.report(RELEASE_RULES.removed, element, `${title} does not have ${setting.path}: it is gone${since}.`);
  } else {
    const since = setting.since ? `; it begins with ${releaseOf(setting.since).title}` : "";
    checker.report(RELEASE_RULES.notYet, element, `${title} does not have ${setting.path} yet${since}.`);
  }
}
