import { childText, firstChild, textOf, type XmlElement } from "../document/tree.ts";
import { type Checker, contentOf } from "./checker.ts";
import { isPlaceholder } from "./placeholders.ts";
import { error, type Rules, warning } from "./rule.ts";

/** Rules of joining a domain or workgroup. */
export const DOMAIN_JOIN: Rules<"both" | "credentials" | "unsecure" | "unit" | "late"> = {
  both: error(
    "join-both",
    "A domain and a workgroup are joined.",
    "A computer is in one of the two: JoinDomain and JoinWorkgroup exclude each other.",
  ),
  credentials: warning(
    "join-credentials",
    "The domain join has no complete credentials.",
    "It needs Credentials with Domain, Username and Password, UnsecureJoin, or Provisioning with a blob of djoin.exe.",
  ),
  unsecure: error(
    "join-unsecure",
    "An unsecure join has credentials.",
    "UnsecureJoin=true joins a prepared computer account without a user; Credentials must be left out.",
  ),
  unit: warning(
    "join-unit",
    "The organizational unit is no distinguished name.",
    "It is written OU=Computers,DC=example,DC=com.",
  ),
  late: warning(
    "join-timeout",
    "The time to try the domain join is out of bounds.",
    "The reference page allows 5 to 60 minutes.",
  ),
};

const JOIN = "Microsoft-Windows-UnattendedJoin";

export function checkDomainJoin(checker: Checker): void {
  for (const element of checker.settings(JOIN, "Identification")) checkIdentification(checker, element);
}

function checkIdentification(checker: Checker, element: XmlElement): void {
  const domain = firstChild(element, "JoinDomain");
  const workgroup = firstChild(element, "JoinWorkgroup");
  if (domain && workgroup && textOf(domain).trim() && textOf(workgroup).trim()) {
    checker.report(DOMAIN_JOIN.both, workgroup, "JoinWorkgroup beside JoinDomain: a computer is in one of the two.");
  }
  const credentials = firstChild(element, "Credentials");
  const unsecure = /^(?:true|1)$/i.test(childText(element, "UnsecureJoin") ?? "");
  if (unsecure && credentials) {
    checker.report(DOMAIN_JOIN.unsecure, credentials, "Credentials beside UnsecureJoin=true: the join fails.");
  }
  const provisioned = firstChild(element, "Provisioning") !== undefined;
  if (domain && checker.valueOf(domain) !== undefined && !unsecure && !provisioned) {
    const missing = ["Domain", "Username", "Password"].filter((name) => !(credentials && childText(credentials, name)));
    if (missing.length > 0) {
      checker.report(
        DOMAIN_JOIN.credentials,
        credentials ?? domain,
        `The join has no ${missing.join(", no ")} to join with.`,
      );
    }
  }
  const unit = firstChild(element, "MachineObjectOU");
  const name = checker.valueOf(unit);
  if (unit && name !== undefined && !isPlaceholder(name) && !/^(?:OU|CN)=.+,\s*DC=/i.test(name)) {
    checker.report(DOMAIN_JOIN.unit, contentOf(unit), `${JSON.stringify(name)} is no distinguished name of a unit.`);
  }
  const timeout = firstChild(element, "TimeoutPeriodInMinutes");
  const minutes = Number(checker.valueOf(timeout) ?? "5");
  if (timeout && minutes !== 0 && (minutes < 5 || minutes > 60)) {
    checker.report(DOMAIN_JOIN.late, contentOf(timeout), `TimeoutPeriodInMinutes is ${minutes}; 5 to 60 are allowed.`);
  }
}
