import { beginsWith, type FileFormat } from "./file-format.ts";

const MAGIC = "Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0";

/** Program databases. Their symbols are not read. */
export const pdbFormat: FileFormat = {
  name: "pdb",

  recognises: (head) => beginsWith(head, MAGIC),

  async inspect(access) {
    const { PdbFile } = await import("@adk/pdb");
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
