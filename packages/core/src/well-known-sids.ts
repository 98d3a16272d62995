import { AdkError, check } from "./errors.ts";
import type { Sid } from "./sid.ts";
import { equalNames } from "./upcase.ts";

/**
 * SIDs that are the same on every Windows: SID, two-letter alias of SDDL ("" if it has none), account name
 * ([MS-DTYP] 2.4.2.4, 2.5.1.1; `Sddl.h`).
 */
const WELL_KNOWN: readonly (readonly [Sid, string, string])[] = [
  ["S-1-0-0", "", "NULL SID"],
  ["S-1-1-0", "WD", "Everyone"],
  ["S-1-2-0", "", "LOCAL"],
  ["S-1-2-1", "", "CONSOLE LOGON"],
  ["S-1-3-0", "CO", "CREATOR OWNER"],
  ["S-1-3-1", "CG", "CREATOR GROUP"],
  ["S-1-3-4", "OW", "OWNER RIGHTS"],
  ["S-1-5-1", "", "NT AUTHORITY\\DIALUP"],
  ["S-1-5-2", "NU", "NT AUTHORITY\\NETWORK"],
  ["S-1-5-3", "", "NT AUTHORITY\\BATCH"],
  ["S-1-5-4", "IU", "NT AUTHORITY\\INTERACTIVE"],
  ["S-1-5-6", "SU", "NT AUTHORITY\\SERVICE"],
  ["S-1-5-7", "AN", "NT AUTHORITY\\ANONYMOUS LOGON"],
  ["S-1-5-9", "ED", "NT AUTHORITY\\ENTERPRISE DOMAIN CONTROLLERS"],
  ["S-1-5-10", "PS", "NT AUTHORITY\\SELF"],
  ["S-1-5-11", "AU", "NT AUTHORITY\\Authenticated Users"],
  ["S-1-5-12", "RC", "NT AUTHORITY\\RESTRICTED"],
  ["S-1-5-14", "", "NT AUTHORITY\\REMOTE INTERACTIVE LOGON"],
  ["S-1-5-17", "", "NT AUTHORITY\\IUSR"],
  ["S-1-5-18", "SY", "NT AUTHORITY\\SYSTEM"],
  ["S-1-5-19", "LS", "NT AUTHORITY\\LOCAL SERVICE"],
  ["S-1-5-20", "NS", "NT AUTHORITY\\NETWORK SERVICE"],
  ["S-1-5-32-544", "BA", "BUILTIN\\Administrators"],
  ["S-1-5-32-545", "BU", "BUILTIN\\Users"],
  ["S-1-5-32-546", "BG", "BUILTIN\\Guests"],
  ["S-1-5-32-547", "PU", "BUILTIN\\Power Users"],
  ["S-1-5-32-548", "AO", "BUILTIN\\Account Operators"],
  ["S-1-5-32-549", "SO", "BUILTIN\\Server Operators"],
  ["S-1-5-32-550", "PO", "BUILTIN\\Print Operators"],
  ["S-1-5-32-551", "BO", "BUILTIN\\Backup Operators"],
  ["S-1-5-32-552", "RE", "BUILTIN\\Replicator"],
  ["S-1-5-32-554", "RU", "BUILTIN\\Pre-Windows 2000 Compatible Access"],
  ["S-1-5-32-555", "RD", "BUILTIN\\Remote Desktop Users"],
  ["S-1-5-32-556", "NO", "BUILTIN\\Network Configuration Operators"],
  ["S-1-5-32-558", "MU", "BUILTIN\\Performance Monitor Users"],
  ["S-1-5-32-559", "LU", "BUILTIN\\Performance Log Users"],
  ["S-1-5-32-568", "IS", "BUILTIN\\IIS_IUSRS"],
  ["S-1-5-32-569", "CY", "BUILTIN\\Cryptographic Operators"],
  ["S-1-5-32-573", "ER", "BUILTIN\\Event Log Readers"],
  ["S-1-5-32-574", "CD", "BUILTIN\\Certificate Service DCOM Access"],
  ["S-1-5-32-575", "RA", "BUILTIN\\RDS Remote Access Servers"],
  ["S-1-5-32-576", "ES", "BUILTIN\\RDS Endpoint Servers"],
  ["S-1-5-32-577", "MS", "BUILTIN\\RDS Management Servers"],
  ["S-1-5-32-578", "HA", "BUILTIN\\Hyper-V Administrators"],
  ["S-1-5-32-579", "AA", "BUILTIN\\Access Control Assistance Operators"],
  ["S-1-5-32-580", "RM", "BUILTIN\\Remote Management Users"],
  ["S-1-5-32-581", "", "BUILTIN\\System Managed Accounts Group"],
  ["S-1-5-33", "WR", "NT AUTHORITY\\WRITE RESTRICTED"],
  ["S-1-5-80-0", "", "NT SERVICE\\ALL SERVICES"],
  ["S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", "", "NT SERVICE\\TrustedInstaller"],
  ["S-1-5-83-0", "", "NT VIRTUAL MACHINE\\Virtual Machines"],
  ["S-1-5-84-0-0-0-0-0", "UD", "NT AUTHORITY\\USER MODE DRIVERS"],
  ["S-1-5-113", "", "NT AUTHORITY\\Local account"],
  ["S-1-5-114", "", "NT AUTHORITY\\Local account and member of Administrators group"],
  ["S-1-15-2-1", "AC", "APPLICATION PACKAGE AUTHORITY\\ALL APPLICATION PACKAGES"],
  ["S-1-15-2-2", "", "APPLICATION PACKAGE AUTHORITY\\ALL RESTRICTED APPLICATION PACKAGES"],
  ["S-1-16-0", "", "Mandatory Label\\Untrusted Mandatory Level"],
  ["S-1-16-4096", "LW", "Mandatory Label\\Low Mandatory Level"],
  ["S-1-16-8192", "ME", "Mandatory Label\\Medium Mandatory Level"],
  ["S-1-16-8448", "MP", "Mandatory Label\\Medium Plus Mandatory Level"],
  ["S-1-16-12288", "HI", "Mandatory Label\\High Mandatory Level"],
  ["S-1-16-16384", "SI", "Mandatory Label\\System Mandatory Level"],
  ["S-1-18-1", "AS", "Authentication authority asserted identity"],
  ["S-1-18-2", "SS", "Service asserted identity"],
];

