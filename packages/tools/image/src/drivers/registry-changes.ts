import type { InfRegistryChange } from "@adk/inf";
import { textsOf } from "@adk/registry";
import type { OperationList } from "./operations.ts";

/** Does what AddReg and DelReg lines say about HKR: the key at `base`. Lines about other roots are left out. */
export function addRelativeChanges(
  operations: OperationList,
  changes: readonly InfRegistryChange[],
  base: string,
): void {
  for (const change of changes) {
    if (change.root !== "HKR") continue;
    const key = change.key === "" ? base : `${base}\\${change.key}`;
    const { name, type, data, onlyIf } = change;
    switch (change.action) {
      case "set":
        operations.add({ kind: "set-value", key, name, type, data, onlyIf });
        break;
      case "create-key":
        operations.key(key);
        break;
      case "append":
        operations.add({ kind: "add-texts", key, name, texts: textsOf(data) });
        break;
      case "remove-strings":
        operations.add({ kind: "remove-texts", key, name, texts: textsOf(data) });
        break;
      case "delete-value":
        operations.add({ kind: "delete-value", key, name });
        break;
      case "delete-key":
        operations.add({ kind: "delete-key", key });
        break;
    }
  }
}

/** The changes with which the database describes a configuration: what it sets, below a key of its own. */
export function addDescribedChanges(
  operations: OperationList,
  changes: readonly InfRegistryChange[],
  base: string,
): void {
  const setting = changes.filter(({ action }) => action === "set" || action === "create-key" || action === "append");
  addRelativeChanges(
    operations,
    setting.map((change) => (change.action === "append" ? { ...change, action: "set" as const } : change)),
    base,
  );
}

/** Roots that the changes of a driver reach other than its own keys, as they are told in findings. */
export function otherRoots(changes: readonly InfRegistryChange[]): string[] {
  return [...new Set(changes.flatMap(({ root, key }) => (root === "HKR" ? [] : [`${root}\\${key}`])))];
}
