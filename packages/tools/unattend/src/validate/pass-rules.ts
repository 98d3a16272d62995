import { childElements, textOf } from "../document/tree.ts";
import type { Checker } from "./checker.ts";
import { info, type Rules, warning } from "./rule.ts";

/** Rules of what the passes mean for each other. */
export const PASS_RULES: Rules<"unused" | "eula" | "audit"> = {
  unused: info("unused-pass", "The pass is never run.", "The schema has a pass oobeUser; Windows does not use it."),
  eula: warning(
    "accept-eula",
    "Setup will ask for the licence terms.",
    "An unattended installation from media needs UserData/AcceptEula=true in windowsPE.",
  ),
  audit: info(
    "audit-unused",
    "There are settings for audit mode, but nothing starts it.",
    "auditSystem and auditUser run only if Deployment/Reseal/Mode=Audit stands in oobeSystem, or somebody starts audit mode.",
  ),
};

export function checkPassRules(checker: Checker): void {
  for (const { pass, element } of checker.file.settings) {
    if (pass === "oobeUser") checker.report(PASS_RULES.unused, element, "Windows never runs the pass oobeUser.");
  }
  const [install] = checker.settings("Microsoft-Windows-Setup", "ImageInstall", "windowsPE");
  const accepted = checker.settings("Microsoft-Windows-Setup", "UserData/AcceptEula", "windowsPE");
  if (install && !accepted.some((each) => !/^(?:false|0)$/i.test(textOf(each).trim()))) {
    checker.report(
      PASS_RULES.eula,
      accepted[0] ?? install,
      "UserData/AcceptEula is not true: Setup asks for the licence terms.",
    );
  }
  const modes = checker.settings("Microsoft-Windows-Deployment", "Reseal/Mode");
  const starts = modes.some((each) => /^audit$/i.test(textOf(each).trim()));
  for (const { pass, element, components } of checker.file.settings) {
    const isAudit = pass === "auditSystem" || pass === "auditUser";
    const holds = components.some((component) => childElements(component.element).length > 0);
    if (isAudit && holds && !starts)
      checker.report(PASS_RULES.audit, element, `Nothing in this file starts audit mode, which ${pass} is for.`);
  }
}
