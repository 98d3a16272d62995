import {
  APPLICATION_TYPES,
  ENUM_TYPES,
  type EnumType,
  INHERIT_TYPES,
  ObjectType,
  objectNamed,
  type StoreEditor,
  wellKnownObject,
} from "@adk/bcd";
import { AdkError, suggest } from "@adk/core";
import { deleteByName, requireObject, setByName } from "../bcd/edit-store.ts";
import { setDebugger, setEms } from "./debugger-settings.ts";
import { changeList, changeOrder, placeIn } from "./lists.ts";
import { type BcdEditCommand, badCommand } from "./parse.ts";

const DONE = "The operation completed successfully.";
const DESCRIPTION = 0x1200_0004;

/** What a verb does to a store, and what bcdedit says of it. */
type Verb = (editor: StoreEditor, command: BcdEditCommand) => string;

/** Verbs that change the store of `/store`, or show settings of it. */
export const EDITS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ["set", set],
  ["deletevalue", deleteValue],
  ["create", create],
  ["copy", copy],
  ["delete", deleteEntry],
  ["default", setDefault],
  ["timeout", (editor, { args }) => setOne(editor, "{bootmgr}", "timeout", single("/timeout", args))],
  ["displayorder", order],
  ["bootsequence", order],
  ["toolsdisplayorder", order],
  ["debug", (editor, command) => setSwitch(editor, command, "debug")],
  ["bootdebug", (editor, command) => setSwitch(editor, command, "bootdebug")],
  ["ems", (editor, command) => setSwitch(editor, command, "ems")],
  ["bootems", (editor, command) => setSwitch(editor, command, "bootems")],
  ["event", (editor, command) => setSwitch(editor, command, "event")],
  ["dbgsettings", setDebugger],
  ["hypervisorsettings", setDebugger],
  ["emssettings", setEms],
]);

/** The kind of entries that `/enum` names; undefined where it is the name of one entry. */
export function enumTypeOf(text: string | undefined): EnumType | undefined {
  return ENUM_TYPES.find((type) => type === (text ?? "active").toLowerCase());
}

/** `/set [{id}] element value...`, with `/addfirst`, `/addlast` and `/remove` for lists. */
function set(editor: StoreEditor, command: BcdEditCommand): string {
  const { object, rest } = takeObject(command.args);
  const [element, ...values] = rest;
  if (element === undefined || values.length === 0) {
    throw new AdkError("BCDEDIT_BAD_COMMAND", "The set command specified is not valid.", { kind: "usage" });
  }
  const place = placeIn(command);
  if (place === undefined) return setOne(editor, object, element, values);
  const id = objectNamed(editor.store, object);
  requireObject(editor.store, id);
  changeList(editor, id, element, values, place);
  return DONE;
}

function deleteValue(editor: StoreEditor, { args }: BcdEditCommand): string {
  const { object, rest } = takeObject(args);
  deleteByName(editor, object, single("/deletevalue", rest)[0] ?? "");
  return DONE;
}

function create(editor: StoreEditor, { args, switches }: BcdEditCommand): string {
  const [name, more] = args;
  if (more !== undefined) throw badCommand(more);
  const id = name === undefined ? undefined : objectNamed(editor.store, name);
  const known = id === undefined ? undefined : wellKnownObject(id);
  const created = editor.createObject(known?.type ?? typeOf(switches), id);
  describe(editor, created, switches);
  return `The entry ${known ? `{${known.name}}` : `{${created}}`} was successfully created.`;
}

function typeOf(switches: BcdEditCommand["switches"]): number {
  const [application, inherit] = [switches.get("application"), switches.get("inherit")];
  if ([application, inherit, switches.get("device")].filter((each) => each !== undefined).length !== 1) {
    throw badCommand("/create", "It takes a well-known name, or one of /application TYPE, /inherit and /device.");
  }
  if (application) return typeNamed(application, APPLICATION_TYPES);
  if (!inherit) return ObjectType.DEVICE;
  return inherit.length === 0 ? ObjectType.INHERIT : typeNamed(inherit, INHERIT_TYPES);
}

function typeNamed(texts: readonly string[], types: Readonly<Record<string, number>>): number {
  const text = texts.join(" ").toLowerCase();
  const type = Object.hasOwn(types, text) ? types[text] : undefined;
  if (type !== undefined) return type;
  const near = suggest(text, Object.keys(types));
  const hint = near ? `Did you mean ${near}?` : `It is one of ${Object.keys(types).join(", ")}.`;
  throw badCommand(text, hint);
}

function describe(editor: StoreEditor, id: string, switches: BcdEditCommand["switches"]): void {
  const description = switches.get("d")?.join(" ");
  if (description !== undefined) editor.set(id, DESCRIPTION, { format: "string", text: description });
}

function copy(editor: StoreEditor, { args, switches }: BcdEditCommand): string {
  const id = editor.copyObject(objectNamed(editor.store, single("/copy", args)[0] ?? ""));
  describe(editor, id, switches);
  return `The entry was successfully copied to {${id}}.`;
}

function deleteEntry(editor: StoreEditor, { args, switches }: BcdEditCommand): string {
  const [name = ""] = single("/delete", args);
  const id = objectNamed(editor.store, name);
  if (wellKnownObject(id) && !switches.has("f")) throw badCommand(name, "A well-known entry is deleted with /f.");
  if (switches.has("cleanup") && switches.has("nocleanup")) {
    throw badCommand("/nocleanup", "It does not go together with /cleanup.");
  }
  editor.deleteObject(id, { keepReferences: switches.has("nocleanup") });
  return DONE;
}

function setDefault(editor: StoreEditor, { args }: BcdEditCommand): string {
  const [name = ""] = single("/default", args);
  requireObject(editor.store, objectNamed(editor.store, name));
  return setOne(editor, "{bootmgr}", "default", [name]);
}

function order(editor: StoreEditor, command: BcdEditCommand): string {
  requireObject(editor.store, objectNamed(editor.store, "{bootmgr}"));
  changeOrder(editor, command);
  return DONE;
}

/** `/debug [{id}] ON|OFF`, or the other way round as older ones write it. */
function setSwitch(editor: StoreEditor, { verb, args }: BcdEditCommand, element: string): string {
  const sorted = args.length === 2 && args[1]?.startsWith("{") ? [...args].reverse() : args;
  const { object, rest } = takeObject(sorted);
  return setOne(editor, object, element, single(`/${verb}`, rest));
}

function setOne(editor: StoreEditor, object: string, element: string, values: readonly string[]): string {
  setByName(editor, object, element, values);
  return DONE;
}

function single(verb: string, args: readonly string[]): readonly string[] {
  if (args.length === 1) return args;
  throw badCommand(args[1] ?? verb, args.length === 0 ? "Something must stand behind it." : "It is one too many.");
}

/** Without an entry bcdedit means the running Windows; of a store in a file that is its default. */
function takeObject(args: readonly string[]): { object: string; rest: readonly string[] } {
  const [first, ...rest] = args;
  return first?.startsWith("{") ? { object: first, rest } : { object: "{default}", rest: args };
}
