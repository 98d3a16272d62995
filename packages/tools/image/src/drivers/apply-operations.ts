import { AdkError, type EntrySource, equalNames } from "@adk/core";
import { RegType, textsData, textsOf } from "@adk/registry";
import type { EditTarget } from "../servicing/edit-target.ts";
import type { RegistryEdits } from "../servicing/registry-edits.ts";
import type { DriverOperation } from "./operations.ts";

/**
 * Does the operations of a plan in an image that is being edited.
 *
 * @param source the volume that the driver package lies in, and the path of its root there; only files to copy need it
 * @throws AdkError `FILE_NOT_FOUND`, and those of the registry
 */
export async function applyDriverOperations(
  operations: readonly DriverOperation[],
  target: EditTarget,
  registry: RegistryEdits,
  source?: { readonly entries: EntrySource; readonly path: string },
): Promise<void> {
  for (const operation of operations) {
    switch (operation.kind) {
      case "copy-file":
        await copyFile(operation.from, operation.to, target, source);
        break;
      case "delete-path":
        await target.remove(operation.path);
        break;
      default:
        await applyToRegistry(operation, registry);
    }
  }
}

async function copyFile(
  from: string,
  to: string,
  target: EditTarget,
  source: { readonly entries: EntrySource; readonly path: string } | undefined,
): Promise<void> {
  const path = source === undefined || source.path === "/" ? from : source.path + from;
  const entry = await source?.entries.volume.lookup(path);
  if (!source || !entry) {
    throw new AdkError("FILE_NOT_FOUND", "A file of the driver is not there any more.", { file: path });
  }
  await target.addEntry(source.entries, entry, to);
}

type RegistryOperation = Exclude<DriverOperation, { kind: "copy-file" | "delete-path" }>;

async function applyToRegistry(operation: RegistryOperation, registry: RegistryEdits): Promise<void> {
  const { key } = operation;
  switch (operation.kind) {
    case "create-key":
      await registry.createKey(key);
      break;
    case "delete-key":
      await registry.deleteKey(key);
      break;
    case "delete-value":
      await registry.deleteValue(key, operation.name);
      break;
    case "set-value": {
      const { name, type, data, onlyIf } = operation;
      if (onlyIf !== undefined && (await hasValue(registry, key, name)) !== (onlyIf === "present")) return;
      await registry.setValue(key, name, { type, bytes: data });
      break;
    }
    case "add-texts":
    case "remove-texts": {
      const { name, texts } = operation;
      const known = await readTexts(registry, key, name);
      const others = known.filter((text) => !texts.some((each) => equalNames(each, text)));
      const added = texts.filter((text) => !known.some((each) => equalNames(each, text)));
      const result = operation.kind === "add-texts" ? [...known, ...added] : others;
      if (result.length === known.length) return;
      await registry.setValue(key, name, { type: RegType.MULTI_SZ, bytes: textsData(result) });
    }
  }
}

async function hasValue(registry: RegistryEdits, key: string, name: string): Promise<boolean> {
  return (await registry.key(key))?.value(name) !== undefined;
}

async function readTexts(registry: RegistryEdits, key: string, name: string): Promise<string[]> {
  const value = (await registry.key(key))?.value(name);
  return value?.type === RegType.MULTI_SZ ? textsOf(value.data()) : [];
}
