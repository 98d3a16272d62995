import type { Firmware } from "@adk/bcd";
import { AdkError } from "@adk/core";

/** A command line of bcdboot. */
export interface BcdBootCommand {
  readonly windows: string;
  /** What stands for the system partition: the directory after `/s`. */
  readonly system: string;
  readonly firmware: readonly Firmware[];
  readonly locale: string | undefined;
  readonly last: boolean;
  readonly clean: boolean;
  readonly verbose: boolean;
}

/** Switches that are about the machine that runs: there is nothing to do for them. */
const IGNORED = new Set(["p", "d", "offline", "nofirmwaresync"]);
const FIRMWARE: Readonly<Record<string, readonly Firmware[]>> = {
  uefi: ["uefi"],
  bios: ["bios"],
  all: ["uefi", "bios"],
};

/** @throws AdkError `BCDBOOT_BAD_COMMAND` */
export function parseBcdBoot(argv: readonly string[]): BcdBootCommand {
  const values = new Map<string, string>();
  let windows: string | undefined;
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const name = /^[/-]([a-z]+)$/i.exec(word)?.[1]?.toLowerCase();
    if (name === undefined) {
      if (windows !== undefined) throw badCommand(word);
      windows = word;
    } else if (["s", "l", "f"].includes(name)) {
      values.set(name, words.shift() ?? "");
    } else if (["v", "c", "addlast"].includes(name)) {
      values.set(name, "");
    } else if (!IGNORED.has(name)) {
      throw badCommand(word);
    }
  }
  const firmware = FIRMWARE[(values.get("f") ?? "all").toLowerCase()];
  const system = values.get("s");
  if (windows === undefined) throw badCommand("");
  if (!system) throw badCommand("", "Name the directory of the system partition: /s DIRECTORY.");
  if (!firmware) throw badCommand(values.get("f") ?? "", "/f takes UEFI, BIOS or ALL.");
  return {
    windows,
    system,
    firmware,
    locale: values.get("l"),
    last: values.has("addlast"),
    clean: values.has("c"),
    verbose: values.has("v"),
  };
}

function badCommand(found: string, hint?: string): AdkError {
  return new AdkError("BCDBOOT_BAD_COMMAND", "The parameter is incorrect.", { kind: "usage", found, hint });
}
