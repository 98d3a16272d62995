import { childElements, childText, firstChild, type XmlElement } from "../document/tree.ts";
import { type Checker, contentOf } from "./checker.ts";
import { isPlaceholder } from "./placeholders.ts";
import { info, type Rules, warning } from "./rule.ts";

/** Rules of commands that Setup and the first logon run. */
export const COMMANDS: Rules<"reboot" | "shell" | "quotes" | "path" | "order" | "credentials" | "logon" | "policy"> = {
  reboot: warning(
    "command-reboot",
    "A command restarts or shuts down Windows itself.",
    "Setup does not know of it and may start again or stop. Use WillReboot of the command, Reseal, or end the last first-logon command with it.",
  ),
  shell: warning(
    "command-shell",
    "A command uses the shell's language without a shell.",
    "Setup starts the program by itself: && > | are passed to it as arguments. Begin with cmd.exe /c.",
  ),
  quotes: warning(
    "command-quotes",
    "The quotes of a command do not pair.",
    "The program gets other arguments than meant. In XML, quotes in text need no escape.",
  ),
  path: warning(
    "command-network",
    "A command is on a network share, without credentials.",
    "Setup has no user to open the share with: give Credentials, or copy the file first.",
  ),
  order: info(
    "command-order",
    "The Orders of commands have a gap.",
    "They need not count without a gap, but a gap can mean that a command was lost.",
  ),
  credentials: warning(
    "command-credentials",
    "Credentials are incomplete.",
    "Domain, Username and Password are needed together.",
  ),
  logon: info(
    "first-logon",
    "First-logon commands need somebody to log on.",
    "They run when the first administrator logs on. Without AutoLogon that waits for a person.",
  ),
  policy: warning(
    "command-policy",
    "PowerShell runs a script with the execution policy of the system.",
    "A fresh Windows client runs no scripts: add -ExecutionPolicy Bypass.",
  ),
};

interface CommandKind {
  readonly component: string;
  readonly list: string;
  readonly item: string;
  /** The child that holds the command line. */
  readonly line: "Path" | "CommandLine";
}

const KINDS: readonly CommandKind[] = [
  { component: "Microsoft-Windows-Setup", list: "RunSynchronous", item: "RunSynchronousCommand", line: "Path" },
  { component: "Microsoft-Windows-Setup", list: "RunAsynchronous", item: "RunAsynchronousCommand", line: "Path" },
  { component: "Microsoft-Windows-Deployment", list: "RunSynchronous", item: "RunSynchronousCommand", line: "Path" },
  { component: "Microsoft-Windows-Deployment", list: "RunAsynchronous", item: "RunAsynchronousCommand", line: "Path" },
  {
    component: "Microsoft-Windows-Shell-Setup",
    list: "FirstLogonCommands",
    item: "SynchronousCommand",
    line: "CommandLine",
  },
  {
    component: "Microsoft-Windows-Shell-Setup",
    list: "LogonCommands",
    item: "AsynchronousCommand",
    line: "CommandLine",
  },
];

/** A command of an answer file. */
export interface CommandLine {
  readonly kind: CommandKind;
  readonly text: string;
  /** The element of the command line. */
  readonly element: XmlElement;
  readonly item: XmlElement;
  /** Whether it is the last of its list, by Order. */
  readonly last: boolean;
}

/** All commands of a file. */
export function* commandsOf(checker: Checker): Generator<CommandLine> {
  for (const kind of KINDS) {
    for (const list of checker.settings(kind.component, kind.list)) {
      const items = childElements(list, kind.item);
      const most = items.reduce((max, item) => Math.max(max, Number(childText(item, "Order") ?? 0)), 0);
      for (const item of items) {
        const element = firstChild(item, kind.line);
        const text = checker.valueOf(element);
        const last = Number(childText(item, "Order") ?? 0) === most;
        if (element && text !== undefined) yield { kind, text: text.slice(0, MOST_TEXT), element, item, last };
      }
    }
  }
}

