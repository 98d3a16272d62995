import { AdkError, check } from "@adk/core";
import type { AnswerFile } from "../document/answer-file.ts";
import { parseSettingPath } from "../document/setting-path.ts";
import { createSetting } from "./create-setting.ts";
import type { NewElement } from "./new-element.ts";
import { type EditOptions, requireWellFormed } from "./set-value.ts";
import { applyEdits } from "./text-edits.ts";

/**
 * Adds an item to a list, with `wcm:action="add"`; an `Order` that is not given is the next one.
 *
 * @param path of the list's items: `oobeSystem/Microsoft-Windows-Shell-Setup/FirstLogonCommands/SynchronousCommand`
 * @param values of its children by name, with slashes for those below: `{ Name: "Ann", "Password/Value": "..." }`
 * @throws AdkError `UNATTEND_BAD_PATH`, `UNATTEND_UNKNOWN_SETTING`, `UNATTEND_KEY_NEEDED`, `UNATTEND_AMBIGUOUS_PATH`, `UNATTEND_MALFORMED`
 */
export function addItem(
  file: AnswerFile,
  path: string,
  values: Readonly<Record<string, string>>,
  options: EditOptions = {},
): AnswerFile {
  requireWellFormed(file);
  const parsed = parseSettingPath(path);
  const children = nest(Object.entries(values).map(([name, value]) => [name.split("/"), value] as const));
  check(parsed.steps.length > 0 && children.length > 0, () => {
    return new AdkError("UNATTEND_BAD_PATH", "An item needs a list and at least one value.", {
      kind: "usage",
      found: path,
    });
  });
  for (const name of Object.keys(values)) {
    const [last] = parsed.steps.slice(-1);
    const inItem = `${path.slice(0, path.length - (last?.name.length ?? 0))}${last?.name}/${name}`;
    checkChild(inItem, options);
  }
  return applyEdits(file, [createSetting(file, parsed, children, options)]);
}

/** The names of the values must be known as well. */
function checkChild(path: string, { catalog, force }: EditOptions): void {
  if (catalog === undefined || force) return;
  const { component, steps } = parseSettingPath(path);
  const known = catalog.component(component);
  if (known === undefined || known.settings.length === 0) return;
  let place: ReturnType<typeof known.child> = known.child(steps[0]?.name ?? "");
  for (const { name } of steps.slice(1)) place = place?.child(name);
  check(place !== undefined, () => {
    return new AdkError("UNATTEND_UNKNOWN_SETTING", "The items of this list have no such value.", {
      kind: "usage",
      found: path,
      hint: "Use --force to write it all the same.",
    });
  });
}

function nest(values: readonly (readonly [readonly string[], string])[]): NewElement[] {
  const names = [...new Set(values.map(([path]) => path[0] ?? ""))];
  return names.map((local) => {
    const own = values.filter(([path]) => path[0] === local);
    const deeper = own.filter(([path]) => path.length > 1).map(([path, value]) => [path.slice(1), value] as const);
    return { local, content: deeper.length > 0 ? nest(deeper) : (own[0]?.[1] ?? "") };
  });
}
