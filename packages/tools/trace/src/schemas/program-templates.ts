import { baseName, type Findings, type RandomAccess } from "@adk/core";
import { type ManifestProvider, readWevtTemplate } from "@adk/event-schema";
import { findResources, type PeFile, parsePe, readMessageTables, readResource } from "@adk/pe";

/** Texts of messages by identifier. */
type Messages = ReadonlyMap<number, string>;

/** Whether a file holds the texts of a program in one language: `x.dll.mui` of `x.dll`. */
export function isTextsOf(file: string, program: string): boolean {
  return baseName(file).toLowerCase() === `${baseName(program)}.mui`.toLowerCase();
}

async function readProgramMessages(pe: PeFile): Promise<Messages> {
  return new Map((await readMessageTables(pe)).map(({ id, text }) => [id, text.trimEnd()]));
}

/**
 * The providers that a program carries the manifests of (WEVT_TEMPLATE).
 *
 * @param texts files with the texts of the program, asked after its own; what is damaged in one is left out
 */
export async function readProgramTemplates(
  program: RandomAccess,
  texts: readonly RandomAccess[],
  findings: Findings,
): Promise<ManifestProvider[]> {
  const pe = await parsePe(program);
  const tables = [await readProgramMessages(pe)];
  for (const file of texts) {
    try {
      tables.push(await readProgramMessages(await parsePe(file)));
    } catch (error) {
      findings.fromError(error);
    }
  }
  const findMessage = (id: number) => tables.find((table) => table.has(id))?.get(id);
  const providers: ManifestProvider[] = [];
  for (const resource of await findResources(pe, "WEVT_TEMPLATE")) {
    providers.push(...readWevtTemplate(await readResource(pe, resource), findMessage));
  }
  return providers;
}
