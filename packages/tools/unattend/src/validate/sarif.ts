import { RULES } from "./families.ts";
import type { Severity } from "./rule.ts";
import type { Verdict } from "./verdict.ts";

const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

/** Verdicts as SARIF 2.1.0, which code hosts and editors show beside the lines. */
export function toSarif(verdicts: readonly Verdict[], version: string): object {
  const rules = [...RULES.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const indexOf = new Map(rules.map((rule, index) => [rule.id, index]));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "adk unattend",
            version,
            rules: rules.map(({ id, severity, summary, explanation }) => ({
              id,
              shortDescription: { text: summary },
              fullDescription: { text: explanation },
              defaultConfiguration: { level: LEVELS[severity] },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: verdicts.flatMap(({ file, findings }) =>
          findings.map(({ rule, severity, message, line, column, endLine, endColumn }) => ({
            ruleId: rule,
            ruleIndex: indexOf.get(rule),
            level: LEVELS[severity],
            message: { text: message },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: encodeURI(file.replaceAll("\\", "/")) },
                  region: { startLine: line, startColumn: column, endLine, endColumn },
                },
              },
            ],
          })),
        ),
      },
    ],
  };
}
