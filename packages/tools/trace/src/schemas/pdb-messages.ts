import type { Findings, RandomAccess } from "@adk/core";
import type { TraceMessageFormat } from "@adk/event-schema";
import { PdbFile } from "@adk/pdb";

/** The first text of an annotation that holds a trace message; the lines of a TMF file follow. */
const MESSAGE = "TMF:";

/**
 * Adds the texts of WPP messages that a program's database has: its compiler was told them as annotations. What is damaged is left out.
 *
 * @returns how many there are
 */
export async function readPdbMessages(
  access: RandomAccess,
  messages: TraceMessageFormat,
  findings: Findings,
): Promise<number> {
  const pdb = await PdbFile.open(access, { findings });
  let added = 0;
  for (const [kind, ...lines] of await pdb.readAnnotations()) {
    if (kind !== MESSAGE) continue;
    try {
      messages.add(lines.join("\n"));
      added++;
    } catch (error) {
      findings.fromError(error);
    }
  }
  return added;
}
