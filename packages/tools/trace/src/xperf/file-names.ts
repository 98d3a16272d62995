import type { CompiledLayout } from "@adk/event-schema";
import { formatAddress } from "../model/address.ts";
import type { Collector, EventHandler } from "../model/event-pass.ts";
import { addressOf, textOf } from "../model/fields.ts";
import { RANGE, type XperfAction } from "./action.ts";
import { reportLines } from "./report.ts";

/** Names of files as the trace tells them, with their objects. */
class FileNames implements Collector {
  /** By object: names, and ticks when the first event told each. */
  readonly names = new Map<number, Map<string, number>>();

  readonly handlers = Object.fromEntries(
    ["Name", "FileCreate", "FileDelete", "FileRundown"].map((name) => [
      `Windows Kernel/FileIO/${name}`,
      (layout: CompiledLayout) => this.#name(layout),
    ]),
  );

  #name(layout: CompiledLayout): EventHandler {
    const [object, name] = [addressOf(layout, "FileObject"), textOf(layout, "FileName")];
    return (event) => {
      const own = this.names.get(object(event)) ?? new Map<string, number>();
      this.names.set(object(event), own);
      if (!own.has(name(event))) own.set(name(event), event.time);
    };
  }
}

export const filenameAction: XperfAction = {
  name: "filename",
  summary: "names of files",
  options: { ...RANGE },
  collectors: [FileNames],
  async run({ analysis, target, write }) {
    const rows = [...analysis.get(FileNames).names]
      .flatMap(([object, names]) =>
        [...names]
          .filter(([, time]) => analysis.includes(time))
          .map(([name]) => [formatAddress(object), analysis.model.volumes.toDos(name)]),
      )
      .sort(([, a = ""], [, b = ""]) => (a < b ? -1 : a > b ? 1 : 0));
    for (const line of reportLines(["FileObject", "FileName"], rows, target)) await write(line);
  },
};
