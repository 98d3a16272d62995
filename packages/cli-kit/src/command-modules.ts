import type { Command } from "./command.ts";
import type { DefineCommands } from "./group.ts";

/** For the module that has the commands which no other one names. */
const OTHERS = "*";

/**
 * A group whose commands are in several modules: only that of the command which is called is loaded, all of them for the help and for a
 * name that none has.
 *
 * @param modules by the names of their commands, in the order of the help: `"capture append"`; `"*"` has what no other names
 */
export function commandModules(modules: Readonly<Record<string, () => Promise<DefineCommands>>>): DefineCommands {
  const entries = Object.entries(modules);
  return async (group, called) => {
    const own = called && (entries.find(([names]) => names.split(" ").includes(called))?.[0] ?? OTHERS);
    if (own !== undefined && modules[own] !== undefined) {
      await (await modules[own]())(group, called);
      if (has(group, called)) return;
    }
    const others = entries.filter(([names]) => names !== own).map(([, load]) => load());
    for (const define of await Promise.all(others)) await define(group, called);
  };
}

function has(group: Command, called: string | undefined): boolean {
  return group.commands.some((command) => command.name() === called);
}
