import { AdkError, upcase, type Volume } from "@adk/core";
import { type FindInf, type InfFile, includedNames, parseInf } from "@adk/inf";

/** INF files that include each other, all in all. */
const MOST_INCLUDES = 64;
/** Bytes: INF files of Windows itself are below. */
const MOST_SIZE = 1 << 24;

/**
 * Reads the INF files of an image that a driver's INF includes, and those that they include. What cannot be read is as good as
 * missing, which whoever needs it tells.
 *
 * @param directory `/Windows/INF`
 */
export async function readIncludes(inf: InfFile, volume: Volume, directory: string): Promise<FindInf> {
  const found = new Map<string, InfFile | undefined>();
  const pending = includedNames(inf);
  for (let name = pending.pop(); name !== undefined && found.size < MOST_INCLUDES; name = pending.pop()) {
    if (found.has(upcase(name)) || /[\\/:]/.test(name)) continue;
    const included = await readInf(volume, `${directory}/${name}`, name);
    found.set(upcase(name), included);
    if (included) pending.push(...includedNames(included));
  }
  return (name) => found.get(upcase(name));
}

async function readInf(volume: Volume, path: string, name: string): Promise<InfFile | undefined> {
  const entry = await volume.lookup(path);
  if (!entry || entry.size > MOST_SIZE) return undefined;
  try {
    return parseInf(await volume.read(entry), { name });
  } catch (error) {
    if (!(error instanceof AdkError) || error.kind !== "input") throw error;
    return undefined;
  }
}
