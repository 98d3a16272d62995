import { openStoreFile, StoreEditor, storeFromJson, storeToJson } from "@adk/bcd";
import { AdkError, AtomicFile, FileAccess } from "@adk/core";
import { isHive } from "@adk/registry";
import * as z from "zod";
import { writeStore } from "./edit-store.ts";
import { type BcdChangeResult, bootStoreJson } from "./schemas.ts";

/** Most bytes of what is imported. */
const MOST_BYTES = 64 << 20;

/** A store as JSON text, from which `importStore` makes it again. @throws AdkError `BCD_NOT_A_STORE` ... */
export async function storeAsJson(file: string): Promise<string> {
  return `${JSON.stringify(storeToJson(await openStoreFile(file)), undefined, 2)}\n`;
}

/** Copies a store, with what its logs hold, to another file: as JSON to a name that ends so. @throws AdkError `ALREADY_EXISTS` ... */
export async function exportStore(file: string, target: string, overwrite = false): Promise<void> {
  const asJson = target.toLowerCase().endsWith(".json");
  const bytes = asJson ? Buffer.from(await storeAsJson(file)) : (await StoreEditor.openFile(file)).toBytes();
  await using output = await AtomicFile.create(target, { overwrite });
  await output.write(bytes);
  await output.commit();
}

/** Makes a store of JSON or of another store. @throws AdkError `BCD_BAD_JSON`, `ALREADY_EXISTS` ... */
export async function importStore(
  source: string,
  file: string,
  options: { overwrite?: boolean | undefined; dryRun?: boolean | undefined },
): Promise<BcdChangeResult> {
  return writeStore(file, await readSource(source), options);
}

async function readSource(source: string): Promise<StoreEditor> {
  const bytes = await readWhole(source);
  if (isHive(bytes)) return StoreEditor.openFile(source);
  const text = Buffer.from(bytes).toString("utf8");
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw badJson(source, "The file is neither a boot store nor JSON.");
  }
  const parsed = bootStoreJson.safeParse(document);
  if (!parsed.success) throw badJson(source, z.prettifyError(parsed.error));
  return storeFromJson(parsed.data);
}

/** @throws AdkError `FILE_NOT_FOUND`, `BCD_BAD_JSON` if it is too large for either */
async function readWhole(source: string): Promise<Uint8Array> {
  const access = await FileAccess.open(source);
  try {
    if (access.size > MOST_BYTES) throw badJson(source, "The file is too large.");
    return await access.read(0, access.size);
  } finally {
    await access.close();
  }
}

function badJson(file: string, message: string): AdkError {
  return new AdkError("BCD_BAD_JSON", message, { file });
}
