import { styleText } from "node:util";
import { GLOBAL_OPTIONS } from "./global-options.ts";
import type { Groups, Program } from "./group.ts";

const EXIT_CODES = [
  ["0", "done"],
  ["1", 'done, and the answer is "no"'],
  ["2", "wrong usage"],
  ["3", "input unreadable or invalid"],
  ["4", "the environment failed"],
  ["5", "not supported"],
  ["130", "interrupted"],
] as const;

/** The help of the program itself; it loads none of its groups. */
export function programHelp(program: Program, color: boolean): string {
  const { name, summary, groups, examples = [], docs } = program;
  const title = (text: string) => (color ? styleText("bold", text, { validateStream: false }) : text);
  const sections: [heading: string, lines: readonly (readonly [string, string])[]][] = [
    ["Commands:", listed(groups.filter((entry) => !("replaces" in entry)))],
    ["Command lines of other tools, taken as they are:", listed(groups.filter((entry) => "replaces" in entry))],
    ["Options of every command:", [...GLOBAL_OPTIONS, ["-h, --help", "show help; of a command, where one is named"]]],
    ["Examples:", examples],
    ["Exit codes:", EXIT_CODES],
  ];
  const parts = [`${title("Usage:")} ${name} <command> ...`, summary];
  for (const [heading, lines] of sections) {
    if (lines.length === 0) continue;
    const width = Math.max(...lines.map(([left]) => left.length));
    parts.push([title(heading), ...lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)].join("\n"));
  }
  parts.push(`Help on a command: ${name} help <command>${docs === undefined ? "" : `\nDocumentation: ${docs}`}`);
  return `${parts.join("\n\n")}\n`;
}

function listed(groups: Groups): [string, string][] {
  return groups.map(({ name, aliases = [], summary }) => [[name, ...aliases].join(", "), summary]);
}
