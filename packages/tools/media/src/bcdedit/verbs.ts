import {
  APPLICATION_TYPES,
  ENUM_TYPES,
  type EnumType,
  ObjectType,
  objectNamed,
  type StoreEditor,
  wellKnownByName,
} from "@adk/bcd";
import { AdkError, suggest } from "@adk/core";
import { deleteByName, setByName } from "../bcd/edit-store.ts";
import { changeList } from "./lists.ts";
import type { BcdEditCommand } from "./parse.ts";

const DONE = "The operation completed successfully.";
const DESCRIPTION = 0x1200_0004;

/** What a verb does to a store, and what bcdedit says of it. */
export type Verb = (editor: StoreEditor, command: BcdEditCommand) => string;

/** Verbs that change the store of `/store`. */
export const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ["set", set],
  ["deletevalue", deleteValue],
  ["create", create],
  ["copy", copy],
  ["delete", deleteEntry],
  ["default", setDefault],
  ["timeout", (editor, { args }) => setOne(editor, "{bootmgr}", "timeout", args)],
  ["displayorder", list],
  ["bootsequence", list],
  ["toolsdisplayorder", list],
  ["debug", (editor, command) => setSwitch(editor, command, "debug")],
  ["bootdebug", (editor, command) => setSwitch(editor, command, "bootdebug")],
  ["ems", (editor, command) => setSwitch(editor, command, "ems")],
  ["bootems", (editor, command) => setSwitch(editor, command, "bootems")],
]);

/** The kind of entries that `/enum` names; undefined where it is the name of one entry. */
export function enumTypeOf(text: string | undefined): EnumType | undefined {
  return ENUM_TYPES.find((type) => type === (text ?? "active").toLowerCase());
}

/** `/set [{id}] element value...`, with `/addfirst`, `/addlast` and `/remove` for lists of objects. */
function set(editor: StoreEditor, command: BcdEditCommand): string {
  const { object, rest } = takeObject(command.args);
  const [element, ...values] = rest;
  const inLists = ["addfirst", "addlast", "remove"].find((name) => command.switches.has(name));
  if (inLists !== undefined) throw badCommand(`/${inLists}`, "Lists are changed by their verbs: /displayorder.");
  if (element === undefined || values.length === 0) throw badCommand("/set");
  return setOne(editor, object, element, values);
}

function deleteValue(editor: StoreEditor, { args }: BcdEditCommand): string {
  const { object, rest } = takeObject(args);
  const [element] = rest;
  if (element === undefined || rest.length > 1) throw badCommand("/deletevalue");
  deleteByName(editor, object, element);
  return DONE;
}

function create(editor: StoreEditor, { args, switches }: BcdEditCommand): string {
  const [name] = args;
  const known = name === undefined ? undefined : wellKnownByName(name);
  const id = known?.id ?? (name === undefined ? undefined : objectNamed(editor.store, name));
  const type = known?.type ?? typeOf(switches);
  const created = editor.createObject(type, id);
  const description = switches.get("d")?.join(" ");
  if (description !== undefined) editor.set(created, DESCRIPTION, { format: "string", text: description });
  return `The entry ${known ? `{${known.name}}` : `{${created}}`} was successfully created.`;
}

function typeOf(switches: BcdEditCommand["switches"]): number {
  const application = switches.get("application")?.[0];
  if (application !== undefined) {
    const type = APPLICATION_TYPES[application.toLowerCase()];
    if (type !== undefined) return type;
    const near = suggest(application.toLowerCase(), Object.keys(APPLICATION_TYPES));
    throw badCommand(application, near ? `Did you mean ${near}?` : undefined);
  }
  const inherit = switches.get("inherit");
  if (inherit) return inherit[0]?.toLowerCase() === "osloader" ? ObjectType.INHERIT_LOADER : ObjectType.INHERIT;
  if (switches.has("device")) return ObjectType.DEVICE;
  throw badCommand("/create", "It takes a well-known name, /application TYPE, /inherit or /device.");
}

function copy(editor: StoreEditor, { args, switches }: BcdEditCommand): string {
  const { object } = takeObject(args);
  const id = editor.copyObject(objectNamed(editor.store, object));
  const description = switches.get("d")?.join(" ");
  if (description !== undefined) editor.set(id, DESCRIPTION, { format: "string", text: description });
  return `The entry was successfully copied to {${id}}.`;
}

function deleteEntry(editor: StoreEditor, { args, switches }: BcdEditCommand): string {
  const [name] = [...args, ...(switches.get("f") ?? [])];
  if (name === undefined) throw badCommand("/delete");
  if (wellKnownByName(name) && !switches.has("f")) throw badCommand(name, "A well-known entry is deleted with /f.");
  editor.deleteObject(objectNamed(editor.store, name), { keepReferences: switches.has("nocleanup") });
  return DONE;
}

function setDefault(editor: StoreEditor, { args }: BcdEditCommand): string {
  return setOne(editor, "{bootmgr}", "default", args);
}

function list(editor: StoreEditor, command: BcdEditCommand): string {
  changeList(editor, command);
  return DONE;
}

/** `/debug [{id}] ON|OFF` */
function setSwitch(editor: StoreEditor, { args }: BcdEditCommand, element: string): string {
  const { object, rest } = takeObject(args);
  return setOne(editor, object, element, rest);
}

function setOne(editor: StoreEditor, object: string, element: string, values: readonly string[]): string {
  if (values.length === 0) throw badCommand(element);
  setByName(editor, object, element, values);
  return DONE;
}

/** Without an entry bcdedit means the running Windows; of a store in a file that is its default. */
function takeObject(args: readonly string[]): { object: string; rest: readonly string[] } {
  const [first, ...rest] = args;
  return first?.startsWith("{") ? { object: first, rest } : { object: "{default}", rest: args };
}

function badCommand(found: string, hint?: string): AdkError {
  return new AdkError("BCDEDIT_BAD_COMMAND", "The specified command is not valid.", { kind: "usage", found, hint });
}
