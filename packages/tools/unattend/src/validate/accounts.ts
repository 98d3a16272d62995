import { childElements, childText, firstChild, textOf, type XmlElement } from "../document/tree.ts";
import { type Checker, contentOf } from "./checker.ts";
import { isPlaceholder } from "./placeholders.ts";
import { error, info, type Rules, warning } from "./rule.ts";

/** Rules of users, groups, automatic logon and the computer's name. */
export const ACCOUNTS: Rules<
  "name" | "group" | "password" | "builtIn" | "logonCount" | "logonUser" | "logonPassword" | "computer" | "none"
> = {
  name: error(
    "account-name",
    "The name cannot be a user's.",
    "Names have up to 20 characters, without \" / \\ [ ] : | < > + = ; , ? * % @ and are not NONE or the computer's.",
  ),
  group: warning(
    "account-group",
    "The group is none that Windows has in every language.",
    "Setup knows the groups by their English names without spaces: Administrators, RemoteDesktopUsers, Users. Others must exist in the image.",
  ),
  password: info(
    "account-password",
    "The account has no password.",
    "Such an account cannot log on over the network, and Windows may ask for a password at the first logon.",
  ),
  builtIn: info(
    "account-built-in",
    "The account is there already.",
    "Administrator, Guest, DefaultAccount and WDAGUtilityAccount come with Windows; give Administrator a password by AdministratorPassword.",
  ),
  logonCount: warning(
    "autologon-count",
    "AutoLogon has no LogonCount.",
    "The reference page asks for it. Windows adds one to a count above 0; AutoLogonCount in the registry ends it sooner.",
  ),
  logonUser: warning(
    "autologon-user",
    "AutoLogon logs on somebody who is not created here.",
    "The logon fails if the account is not in the image either.",
  ),
  logonPassword: warning(
    "autologon-password",
    "AutoLogon has another password than the account.",
    "The logon fails, and first-logon commands never run.",
  ),
  computer: error(
    "computer-name",
    "The name cannot be a computer's.",
    "Up to 15 bytes, no spaces, dots or {|}~[\\]^':;<=>?@!\"#$%`()+/,*& and not only digits; * makes a random one.",
  ),
  none: warning(
    "no-account",
    "No account will be there to log on with.",
    "The file hides the pages on which accounts are made, and makes none: nobody can log on.",
  ),
};

