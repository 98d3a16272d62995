import { ACCOUNTS, checkAccounts } from "./accounts.ts";
import type { Checker } from "./checker.ts";
import { COMMANDS, checkCommands } from "./commands.ts";
import { COMPONENTS, checkComponents } from "./components.ts";
import { checkDisks, DISKS } from "./disks.ts";
import { checkDomainJoin, DOMAIN_JOIN } from "./domain-join.ts";
import { LIST_ITEMS } from "./list-items.ts";
import { checkLocales, LOCALES } from "./locales.ts";
import { checkNetwork, NETWORK } from "./network.ts";
import { checkPassRules, PASS_RULES } from "./pass-rules.ts";
import { checkProductKeys, PRODUCT_KEYS } from "./product-keys.ts";
import { checkRecentWindows, RECENT_WINDOWS } from "./recent-windows.ts";
import { RELEASE_RULES } from "./releases.ts";
import type { Rule } from "./rule.ts";
import { checkSecrets, SECRETS } from "./secrets.ts";
import { SETTINGS } from "./settings.ts";
import { checkStructure, STRUCTURE } from "./structure.ts";
import { VALUES } from "./values.ts";
import { checkWellFormed, WELL_FORMED } from "./well-formed.ts";

interface Family {
  readonly check: (checker: Checker) => void;
  readonly rules: readonly Readonly<Record<string, Rule>>[];
}

/** All families of rules, in the order in which they run. */
export const FAMILIES: readonly Family[] = [
  { check: checkWellFormed, rules: [WELL_FORMED] },
  { check: checkStructure, rules: [STRUCTURE] },
  { check: checkComponents, rules: [COMPONENTS, SETTINGS, LIST_ITEMS, VALUES, RELEASE_RULES] },
  { check: checkPassRules, rules: [PASS_RULES] },
  { check: checkDisks, rules: [DISKS] },
  { check: checkProductKeys, rules: [PRODUCT_KEYS] },
  { check: checkLocales, rules: [LOCALES] },
  { check: checkCommands, rules: [COMMANDS] },
  { check: checkSecrets, rules: [SECRETS] },
  { check: checkAccounts, rules: [ACCOUNTS] },
  { check: checkDomainJoin, rules: [DOMAIN_JOIN] },
  { check: checkNetwork, rules: [NETWORK] },
  { check: checkRecentWindows, rules: [RECENT_WINDOWS] },
];

/** Every rule once, by id. */
export const RULES: ReadonlyMap<string, Rule> = new Map(
  FAMILIES.flatMap(({ rules }) => rules).flatMap((family) =>
    Object.values(family).map((rule) => [rule.id, rule] as const),
  ),
);
