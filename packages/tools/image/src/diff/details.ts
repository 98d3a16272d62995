import type { Aspect, Difference, DifferenceKind, EntryState } from "./schema.ts";

export const KIND_LABELS: Readonly<Record<DifferenceKind, string>> = {
  added: "Added",
  removed: "Removed",
  changed: "Changed",
  moved: "Moved",
};

/** What differs, in a line for people. Data is told by its size and descriptors are too long: both have places of their own. */
export function detailsOf({ kind, what, before, after }: Difference): string {
  if (!before || !after) return (kind === "removed" ? before : after)?.target ?? "";
  return what.flatMap((aspect) => detailOf(aspect, before, after) ?? []).join("; ");
}

function detailOf(aspect: Aspect, before: EntryState, after: EntryState): string | undefined {
  switch (aspect) {
    case "type":
      return arrow(before.type, after.type);
    case "path":
    case "case":
      return `was ${before.path}`;
    case "attributes":
      return attributeChanges(before.attributeNames ?? [], after.attributeNames ?? []);
    case "times":
      return timeChanges(before, after);
    case "streams":
      return `streams ${arrow(streamNames(before), streamNames(after))}`;
    case "hard-links":
      return `also named ${arrow(before.hardLinks?.join(", "), after.hardLinks?.join(", "))}`;
    case "reparse-point":
      return `target ${arrow(before.target, after.target)}`;
    case "short-name":
      return `short name ${arrow(before.shortName, after.shortName)}`;
    default:
      return undefined;
  }
}

function arrow(before: string | undefined, after: string | undefined): string {
  return `${before || "none"} → ${after || "none"}`;
}

function attributeChanges(before: readonly string[], after: readonly string[]): string {
  const gained = after.filter((name) => !before.includes(name)).map((name) => `+${name}`);
  const lost = before.filter((name) => !after.includes(name)).map((name) => `−${name}`);
  return [...gained, ...lost].join(" ");
}

/** The time of the last change, if that is among those that differ, says most. */
function timeChanges(before: EntryState, after: EntryState): string {
  for (const field of ["modified", "created"] as const) {
    const [was, is] = [before[field], after[field]];
    if (was === is) continue;
    // To the second where that tells them apart; the result itself is exact.
    const end = was?.slice(0, 19) === is?.slice(0, 19) ? -1 : 19;
    const text = (iso: string | undefined) => iso?.slice(0, end).replace("T", " ");
    const sameDay = was?.slice(0, 10) === is?.slice(0, 10);
    return `${field} ${arrow(text(was), sameDay ? text(is)?.slice(11) : text(is))}`;
  }
  return "";
}

function streamNames({ streams = [] }: EntryState): string {
  return streams.map(({ name, size }) => `${name} (${size})`).join(", ");
}
