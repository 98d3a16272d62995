import type { CompiledLayout } from "@adk/event-schema";
import { formatAddress } from "../model/address.ts";
import type { Collector, EventHandler } from "../model/event-pass.ts";
import { addressOf, textOf } from "../model/fields.ts";
import type { XperfAction } from "./action.ts";
import { reportLines } from "./report.ts";

/** Names of files as the trace tells them, with their objects. */
class FileNames implements Collector {
  readonly names = new Map<number, Set<string>>();

  readonly handlers = Object.fromEntries(
    ["Name", "FileCreate", "FileDelete", "FileRundown"].map((name) => [
      `Windows Kernel/FileIO/${name}`,
      (layout: CompiledLayout) => this.#name(layout),
    ]),
  );

  #name(layout: CompiledLayout): EventHandler {
    const [object, name] = [addressOf(layout, "FileObject"), textOf(layout, "FileName")];
    return (event) => {
      const own = this.names.get(object(event));
      if (own) own.add(name(event));
      else this.names.set(object(event), new Set([name(event)]));
    };
  }
}

export const filenameAction: XperfAction = {
  name: "filename",
  summary: "names of files",
  options: {},
  collectors: [FileNames],
  async run({ analysis, target, write }) {
    const rows = [...analysis.get(FileNames).names]
      .flatMap(([object, names]) =>
        [...names].map((name) => [formatAddress(object), analysis.model.volumes.toDos(name)]),
      )
      .sort(([, a = ""], [, b = ""]) => (a < b ? -1 : a > b ? 1 : 0));
    for (const line of reportLines(["FileObject", "FileName"], rows, target)) await write(line);
  },
};
