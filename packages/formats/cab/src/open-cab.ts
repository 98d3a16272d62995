import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { equalNames, FileAccess, fromSystemError, type RandomAccess } from "@adk/core";
import { CabinetSet, type OpenNeighbour } from "./cabinet-set.ts";
import { findCabinets } from "./find-cabinets.ts";
import { CAB_HEADER_SIZE, isCab } from "./header.ts";

/**
 * Opens a cabinet file; where it is a file of the host, with the other cabinets of its set, which lie in the same directory.
 * Of a self-extracting program it takes the first cabinet inside. The access is closed with the set, also when opening fails.
 *
 * @throws AdkError `CAB_BAD_MAGIC`, and those of `CabinetSet.open`
 */
export async function openCab(access: RandomAccess): Promise<CabinetSet> {
  const start = await startOf(access);
  const openNeighbour = access.path === undefined ? undefined : neighboursOf(access.path);
  return CabinetSet.open(access, { start, openNeighbour });
}

async function startOf(access: RandomAccess): Promise<number> {
  try {
    const head = await access.read(0, Math.min(CAB_HEADER_SIZE, access.size));
    if (isCab(head) || !isProgram(head)) return 0;
    for await (const start of findCabinets(access)) return start;
    return 0;
  } catch (error) {
    await access.close();
    throw error;
  }
}

function isProgram(head: Uint8Array): boolean {
  return head[0] === 0x4d && head[1] === 0x5a;
}

/** Names from cabinets are hostile: only what lies beside the first one is opened, whatever the case of its name. */
function neighboursOf(path: string): OpenNeighbour {
  const directory = dirname(path);
  return async (name) => {
    const plain = basename(name.replaceAll("\\", "/"));
    const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
      throw fromSystemError(error, directory);
    });
    const files = entries.filter((entry) => entry.isFile() && equalNames(entry.name, plain));
    const found = files.find((entry) => entry.name === plain) ?? files[0];
    return found && FileAccess.open(join(directory, found.name));
  };
}
