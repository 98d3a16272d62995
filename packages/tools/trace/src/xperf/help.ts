import { suggest } from "@adk/core";
import type { XperfAction } from "./action.ts";
import { ACTIONS } from "./actions.ts";
import { REFUSED_ACTIONS } from "./refused-actions.ts";

const START = `Usage: adk xperf -i trace.etl [-i trace.etl ...] [-o out] [options] [-a action [its options]]
       adk xperf -merge trace.etl [trace.etl ...] merged.etl [-compress]
       adk xperf -help [processing | symbols | action]

-o FILE                  where to; default: standard output
-symbols [PATH]          names of functions, by PATH or _NT_SYMBOL_PATH
-target human|machine    tables padded for people, or separated by commas
-quiet                   no warnings
-ao FILE -ae FILE        behind an action: files for its output, and its warnings
-tle -tti                accepted: traces with lost events and inverted times are read in any case

Times are microseconds since the start of the trace, or have a unit: 1500ms, 2s.
Traces are recorded on Windows only: see adk trace wprp for profiles.
`;

const SYMBOLS = `-symbols [PATH]

PATH, or the variable _NT_SYMBOL_PATH, names directories, stores and servers: DIR;srv*CACHE*https://server/path
Program databases are taken by the identity that the trace has of each image.
`;

/** @param topic empty for all */
export function helpText(topic: string): string {
  const name = topic.toLowerCase();
  if (name === "symbols") return SYMBOLS;
  if (name === "processing") return actionsText();
  const refused = REFUSED_ACTIONS.get(name);
  if (refused !== undefined) return `${name} is not supported. ${refused}\n`;
  const action = ACTIONS.get(name);
  if (action) return `${lineOf(action)}${optionsOf(action)}`;
  const topics = ["symbols", "processing", ...ACTIONS.keys(), ...REFUSED_ACTIONS.keys()];
  const near = name === "" ? undefined : suggest(name, topics);
  const unknown = name === "" ? "" : `There is no help on ${topic}.${near ? ` Did you mean ${near}?` : ""}\n\n`;
  return `${unknown}${START}\n${actionsText()}`;
}

function actionsText(): string {
  const refused = [...REFUSED_ACTIONS.keys()].join(", ");
  return `Actions:\n${[...ACTIONS.values()].map(lineOf).join("")}Not supported (-help NAME says why): ${refused}\n`;
}

function lineOf({ name, summary }: XperfAction): string {
  return `  ${name.padEnd(19)}${summary}\n`;
}

function optionsOf({ options }: XperfAction): string {
  return Object.entries(options)
    .map(([option, { least, most }]) => {
      const values = Array.from({ length: Math.min(most, 3) }, (_, i) => (i < least ? "VALUE" : "[VALUE]")).join(" ");
      return `    -${option} ${values}${most > 3 ? " ..." : ""}`.trimEnd();
    })
    .join("\n")
    .concat("\n");
}
