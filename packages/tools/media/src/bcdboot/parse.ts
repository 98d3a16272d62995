import type { Firmware } from "@adk/bcd";
import { AdkError } from "@adk/core";

/** A command line of bcdboot. */
export interface BcdBootCommand {
  readonly windows: string;
  /** What stands for the system partition: the directory after `/s`. */
  readonly system: string;
  /** Undefined for those that the Windows has files for. */
  readonly firmware: readonly Firmware[] | undefined;
  readonly locale: string | undefined;
  readonly last: boolean;
  readonly keepDefault: boolean;
  /** The loader after `/m`. */
  readonly merge: string | undefined;
  readonly clean: boolean;
  readonly ex: boolean;
  readonly verbose: boolean;
  /** Switches that there is nothing to do for, with the reason. */
  readonly idle: readonly string[];
}

const FLAGS = new Set(["v", "c", "d", "addlast", "bootex"]);

/** Switches that say what is so anyway here. */
const IDLE: ReadonlyMap<string, string> = new Map([
  ["p", "/p: the order in the firmware is kept by the machine; it is not touched."],
  ["nofirmwaresync", "/nofirmwaresync: nothing is written to the firmware of a machine."],
  ["offline", "/offline: the Windows is not the one that runs in any case."],
]);
const FIRMWARE: Readonly<Record<string, readonly Firmware[]>> = {
  uefi: ["uefi"],
  bios: ["bios"],
  all: ["uefi", "bios"],
};

/** @throws AdkError `BCDBOOT_BAD_COMMAND` */
export function parseBcdBoot(argv: readonly string[]): BcdBootCommand {
  const values = new Map<string, string>();
  const idle: string[] = [];
  let windows: string | undefined;
  let merge: string | undefined;
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const name = /^[/-]([a-z]+)$/i.exec(word)?.[1]?.toLowerCase();
    const reason = name === undefined ? undefined : IDLE.get(name);
    if (name === undefined || (windows === undefined && word.startsWith("/") && !isSwitch(name))) {
      if (windows !== undefined) throw badCommand(word);
      windows = word;
    } else if (["s", "l", "f"].includes(name)) {
      const value = words.shift();
      if (value === undefined) throw badCommand(word, "Something must stand behind it.");
      values.set(name, value);
    } else if (name === "m") {
      // Alone it merges the shared settings, which a store that is there keeps anyway.
      if (words[0]?.startsWith("{")) merge = words.shift();
    } else if (reason !== undefined) {
      idle.push(reason);
    } else if (FLAGS.has(name)) {
      values.set(name, "");
    } else {
      throw badCommand(word);
    }
  }
  const wanted = values.get("f");
  const firmware = wanted === undefined ? undefined : FIRMWARE[wanted.toLowerCase()];
  const system = values.get("s");
  if (windows === undefined) throw badCommand("", "Name the folder of Windows.");
  if (!system) throw badCommand("", "Name the directory of the system partition: /s DIRECTORY.");
  if (wanted !== undefined && !firmware) throw badCommand(wanted, "/f takes UEFI, BIOS or ALL.");
  return {
    windows,
    system,
    firmware,
    locale: values.get("l"),
    last: values.has("addlast"),
    keepDefault: values.has("d"),
    merge,
    clean: values.has("c"),
    ex: values.has("bootex"),
    verbose: values.has("v"),
    idle,
  };
}

/** A word of one letter after the slash, or a known one: other words are paths from the root. */
function isSwitch(name: string): boolean {
  return name.length === 1 || FLAGS.has(name) || IDLE.has(name);
}

function badCommand(found: string, hint?: string): AdkError {
  return new AdkError("BCDBOOT_BAD_COMMAND", "The parameter is incorrect.", { kind: "usage", found, hint });
}
