import type { CompiledLayout } from "@adk/event-schema";
import type { Collector, EventCursor } from "./event-pass.ts";
import { textOf } from "./fields.ts";

/** Turns the kernel's paths into those that people know: `\Device\HarddiskVolume2\x` into `C:\x`. */
export class Volumes implements Collector {
  /** Begin of a path in lower case, and what stands for it; the longest first. */
  #mappings: readonly { readonly from: string; readonly to: string }[] = [];
  readonly #known = new Map<string, string>();

  readonly handlers = {
    "Windows Kernel/SysConfig/VolumeMapping": (layout: CompiledLayout) => {
      const [from, to] = [textOf(layout, "NtPath"), textOf(layout, "DosPath")];
      return (event: EventCursor) => this.#add(from(event), to(event));
    },
  };

  #add(from: string, to: string): void {
    if (from === "") return;
    this.#mappings = [...this.#mappings, { from: from.toLowerCase(), to }].sort(
      (a, b) => b.from.length - a.from.length,
    );
    this.#known.clear();
  }

  /** The path by its drive letter, where the trace tells it; else as it is. */
  toDos(path: string): string {
    let dos = this.#known.get(path);
    if (dos === undefined) {
      const lower = path.toLowerCase();
      const mapping = this.#mappings.find(({ from }) => lower.startsWith(from));
      dos = mapping ? mapping.to + path.slice(mapping.from.length) : path;
      this.#known.set(path, dos);
    }
    return dos;
  }
}
