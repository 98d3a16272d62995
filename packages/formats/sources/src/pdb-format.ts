import { isMsf, PdbFile } from "@adk/pdb";
import type { FileFormat } from "./file-format.ts";

/** Program databases. Their symbols are not read. */
export const pdbFormat: FileFormat = {
  name: "pdb",

  recognises: isMsf,

  async inspect(access) {
    const { id, info, dbi } = await PdbFile.open(access);
    const facts = {
      id,
      guid: info.guid,
      age: dbi.age,
      machine: dbi.machine,
      modules: dbi.modules.length,
      stripped: dbi.isStripped,
    };
    return { description: `Program database (${id}, ${dbi.modules.length} modules)`, facts, findings: [] };
  },
};
