import { resolve } from "node:path";
import { listObjects, objectNamed, openStoreFile, StoreEditor, selectObjects } from "@adk/bcd";
import { AdkError } from "@adk/core";
import { exportStore } from "../bcd/transfer-store.ts";
import { newWeakOptions } from "../bcd/weak-json.ts";
import type { BcdEditCommand } from "./parse.ts";
import { enumTypeOf, VERBS } from "./verbs.ts";

export interface BcdEditHost {
  readonly cwd: string;
  /** Of what the change makes weaker. */
  warn(text: string): void;
}

/**
 * Does what a command line of bcdedit says.
 *
 * @returns what bcdedit prints
 * @throws AdkError `BCDEDIT_BAD_COMMAND`, `BCDEDIT_NO_STORE`, `BCDEDIT_UNSUPPORTED`, and those of boot stores
 */
export async function runBcdEdit(command: BcdEditCommand, host: BcdEditHost): Promise<string> {
  const { verb, args } = command;
  const file = (text: string | undefined): string => {
    if (text !== undefined) return resolve(host.cwd, text);
    const hint = "Name its file: /store FILE. Here no Windows runs that has one.";
    throw new AdkError("BCDEDIT_NO_STORE", "The requested system device cannot be found.", { kind: "usage", hint });
  };
  if (verb === "createstore") {
    await StoreEditor.create().save(file(args[0]));
    return "The operation completed successfully.";
  }
  if (verb === "export") {
    await exportStore(file(command.store), file(args[0]), true);
    return "The operation completed successfully.";
  }
  if (verb === "import") {
    const source = await StoreEditor.openFile(file(args[0]));
    await source.save(file(command.store), { overwrite: true });
    return "The operation completed successfully.";
  }
  if (verb === "" || verb === "enum") return enumerate(file(command.store), command);
  const change = VERBS.get(verb);
  if (!change) throw unknownVerb(verb);
  const store = file(command.store);
  const editor = await StoreEditor.openFile(store);
  const before = editor.store;
  const text = change(editor, command);
  for (const { where, message } of newWeakOptions(before, editor.store).findings)
    host.warn(`${where?.path} ${message}`);
  await editor.save(store);
  return text;
}

async function enumerate(file: string, { args, verbose }: BcdEditCommand): Promise<string> {
  const store = await openStoreFile(file);
  const which = enumTypeOf(args[0]);
  const id = which ? undefined : objectNamed(store, args[0] ?? "");
  const objects = which ? selectObjects(store, which) : store.objects.filter((object) => object.id === id);
  return objects.length > 0
    ? listObjects(store, objects, verbose).trimEnd()
    : "There are no matching objects or the store is empty.";
}

/** Verbs of bcdedit that are about the firmware or the disk of the machine that runs. */
const ONLINE = ["sysstore", "mirror", "dbgsettings", "emssettings", "eventsettings", "hypervisorsettings"];

function unknownVerb(verb: string): AdkError {
  if (ONLINE.includes(verb)) {
    const hint = verb.endsWith("settings")
      ? "Set the elements of its entry: /set {dbgsettings} debugport 1."
      : undefined;
    return new AdkError("BCDEDIT_UNSUPPORTED", "The request is not supported.", {
      kind: "unsupported",
      found: verb,
      hint,
    });
  }
  return new AdkError("BCDEDIT_BAD_COMMAND", "The specified command is not valid.", {
    kind: "usage",
    found: `/${verb}`,
  });
}
