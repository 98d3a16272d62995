export type Severity = "error" | "warning" | "info";

/** What validation looks for. The id is stable: suppressions and SARIF name it. */
export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  /** One line: what is wrong when it is reported. */
  readonly summary: string;
  /** Why it matters, and what to do. */
  readonly explanation: string;
}

/** Rules by the names under which their family reports them. */
export type Rules<Name extends string> = Readonly<Record<Name, Rule>>;

export function error(id: string, summary: string, explanation: string): Rule {
  return { id, severity: "error", summary, explanation };
}

export function warning(id: string, summary: string, explanation: string): Rule {
  return { id, severity: "warning", summary, explanation };
}

export function info(id: string, summary: string, explanation: string): Rule {
  return { id, severity: "info", summary, explanation };
}