/** Aliases of accounts of a domain or, for LA and LG, of the computer: the last number of their SIDs ([MS-DTYP] 2.5.1.1). */
const DOMAIN_RELATIVE: Readonly<Record<string, number>> = {
  RO: 498,
  LA: 500,
  LG: 501,
  DA: 512,
  DU: 513,
  DG: 514,
  DC: 515,
  DD: 516,
  CA: 517,
  SA: 518,
  EA: 519,
  PA: 520,
  CN: 522,
  AP: 525,
  KA: 526,
  EK: 527,
  RS: 553,
};

const ALIAS_OF = new Map(WELL_KNOWN.filter(([, alias]) => alias !== "").map(([sid, alias]) => [sid, alias]));
const SID_OF = new Map(WELL_KNOWN.map(([sid, alias]) => [alias, sid]));
const NAME_OF = new Map(WELL_KNOWN.map(([sid, , name]) => [sid, name]));

/** The alias of a SID in SDDL, such as `BA`. */
export function sidToAlias(sid: Sid): string | undefined {
  return ALIAS_OF.get(sid);
}

/**
 * The SID of an alias of SDDL. The accounts of a domain (`DA`, `LA` ...) need to know which: `domain` is its SID.
 *
 * @throws AdkError `SDDL_UNKNOWN_ALIAS`, `SDDL_DOMAIN_NEEDED`
 */
export function sidFromAlias(alias: string, domain?: Sid): Sid {
  const upper = alias.toUpperCase();
  const sid = upper === "" ? undefined : SID_OF.get(upper);
  if (sid !== undefined) return sid;
  const relative = Object.hasOwn(DOMAIN_RELATIVE, upper) ? DOMAIN_RELATIVE[upper] : undefined;
  check(relative !== undefined, () => {
    return new AdkError("SDDL_UNKNOWN_ALIAS", "SDDL has no such account alias.", { found: alias.slice(0, 80) });
  });
  check(domain !== undefined, () => {
    return new AdkError("SDDL_DOMAIN_NEEDED", "This alias names an account of a domain or computer.", {
      found: alias,
      hint: "Write the SID itself, or say which domain is meant.",
    });
  });
  return `${domain}-${relative}`;
}

/** English account name of a well-known SID: `BUILTIN\Administrators`. */
export function wellKnownName(sid: Sid): string | undefined {
  return NAME_OF.get(sid);
}

/** The SID of an English account name, with or without what stands before its backslash; case does not matter. */
export function wellKnownSid(name: string): Sid | undefined {
  const full = WELL_KNOWN.find(([, , known]) => equalNames(known, name));
  return (full ?? WELL_KNOWN.find(([, , known]) => equalNames(known.slice(known.indexOf("\\") + 1), name)))?.[0];
}
