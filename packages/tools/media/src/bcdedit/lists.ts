import { elementIdFor, objectIdOf, objectNamed, parseElement, type StoreEditor } from "@adk/bcd";
import type { Guid } from "@adk/core";
import { type BcdEditCommand, badCommand } from "./parse.ts";

type Place = "addfirst" | "addlast" | "remove";
const PLACES: readonly Place[] = ["addfirst", "addlast", "remove"];

/** Which of `/addfirst`, `/addlast` and `/remove` there is. @throws AdkError `BCDEDIT_BAD_COMMAND` for two of them */
export function placeIn({ switches }: BcdEditCommand): Place | undefined {
  const [place, another] = PLACES.filter((each) => switches.has(each));
  if (another !== undefined) throw badCommand(`/${another}`, `It does not go together with /${place}.`);
  return place;
}

/** `/displayorder {a} {b} [/addfirst|/addlast|/remove]`: sets a list of the boot manager, or changes it. */
export function changeOrder(editor: StoreEditor, command: BcdEditCommand): void {
  if (command.args.length === 0) throw badCommand(`/${command.verb}`, "Name the entries.");
  const manager = objectIdOf("{bootmgr}") ?? "";
  changeList(editor, manager, command.verb, command.args, placeIn(command));
}

/** Sets a list of objects or integers, or puts values into it or takes them out. An empty one is taken away. */
export function changeList(
  editor: StoreEditor,
  object: Guid,
  element: string,
  texts: readonly string[],
  place: Place | undefined,
): void {
  const type = editor.store.byId.get(object)?.type ?? 0;
  const id = elementIdFor(element, type);
  const given = parseElement(id, texts, type, (text) => objectNamed(editor.store, text));
  const there = editor.value(object, id);
  if (given.format === "objects") {
    const ids = arranged(there?.format === "objects" ? there.ids : [], given.ids, place);
    editor.setList(object, id, ids);
  } else if (given.format === "integers") {
    const numbers = arranged(there?.format === "integers" ? there.numbers : [], given.numbers, place);
    if (numbers.length === 0) editor.deleteElement(object, id);
    else editor.set(object, id, { format: "integers", numbers });
  } else {
    throw badCommand(`/${place}`, `${element} is no list.`);
  }
}

function arranged<T>(there: readonly T[], values: readonly T[], place: Place | undefined): readonly T[] {
  const others = there.filter((each) => !values.includes(each));
  switch (place) {
    case "addfirst":
      return [...values, ...others];
    case "addlast":
      return [...others, ...values];
    case "remove":
      return others;
    case undefined:
      return values;
  }
}