const SHELL = "Microsoft-Windows-Shell-Setup";
/** Language-neutral names (reference page of LocalAccount/Group), and English ones that real files have. */
const GROUPS = new Set(
  "accountoperators administrators backupoperators cryptooperators dcomusers guests iusers networkconfigurationoperators perfloggingusers perfmonitoringusers powerusers printoperators remotedesktopusers replicator systemoperators users".split(
    " ",
  ),
);
const BUILT_IN = ["administrator", "guest", "defaultaccount", "wdagutilityaccount"];
// biome-ignore lint/suspicious/noControlCharactersInRegex: names cannot have them
const FORBIDDEN_IN_NAME = /["/\\[\]:|<>+=;,?*%@\u0000-\u001f]/;
const FORBIDDEN_IN_COMPUTER = /[\s{|}~[\]^':;<=>?@!"#$%`()+/.,*&\\]/;

export function checkAccounts(checker: Checker): void {
  const accounts = checker.settings(SHELL, "UserAccounts/LocalAccounts/LocalAccount");
  for (const account of accounts) checkAccount(checker, account);
  const byName = new Map(accounts.map((account) => [childText(account, "Name")?.toLowerCase(), account]));
  for (const logon of checker.settings(SHELL, "AutoLogon")) checkAutoLogon(checker, logon, byName);
  for (const name of checker.settings(SHELL, "ComputerName")) checkComputerName(checker, name);
  checkSomebodyCanLogOn(checker, accounts);
}

function checkAccount(checker: Checker, account: XmlElement): void {
  const element = firstChild(account, "Name");
  const name = checker.valueOf(element);
  if (element && name !== undefined && !isPlaceholder(name)) {
    if (FORBIDDEN_IN_NAME.test(name) || /^(?:none|[. ]+)$/i.test(name)) {
      checker.report(ACCOUNTS.name, contentOf(element), `${JSON.stringify(name)} cannot be the name of a user.`);
    } else if (BUILT_IN.includes(name.toLowerCase())) {
      checker.report(ACCOUNTS.builtIn, contentOf(element), `${name} comes with Windows.`);
    }
  }
  const groups = firstChild(account, "Group");
  const text = checker.valueOf(groups);
  if (groups && text !== undefined && !isPlaceholder(text)) {
    for (const group of text.split(";").map((each) => each.trim())) {
      if (group === "" || GROUPS.has(group.replace(/\s/g, "").toLowerCase())) continue;
      checker.report(
        ACCOUNTS.group,
        contentOf(groups),
        `${JSON.stringify(group)} is none of the groups that every Windows has.`,
      );
    }
  }
  const password = firstChild(account, "Password");
  if (password === undefined || childText(password, "Value") === "") {
    checker.report(ACCOUNTS.password, element ?? account, `The account ${name ?? ""} has no password.`);
  }
}

function checkAutoLogon(
  checker: Checker,
  logon: XmlElement,
  accounts: ReadonlyMap<string | undefined, XmlElement>,
): void {
  const enabled = childText(logon, "Enabled");
  if (enabled === undefined || /^(?:false|0)$/i.test(enabled)) return;
  if (firstChild(logon, "LogonCount") === undefined) {
    checker.report(ACCOUNTS.logonCount, logon, "AutoLogon has no LogonCount.");
  }
  const element = firstChild(logon, "Username");
  const user = checker.valueOf(element);
  if (element === undefined || user === undefined || isPlaceholder(user) || firstChild(logon, "Domain")) return;
  const account = accounts.get(user.toLowerCase());
  const isBuiltIn = BUILT_IN.includes(user.toLowerCase());
  if (account === undefined) {
    if (!isBuiltIn && accounts.size > 0) {
      checker.report(ACCOUNTS.logonUser, contentOf(element), `AutoLogon as ${user}, which no LocalAccount creates.`);
    }
    return;
  }
  const own = passwordOf(account);
  const given = passwordOf(logon);
  if (own !== undefined && given !== undefined && own !== given) {
    checker.report(
      ACCOUNTS.logonPassword,
      firstChild(logon, "Password") ?? logon,
      `AutoLogon and the account ${user} have different passwords.`,
    );
  }
}

/** What stands for a password, comparable where both are stored in the same way. */
function passwordOf(element: XmlElement): string | undefined {
  const password = firstChild(element, "Password");
  const value = password && childText(password, "Value");
  return value === undefined || isPlaceholder(value)
    ? undefined
    : `${childText(password!, "PlainText")} ${value.replace(/=+$/, "")}`;
}

function checkComputerName(checker: Checker, element: XmlElement): void {
  const name = checker.valueOf(element);
  // %SERIAL% and the like are put in by other tools.
  if (name === undefined || name === "*" || isPlaceholder(name)) return;
  const place = contentOf(element);
  if (FORBIDDEN_IN_COMPUTER.test(name)) {
    checker.report(
      ACCOUNTS.computer,
      place,
      `${JSON.stringify(name)} has characters that a computer's name cannot have.`,
    );
  } else if (/^\d+$/.test(name)) {
    checker.report(ACCOUNTS.computer, place, "A computer's name cannot be all digits.");
  } else if (new TextEncoder().encode(name).length > 15 && name.length <= 15) {
    checker.report(ACCOUNTS.computer, place, `${JSON.stringify(name)} has more than 15 bytes.`);
  }
}

function checkSomebodyCanLogOn(checker: Checker, accounts: readonly XmlElement[]): void {
  const oobe = checker.settings(SHELL, "OOBE", "oobeSystem")[0];
  if (oobe === undefined || accounts.length > 0) return;
  const is = (name: string) => {
    const child = childElements(oobe, name)[0];
    return child !== undefined && /^(?:true|1)$/i.test(textOf(child).trim());
  };
  const hides = (is("HideOnlineAccountScreens") && is("HideLocalAccountScreen")) || is("SkipMachineOOBE");
  const others = ["UserAccounts/AdministratorPassword", "UserAccounts/DomainAccounts", "AutoLogon"];
  const someone = others.some((path) => checker.settings(SHELL, path).length > 0);
  if (hides && !someone && checker.components("Microsoft-Windows-UnattendedJoin").length === 0) {
    checker.report(ACCOUNTS.none, oobe, "No account is made, and the pages that ask for one are hidden.");
  }
}
