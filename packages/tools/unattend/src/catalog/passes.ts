/** The configuration passes of Windows Setup, in the order of the numbers that catalogues store. */
export const PASSES = [
  "windowsPE",
  "offlineServicing",
  "generalize",
  "specialize",
  "auditSystem",
  "auditUser",
  "oobeSystem",
] as const;
export type Pass = (typeof PASSES)[number];

/** The passes in the order in which they can run; `generalize` comes after audit mode, and `specialize` again after it. */
export const RUN_ORDER: readonly Pass[] = [
  "windowsPE",
  "offlineServicing",
  "specialize",
  "auditSystem",
  "auditUser",
  "generalize",
  "oobeSystem",
];

export function isPass(text: string): text is Pass {
  return (PASSES as readonly string[]).includes(text);
}
