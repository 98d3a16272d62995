import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { AdkError, fromSystemError, suggest } from "@adk/core";
import { childrenOf, tryParseXml } from "@adk/core/xml";
import { openSource } from "@adk/sources";
import * as z from "zod";
import { findBelow } from "./adk-folders.ts";

/** A cabinet of an optional component, in the order in which they are added. */
export const plannedComponent = z.object({
  /** `WinPE-NetFx` */
  name: z.string(),
  /** Path of the host. */
  cabinet: z.string(),
  /** `en-us`, of the part of a language. */
  language: z.string().optional(),
  /** Whether it was asked for; the others are what it needs. */
  requested: z.boolean(),
});
export type PlannedComponent = z.output<typeof plannedComponent>;

interface Component {
  readonly name: string;
  readonly cabinet: string;
}

/** Bytes; real manifests have a few thousand. */
const MOST_MANIFEST = 8 << 20;

/**
 * Which cabinets of the user's `WinPE_OCs` folder bring the wanted components, each behind what its own manifest says it needs, the part
 * of the language behind the neutral one. To put them into an image needs Windows' servicing: this is the plan of it.
 *
 * @throws AdkError `WINPE_NO_COMPONENT`, `WINPE_COMPONENT_CIRCLE`
 */
export async function planComponents(
  folder: string,
  wanted: readonly string[],
  language = "en-us",
): Promise<PlannedComponent[]> {
  const neutral = await listCabinets(folder);
  const languageFolder = await findBelow(folder, language);
  const localized = languageFolder ? await listCabinets(languageFolder) : new Map<string, Component>();
  const requested = new Set(wanted.map((name) => find(neutral, name).name.toLowerCase()));
  const planned: PlannedComponent[] = [];
  const state = new Map<string, "open" | "done">();
  const add = async ({ name, cabinet }: Component): Promise<void> => {
    const key = name.toLowerCase();
    if (state.get(key) === "done") return;
    if (state.get(key) === "open") {
      throw new AdkError("WINPE_COMPONENT_CIRCLE", "Optional components need each other in a circle.", {
        file: cabinet,
      });
    }
    state.set(key, "open");
    for (const parent of await parentsOf(cabinet)) {
      const needed = neutral.get(parent.replace(/-Package$/i, "").toLowerCase());
      // The base of Windows PE itself is a parent too; it is in the image.
      if (needed) await add(needed);
    }
    state.set(key, "done");
    planned.push({ name, cabinet, requested: requested.has(key) });
    const part = localized.get(`${key}_${language.toLowerCase()}`);
    if (part) planned.push({ name, cabinet: part.cabinet, language, requested: requested.has(key) });
  };
  for (const name of wanted) await add(find(neutral, name));
  return planned;
}

function find(components: ReadonlyMap<string, Component>, name: string): Component {
  const found = components.get(name.toLowerCase()) ?? components.get(`winpe-${name.toLowerCase()}`);
  if (found) return found;
  const near = suggest(
    name,
    [...components.values()].map((component) => component.name),
  );
  throw new AdkError("WINPE_NO_COMPONENT", "The folder has no such optional component.", {
    kind: "usage",
    found: name,
    hint: near && `Did you mean "${near}"?`,
  });
}

/** The cabinets of a folder by their lower-case names. */
async function listCabinets(folder: string): Promise<Map<string, Component>> {
  const components = new Map<string, Component>();
  try {
    for (const file of (await readdir(folder)).sort()) {
      const name = /^(.+)\.cab$/i.exec(file)?.[1];
      if (name !== undefined) components.set(name.toLowerCase(), { name, cabinet: join(folder, file) });
    }
  } catch (error) {
    throw fromSystemError(error, folder);
  }
  return components;
}

/** Packages that a cabinet's `update.mum` names as its parents. */
async function parentsOf(cabinet: string): Promise<string[]> {
  await using volume = await openSource(cabinet);
  const entry = await volume.lookup("/update.mum");
  if (!entry || entry.size > MOST_MANIFEST) return [];
  return parseParents(await volume.read(entry));
}

/** Names in `assembly/package/parent/assemblyIdentity` of a package's manifest; none for what is no manifest. */
export function parseParents(xml: string | Uint8Array): string[] {
  const assembly = tryParseXml(xml);
  if (assembly?.name !== "assembly") return [];
  const parents = childrenOf(assembly, "package").flatMap((each) => childrenOf(each, "parent"));
  const identities = parents.flatMap((parent) => childrenOf(parent, "assemblyIdentity"));
  return identities.flatMap(({ attributes }) => attributes["name"] ?? []);
}
