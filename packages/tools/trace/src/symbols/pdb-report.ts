import { finding } from "@adk/cli-kit/schemas";
import { FileAccess, Findings } from "@adk/core";
import { PdbFile } from "@adk/pdb";
import * as z from "zod";

/** `adk trace pdb` */
export const tracePdbResult = z.object({
  file: z.string(),
  /** GUID and age as symbol stores name them. */
  id: z.string(),
  guid: z.string(),
  age: z.number(),
  /** Places in code that have a line of a source file. */
  lines: z.number(),
  functions: z.array(
    z.object({
      name: z.string(),
      decoratedName: z.string(),
      /** Relative to the image. */
      address: z.number(),
      /** Bytes of code; 0 where only the beginning is known. */
      size: z.number(),
    }),
  ),
  findings: z.array(finding),
});
export type TracePdb = z.output<typeof tracePdbResult>;

/** What a program database tells of code. @param path of the file, @param name how it is called in the result */
export async function pdbReport(path: string, name: string): Promise<TracePdb> {
  const findings = new Findings();
  const access = await FileAccess.open(path);
  try {
    const pdb = await PdbFile.open(access, { findings });
    const functions = [...(await pdb.readSymbols())];
    let lines = 0;
    for (const _ of await pdb.readLines()) lines++;
    const { guid, age } = pdb.info;
    return { file: name, id: pdb.id, guid, age: pdb.dbi.age || age, lines, functions, findings: [...findings.list] };
  } finally {
    await access.close();
  }
}