/** Longer than any command may be; what is beyond is not looked at, so that no pattern can take long. */
const MOST_TEXT = 4096;
const REBOOT =
  /(?:^|[\s"'&|;\\/])(?:shutdown(?:\.exe)?["']?\s+.*[/-][rsgph]\b|restart-computer\b|stop-computer\b|wpeutil(?:\.exe)?\s+(?:reboot|shutdown))/i;
const SHELL =
  /^["']?(?:%comspec%|[^"]*\bcmd(?:\.exe)?|[^"]*\b(?:powershell|pwsh)(?:\.exe)?|[^"]*\b(?:bash|wsl)(?:\.exe)?)["']?(?:\s|$)/i;
const OPERATOR = /\s(?:&&?|\|\|?|>>?|2>&1|<)\s|[^\s^]>>?\s*\S+$/;
const BUILT_IN = /^(?:echo|copy|del|md|mkdir|rd|rmdir|move|ren|set|type|for|if|call|cd|pushd|mklink|erase|rename)\s/i;
const SCRIPT =
  /\b(?:powershell|pwsh)(?:\.exe)?["']?\s(?:(?!-(?:c|command|enc|encodedcommand|ep|ex|exec|executionpolicy)\b).)*-file\b|\bpowershell(?:\.exe)?\s+[^-\s"]\S*\.ps1\b/i;

export function checkCommands(checker: Checker): void {
  for (const command of commandsOf(checker)) checkCommand(checker, command);
  for (const kind of KINDS) checkLists(checker, kind);
  checkFirstLogon(checker);
}

function checkCommand(checker: Checker, { kind, text, element, item, last }: CommandLine): void {
  const place = contentOf(element);
  const atLogon = kind.component === "Microsoft-Windows-Shell-Setup";
  if (REBOOT.test(text) && !(atLogon && last)) {
    checker.report(COMMANDS.reboot, place, `A restart inside of ${kind.list}: Setup does not know of it.`);
  }
  if (BUILT_IN.test(text)) {
    const [word] = text.split(/\s/);
    checker.report(COMMANDS.shell, place, `${word} is a command of the shell, no program: begin with cmd.exe /c.`);
  } else if (!SHELL.test(text) && OPERATOR.test(withoutQuoted(text))) {
    checker.report(COMMANDS.shell, place, "Operators of the shell without a shell: begin with cmd.exe /c.");
  }
  if ((text.match(/"/g)?.length ?? 0) % 2 === 1) {
    checker.report(COMMANDS.quotes, place, "The number of double quotes is odd.");
  }
  const credentials = firstChild(item, "Credentials");
  if (/^"?\\\\[^\\.?]/.test(text) && credentials === undefined && !atLogon) {
    checker.report(COMMANDS.path, place, "The program is on a network share, and no Credentials are given.");
  }
  if (credentials) checkCredentials(checker, credentials);
  if (SCRIPT.test(text) && !/-(?:ep|ex|exec|executionpolicy)\b/i.test(text)) {
    checker.report(COMMANDS.policy, place, "A script without -ExecutionPolicy: Windows clients refuse it.");
  }
}

function checkCredentials(checker: Checker, credentials: XmlElement): void {
  const missing = ["Domain", "Username", "Password"].filter((name) => firstChild(credentials, name) === undefined);
  if (missing.length > 0) {
    checker.report(COMMANDS.credentials, credentials, `Credentials have no ${missing.join(" and no ")}.`);
  }
}

function withoutQuoted(text: string): string {
  return text.replace(/"[^"]*"/g, '""');
}

function checkLists(checker: Checker, { component, list, item }: CommandKind): void {
  for (const element of checker.settings(component, list)) {
    const items = childElements(element, item);
    const orders = items.map((each) => Number(childText(each, "Order") ?? Number.NaN)).sort((a, b) => a - b);
    if (orders.some(Number.isNaN) || new Set(orders).size < orders.length) continue;
    const gap = orders.find((order, index) => order !== (orders[0] as number) + index);
    if (gap !== undefined) {
      const place = items.find((each) => Number(childText(each, "Order")) === gap) ?? element;
      checker.report(COMMANDS.order, place, `Order ${gap} does not follow the one before it.`);
    }
  }
}

function checkFirstLogon(checker: Checker): void {
  const [list] = checker.settings("Microsoft-Windows-Shell-Setup", "FirstLogonCommands", "oobeSystem");
  if (list === undefined || childElements(list).length === 0) return;
  const logons = checker.settings("Microsoft-Windows-Shell-Setup", "AutoLogon/Enabled");
  const enabled = logons.some((each) => {
    const value = checker.valueOf(each);
    return value === undefined || isPlaceholder(value) || /^(?:true|1)$/i.test(value);
  });
  if (!enabled)
    checker.report(COMMANDS.logon, list, "FirstLogonCommands wait for somebody to log on: AutoLogon is not enabled.");
}
