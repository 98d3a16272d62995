import type { CompiledLayout } from "@adk/event-schema";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, textOf } from "./fields.ts";
import type { Volumes } from "./volumes.ts";

interface NameEvent {
  readonly time: number;
  readonly name: string;
}

/**
 * Names of files by the objects that the kernel's events name them with. Rundowns come at the end of a trace: an object without a
 * name at a time has the next one that it gets.
 */
export class Files implements Collector {
  readonly #names = new Map<number, NameEvent[]>();
  readonly #volumes: Volumes;

  readonly handlers = {
    "Windows Kernel/FileIO/Name": (layout: CompiledLayout) => this.#name(layout, "FileObject", "FileName"),
    "Windows Kernel/FileIO/FileCreate": (layout: CompiledLayout) => this.#name(layout, "FileObject", "FileName"),
    "Windows Kernel/FileIO/FileDelete": (layout: CompiledLayout) => this.#name(layout, "FileObject", "FileName"),
    "Windows Kernel/FileIO/FileRundown": (layout: CompiledLayout) => this.#name(layout, "FileObject", "FileName"),
    "Windows Kernel/FileIO/Create": (layout: CompiledLayout) => this.#name(layout, "FileObject", "OpenPath"),
  };

  constructor(volumes: Volumes) {
    this.#volumes = volumes;
  }

  /** Empty where nothing tells it. */
  nameOf(object: number, time: number): string {
    const names = this.#names.get(object);
    if (!names) return "";
    let found = names[0] as NameEvent;
    for (const event of names) {
      if (event.time > time) break;
      found = event;
    }
    return this.#volumes.toDos(found.name);
  }

  #name(layout: CompiledLayout, objectField: string, nameField: string): EventHandler {
    const [object, name] = [addressOf(layout, objectField), textOf(layout, nameField)];
    return (event) => {
      const [key, text] = [object(event), name(event)];
      if (text === "") return;
      const names = this.#names.get(key);
      if (!names) this.#names.set(key, [{ time: event.time, name: text }]);
      else if (names.at(-1)?.name !== text) names.push({ time: event.time, name: text });
    };
  }
}
