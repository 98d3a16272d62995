import { textOf, type XmlElement } from "../document/tree.ts";
import { type Checker, contentOf } from "./checker.ts";
import { commandsOf } from "./commands.ts";
import { info, type Rules, warning } from "./rule.ts";

/** Rules of what changed with Windows 11 24H2 and 25H2, and of what current files still carry along. */
export const RECENT_WINDOWS: Rules<"removedTool" | "hardware" | "network" | "conx"> = {
  removedTool: warning(
    "removed-tool",
    "A command uses a tool that current Windows no longer has.",
    "WMIC is off by default since Windows 11 24H2, and gone with 25H2; Windows PowerShell 2.0 is gone since 24H2; bypassnro.cmd is gone from current builds. Use PowerShell's Get-CimInstance, or write the registry value.",
  ),
  hardware: info(
    "hardware-checks",
    "A command switches off Setup's hardware checks.",
    "Microsoft does not support Windows 11 on such computers, and may withhold updates.",
  ),
  network: info(
    "bypass-nro",
    "A command lets the out-of-box experience go on without a network.",
    "With UserAccounts in the file there is no need of it: the account pages do not come then.",
  ),
  conx: info(
    "new-setup",
    "Windows 11 24H2 and Server 2025 have a new Setup.",
    "Some settings of windowsPE behave in other ways there, above all those that ask (WillShowUI) and DynamicUpdate. Try the file on that media.",
  ),
};

const WMIC = /(?:^|[\s"'\\/&|(])wmic(?:\.exe)?\s/i;
const OLD_POWERSHELL = /powershell(?:\.exe)?\s.*-v(?:er|ersion)?\s+2\b/i;
const BYPASS_SCRIPT = /\bbypassnro\.cmd\b/i;
const FIRST_NEW_SETUP = 26_100;

export function checkRecentWindows(checker: Checker): void {
  for (const { text, element } of commandsOf(checker)) checkTools(checker, text, element);
  if (checker.since(FIRST_NEW_SETUP)) {
    const asking = checker.settings("Microsoft-Windows-Setup", "DynamicUpdate/WillShowUI", "windowsPE")[0];
    if (asking && !/^never$/i.test(textOf(asking).trim())) {
      checker.report(
        RECENT_WINDOWS.conx,
        contentOf(asking),
        `${checker.target?.title} has a new Setup: try this setting on its media.`,
      );
    }
  }
}

function checkTools(checker: Checker, text: string, element: XmlElement): void {
  const place = contentOf(element);
  // Without a target the file may be for a Windows that has them.
  const severity = checker.since(FIRST_NEW_SETUP) ? "warning" : "info";
  if (!checker.before(FIRST_NEW_SETUP)) {
    if (WMIC.test(text))
      checker.report(RECENT_WINDOWS.removedTool, place, "WMIC is not there by default since Windows 11 24H2.", {
        severity,
      });
    if (OLD_POWERSHELL.test(text)) {
      checker.report(RECENT_WINDOWS.removedTool, place, "Windows PowerShell 2.0 is gone since Windows 11 24H2.", {
        severity,
      });
    }
    if (BYPASS_SCRIPT.test(text)) {
      checker.report(RECENT_WINDOWS.removedTool, place, "bypassnro.cmd is gone from current builds of Windows 11.", {
        severity,
      });
    }
  }
  if (/\\LabConfig\b/i.test(text)) {
    checker.report(RECENT_WINDOWS.hardware, place, "This switches off a hardware check of Setup.");
  }
  if (/\bBypassNRO\b/i.test(text) && !BYPASS_SCRIPT.test(text)) {
    checker.report(RECENT_WINDOWS.network, place, "This lets the out-of-box experience go on without a network.");
  }
}
