import type { CompiledLayout } from "@adk/event-schema";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, textOf } from "./fields.ts";
import { ObjectNames } from "./object-names.ts";
import type { Volumes } from "./volumes.ts";

/**
 * Names of files by the objects that the kernel's events name them with. Rundowns come at the end of a trace: an object without a
 * name at a time has the next one that it gets.
 */
export class Files implements Collector {
  readonly #names = new ObjectNames();
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
    return this.#volumes.toDos(this.#names.at(object, time));
  }

  #name(layout: CompiledLayout, objectField: string, nameField: string): EventHandler {
    const [object, name] = [addressOf(layout, objectField), textOf(layout, nameField)];
    return (event) => {
      const text = name(event);
      if (text !== "") this.#names.add(object(event), event.time, text);
    };
  }
}
