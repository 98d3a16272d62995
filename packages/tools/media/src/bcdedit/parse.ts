/** A command line of bcdedit. */
export interface BcdEditCommand {
  /** Lower case, without the slash: `enum`, `set`; empty for none. */
  readonly verb: string;
  /** What stands behind it, up to the next switch. */
  readonly args: readonly string[];
  /** Other switches, lower case, with what stands behind them. */
  readonly switches: ReadonlyMap<string, readonly string[]>;
  /** The file after `/store`. */
  readonly store: string | undefined;
  /** `/v`: GUIDs in place of names. */
  readonly verbose: boolean;
}

/** Switches that belong to a verb; every other one is a verb. */
const SWITCHES = new Set([
  "store",
  "v",
  "d",
  "application",
  "device",
  "inherit",
  "addfirst",
  "addlast",
  "remove",
  "f",
  "cleanup",
  "nocleanup",
  "clean",
  "encodedata",
  "raw",
  "offline",
]);

/** @param argv words; switches begin with `/` or `-`, in any case */
export function parseBcdEdit(argv: readonly string[]): BcdEditCommand {
  const switches = new Map<string, string[]>();
  let verb = "";
  let args: string[] = [];
  let current = args;
  for (const word of argv) {
    const name = /^[/-]([a-z?]+)$/i.exec(word)?.[1]?.toLowerCase();
    if (name === undefined) {
      current.push(word);
      continue;
    }
    current = [];
    if (SWITCHES.has(name) || verb !== "") switches.set(name, current);
    else {
      verb = name;
      args = current;
    }
  }
  // `/v` takes nothing: what follows belongs to the verb.
  args.push(...(switches.get("v") ?? []));
  const [store, ...rest] = switches.get("store") ?? [];
  args.push(...rest);
  return { verb, args, switches, store, verbose: switches.has("v") };
}
