import { randomBytes } from "node:crypto";
import { elementIdFor, listElements, objectIdOf, type StoreEditor, wellKnownByName } from "@adk/bcd";
import { AdkError } from "@adk/core";
import { setByName } from "../bcd/edit-store.ts";
import { type BcdEditCommand, badCommand } from "./parse.ts";

const DONE = "The operation completed successfully.";

/** Which element a parameter sets, by the verb's entry; parameters that it has not are refused. */
type Elements = Readonly<Record<string, string>>;

const DEBUGGER: Elements = {
  type: "debugtype",
  debugport: "debugport",
  baudrate: "baudrate",
  channel: "channel",
  targetname: "targetname",
  hostip: "hostip",
  port: "port",
  key: "key",
  dhcp: "dhcp",
  busparams: "busparams",
};
const HYPERVISOR: Elements = {
  type: "hypervisordebugtype",
  debugport: "hypervisordebugport",
  baudrate: "hypervisorbaudrate",
  channel: "hypervisorchannel",
  hostip: "hypervisorhostip",
  port: "hypervisorhostport",
  key: "hypervisorusekey",
  dhcp: "hypervisordhcp",
  busparams: "hypervisorbusparams",
};

/** What each kind of connection takes, and what it is set to where it is not said. */
const CONNECTIONS: Readonly<Record<string, { readonly takes: readonly string[]; readonly defaults: Elements }>> = {
  serial: { takes: ["debugport", "baudrate"], defaults: { debugport: "1", baudrate: "115200" } },
  "1394": { takes: ["channel"], defaults: { channel: "0" } },
  usb: { takes: ["targetname"], defaults: {} },
  net: { takes: ["hostip", "port", "key", "busparams"], defaults: {} },
  local: { takes: [], defaults: {} },
};
/** What must be said. */
const NEEDED: Readonly<Record<string, readonly string[]>> = { usb: ["targetname"], net: ["hostip", "port"] };

/** `/dbgsettings`, `/hypervisorsettings`: without parameters what is set is shown. */
export function setDebugger(editor: StoreEditor, command: BcdEditCommand): string {
  const ofKernel = command.verb === "dbgsettings";
  const [object, elements] = ofKernel ? ["{dbgsettings}", DEBUGGER] : ["{hypervisorsettings}", HYPERVISOR];
  const [kind, ...words] = command.args;
  if (kind === undefined) return shown(editor, object);
  const type = kind.toLowerCase();
  const connection = Object.hasOwn(CONNECTIONS, type) ? CONNECTIONS[type] : undefined;
  if (!connection || (!ofKernel && !["serial", "1394", "net"].includes(type))) {
    throw badCommand(
      kind,
      `A debugger is reached by ${ofKernel ? "SERIAL, 1394, USB, NET or LOCAL" : "SERIAL, 1394 or NET"}.`,
    );
  }
  const flags = words.filter((word) => /^(nodhcp|newkey)$/i.test(word)).map((word) => word.toLowerCase());
  const given = parameters(words.filter((word) => !flags.includes(word.toLowerCase())));
  for (const name of given.keys()) {
    if (!connection.takes.includes(name)) throw badCommand(name, `It is no parameter of ${kind}.`);
  }
  for (const name of NEEDED[type] ?? []) {
    if (!given.has(name)) throw badCommand(kind, `It needs ${name.toUpperCase()}:...`);
  }
  if (flags.length > 0 && type !== "net") throw badCommand(flags[0] ?? "", "It is a parameter of NET.");
  if (flags.includes("newkey") && given.has("key")) throw badCommand("newkey", "It does not go together with KEY.");
  requireEntry(editor, object);
  const set = (name: string, value: string) => setByName(editor, object, elements[name] ?? "", [value]);
  set("type", type);
  for (const [name, value] of Object.entries(connection.defaults)) if (!given.has(name)) set(name, value);
  for (const [name, value] of given) set(name, value);
  const start = command.switches.get("start")?.[0];
  if (start !== undefined) setByName(editor, object, "debugstart", [start]);
  if (command.switches.has("noumex")) setByName(editor, object, "noumex", ["yes"]);
  if (type !== "net") return DONE;
  set("dhcp", flags.includes("nodhcp") ? "no" : "yes");
  const hasKey =
    editor.value(objectIdOf(object) ?? "", elementIdFor(elements["key"] ?? "", typeOf(object))) !== undefined;
  if (hasKey && !flags.includes("newkey")) return DONE;
  const key = newKey();
  set("key", key);
  return `Key=${key}`;
}

/** `/emssettings [BIOS | EMSPORT:port [EMSBAUDRATE:rate]]` */
export function setEms(editor: StoreEditor, { args }: BcdEditCommand): string {
  const object = "{emssettings}";
  const id = objectIdOf(object) ?? "";
  if (args.length === 0) return shown(editor, object);
  const bios = args.length === 1 && /^bios$/i.test(args[0] ?? "");
  const given = bios ? new Map<string, string>() : parameters(args);
  for (const name of given.keys()) if (!/^ems(port|baudrate)$/.test(name)) throw badCommand(name);
  if (!bios && !given.has("emsport"))
    throw badCommand("/emssettings", "It takes BIOS, or EMSPORT:... [EMSBAUDRATE:...]");
  requireEntry(editor, object);
  if (bios) for (const name of ["emsport", "emsbaudrate"]) editor.deleteElement(id, elementIdFor(name, typeOf(object)));
  for (const [name, value] of given) setByName(editor, object, name, [value]);
  return DONE;
}

/** `NAME:value` words; names in lower case. */
function parameters(words: readonly string[]): Map<string, string> {
  const given = new Map<string, string>();
  for (const word of words) {
    const [, name = "", value = ""] = /^([a-z]+):(.+)$/i.exec(word) ?? [];
    if (name === "") throw badCommand(word, "Parameters are written NAME:value.");
    given.set(name.toLowerCase(), value);
  }
  return given;
}

function shown(editor: StoreEditor, object: string): string {
  const id = objectIdOf(object) ?? "";
  const entry = editor.store.byId.get(id);
  if (!entry) throw new AdkError("BCD_NO_OBJECT", "The store has no such object.", { kind: "usage", found: object });
  return [...listElements(editor.store, entry), DONE].join("\n");
}

/** Stores of small tools have none of the shared settings: they are made when they are set. */
function requireEntry(editor: StoreEditor, object: string): void {
  const id = objectIdOf(object) ?? "";
  if (!editor.store.byId.has(id)) editor.createObject(typeOf(object), id);
}

function typeOf(object: string): number {
  return wellKnownByName(object)?.type ?? 0;
}

/** Four numbers of 64 bits, to the base of 36, as bcdedit makes them for the debugger's connection. */
function newKey(): string {
  const bytes = randomBytes(32);
  return [0, 8, 16, 24].map((offset) => bytes.readBigUInt64LE(offset).toString(36)).join(".");
}
