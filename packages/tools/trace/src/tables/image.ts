import { formatAddress } from "../model/address.ts";
import { timeOf } from "./process.ts";
import type { Row, TableDefinition } from "./table.ts";

/** Executable files in the memory of processes. */
export const imageTable: TableDefinition = {
  name: "image",
  title: "Images",
  summary: "programs and libraries that processes loaded, and where their symbols are",
  needs: [{ event: "Windows Kernel/Image", keyword: "Loader" }],
  collectors: [],
  columns: [
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "image", label: "File Name", type: "text" },
    { key: "path", label: "Path", type: "text" },
    { key: "base", label: "Base", type: "address" },
    { key: "size", label: "Size (B)", type: "bytes" },
    { key: "load", label: "Load Time (ms)", type: "milliseconds" },
    { key: "unload", label: "Unload Time (ms)", type: "milliseconds" },
    { key: "pdb", label: "PDB", type: "text" },
    { key: "pdbId", label: "PDB GUID and Age", type: "text" },
  ],
  *rows(analysis): Iterable<Row> {
    const { model, range } = analysis;
    for (const image of model.images.all) {
      const [load, unload] = [timeOf(analysis, image.start), timeOf(analysis, image.end)];
      if ((load ?? 0) > range.to || (unload ?? Infinity) < range.from) continue;
      const pdb = model.images.pdbOf(image);
      yield {
        process: model.processes.at(image.processId, image.start).name,
        pid: image.processId,
        image: image.name,
        path: model.images.pathOf(image),
        base: formatAddress(image.base),
        size: image.size,
        load,
        unload,
        pdb: pdb?.name ?? "",
        pdbId: pdb?.id ?? "",
      };
    }
  },
};
