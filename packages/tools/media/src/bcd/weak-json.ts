import { type BootStore, objectNames, type WeakOption, weakFinding, weakOptions } from "@adk/bcd";
import type { Finding } from "@adk/core";
import type { WeakOptionJson } from "./schemas.ts";

export function weakToJson(store: BootStore, { object, id, ...option }: WeakOption): WeakOptionJson {
  return { object: objectNames(store)(object), id: id.toString(16).padStart(8, "0"), ...option };
}

/** What a store weakens that it did not before. */
export function newWeakOptions(before: BootStore, after: BootStore): { weak: WeakOptionJson[]; findings: Finding[] } {
  const key = ({ object, id, value }: WeakOption) => `${object} ${id} ${value}`;
  const old = new Set(weakOptions(before).map(key));
  const added = weakOptions(after).filter((option) => !old.has(key(option)));
  return {
    weak: added.map((option) => weakToJson(after, option)),
    findings: added.map((option) => weakFinding(after, option)),
  };
}
