import { AdkError, type Findings, type LongOperation } from "@adk/core";
import { TraceMessageFormat } from "@adk/event-schema";
import { findPdb, type PdbFile, parseSymbolPath, type SymbolKey } from "@adk/pdb";

/** The first text of an annotation that holds a trace message; the lines of a TMF file follow. */
const MESSAGE = "TMF:";

/**
 * Adds the texts of WPP messages that a program's database has: its compiler was told them as annotations. What is damaged is left out.
 *
 * @returns how many there are
 */
export async function readPdbMessages(pdb: PdbFile, messages: TraceMessageFormat, findings: Findings): Promise<number> {
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

/** Where program databases are. */
export interface MessageSymbols {
  /** As `_NT_SYMBOL_PATH`. */
  readonly path: string;
  /** Ask the stores of the network that the path names. */
  readonly network?: boolean | undefined;
}

/** Reads the texts of WPP messages from those databases that a symbol path has. One that cannot be read is told of. */
export async function findPdbMessages(
  keys: Iterable<SymbolKey>,
  { path, network }: MessageSymbols,
  findings: Findings,
  { signal }: Pick<LongOperation, "signal"> = {},
): Promise<TraceMessageFormat> {
  const messages = new TraceMessageFormat();
  const places = parseSymbolPath(path);
  for (const key of keys) {
    const pdb = await findPdb(key, places, { network, findings, signal });
    if (!pdb) continue;
    try {
      await readPdbMessages(pdb, messages, findings);
    } catch (error) {
      if (!(error instanceof AdkError) || error.kind === "cancelled") throw error;
      findings.warning(error.code, error.message, { file: error.file ?? pdb.name });
    } finally {
      await pdb.close();
    }
  }
  return messages;
}
