import { resolve } from "node:path";
import { listObjects, objectNamed, openStoreFile, StoreEditor, selectObjects } from "@adk/bcd";
import { AdkError } from "@adk/core";
import { requireObject } from "../bcd/edit-store.ts";
import { exportStore, importStore } from "../bcd/transfer-store.ts";
import { newWeakOptions } from "../bcd/weak-json.ts";
import { hostPath } from "../host-path.ts";
import { type BcdEditCommand, badCommand } from "./parse.ts";
import { EDITS, enumTypeOf } from "./verbs.ts";

export interface BcdEditHost {
  readonly cwd: string;
  /** Of what the change makes weaker. */
  warn(text: string): void;
}

const DONE = "The operation completed successfully.";

/** Verbs of the machine that runs, and why they are not for a store in a file. */
const ONLINE: Readonly<Record<string, string>> = {
  sysstore: "The store of the system is chosen by the firmware of the machine that runs; name a file with /store.",
  mirror: "Entries are mirrored for the mirrored volumes of the machine that runs.",
  eventsettings: "The identifier of the entry that holds these settings is not published.",
};

/**
 * Does what a command line of bcdedit says.
 *
 * @returns what bcdedit prints
 * @throws AdkError `BCDEDIT_BAD_COMMAND`, `BCDEDIT_NO_STORE`, `BCDEDIT_UNSUPPORTED`, and those of boot stores
 */
export async function runBcdEdit(command: BcdEditCommand, host: BcdEditHost): Promise<string> {
  const { verb, args } = command;
  const reason = ONLINE[verb];
  if (reason !== undefined) {
    throw new AdkError("BCDEDIT_UNSUPPORTED", "The request is not supported.", {
      kind: "unsupported",
      found: `/${verb}`,
      hint: reason,
    });
  }
  const named = (): string => {
    const [file, more] = args;
    if (file === undefined || more !== undefined) throw badCommand(more ?? `/${verb}`, "It takes the name of a file.");
    return resolve(host.cwd, hostPath(file));
  };
  if (verb === "createstore") {
    await StoreEditor.create().save(named());
    return DONE;
  }
  const store = (): string => {
    if (command.store !== undefined) return resolve(host.cwd, hostPath(command.store));
    const hint = "Name its file: /store FILE. Here no Windows runs that has one.";
    throw new AdkError("BCDEDIT_NO_STORE", "The requested system device cannot be found.", { kind: "usage", hint });
  };
  if (verb === "export") {
    await exportStore(store(), named(), true);
    return DONE;
  }
  if (verb === "import") {
    const { findings } = await importStore(named(), store(), { overwrite: true, dryRun: false });
    for (const { where, message } of findings) host.warn(`${where?.path} ${message}`);
    return DONE;
  }
  if (verb === "" || verb === "enum") return enumerate(store(), command);
  return edit(store(), command, host);
}

async function edit(file: string, command: BcdEditCommand, host: BcdEditHost): Promise<string> {
  const change = EDITS.get(command.verb);
  if (!change) throw badCommand(`/${command.verb}`);
  const editor = await StoreEditor.openFile(file);
  const [before, bytes] = [editor.store, editor.toBytes()];
  const text = change(editor, command);
  for (const { where, message } of newWeakOptions(before, editor.store).findings)
    host.warn(`${where?.path} ${message}`);
  if (!Buffer.from(bytes).equals(editor.toBytes())) await editor.save(file);
  return text;
}

async function enumerate(file: string, { args, verbose }: BcdEditCommand): Promise<string> {
  const [what, more] = args;
  if (more !== undefined) throw badCommand(more);
  const store = await openStoreFile(file);
  const which = enumTypeOf(what);
  if (which === undefined && !/^\{.*\}$/.test(what ?? "")) {
    throw badCommand(
      what ?? "",
      "It lists ALL, ACTIVE, BOOTMGR, OSLOADER, RESUME, FIRMWARE, BOOTAPP, INHERIT, or {ID}.",
    );
  }
  const objects = which ? selectObjects(store, which) : [requireObject(store, objectNamed(store, what ?? ""))];
  return objects.length > 0
    ? listObjects(store, objects, verbose).trimEnd()
    : "There are no matching objects or the store is empty.";
}
