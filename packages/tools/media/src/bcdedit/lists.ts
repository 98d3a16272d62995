import type { StoreEditor } from "@adk/bcd";
import { objectNamed, wellKnownByName } from "@adk/bcd";
import type { Guid } from "@adk/core";
import type { BcdEditCommand } from "./parse.ts";

const BOOT_MANAGER = wellKnownByName("bootmgr")?.id ?? "";

/** Lists of the boot manager that have a verb of their own. */
const LISTS: ReadonlyMap<string, number> = new Map([
  ["displayorder", 0x2400_0001],
  ["bootsequence", 0x2400_0002],
  ["toolsdisplayorder", 0x2400_0010],
]);

/** `/displayorder {a} {b} [/addfirst|/addlast|/remove]`: sets a list, or changes the place of entries in it. */
export function changeList(editor: StoreEditor, { verb, args, switches }: BcdEditCommand): void {
  const element = LISTS.get(verb) ?? 0;
  const given: { ids: readonly string[]; place: "first" | "last" | "out" | "all" } = [
    { ids: switches.get("addfirst"), place: "first" as const },
    { ids: switches.get("addlast"), place: "last" as const },
    { ids: switches.get("remove"), place: "out" as const },
  ].flatMap(({ ids, place }) => (ids ? [{ ids: [...args, ...ids], place }] : []))[0] ?? { ids: args, place: "all" };
  const ids = given.ids.map((text) => objectNamed(editor.store, text));
  const value = editor.value(BOOT_MANAGER, element);
  const others = (value?.format === "objects" ? value.ids : []).filter((id: Guid) => !ids.includes(id));
  const lists = { first: [...ids, ...others], last: [...others, ...ids], out: others, all: ids };
  editor.setList(BOOT_MANAGER, element, lists[given.place]);
}
