import type { CompiledLayout } from "@adk/event-schema";
import type { Collector, EventHandler } from "./event-pass.ts";
import { numberOf, textOf } from "./fields.ts";
import { type Lifetime, Lifetimes } from "./lifetimes.ts";

/** The process that idle threads are of, and the one of the kernel's own threads. */
export const IDLE_PROCESS = 0;
export const SYSTEM_PROCESS = 4;

/** No process has it: identifiers are multiples of 4. */
const UNKNOWN_PROCESS = 0xffff_ffff;

export interface TraceProcess extends Lifetime {
  /** Its place among all. */
  readonly index: number;
  readonly id: number;
  name: string;
  parentId: number | undefined;
  sessionId: number | undefined;
  commandLine: string;
  /** Text of its user's SID. */
  user: string;
  packageFullName: string;
  /** NTSTATUS or what the program gave; undefined while it lives. */
  exitCode: number | undefined;
}

/** `notepad.exe (4712)` */
export function processLabel({ name, id }: Pick<TraceProcess, "name" | "id">): string {
  return `${name || "?"} (${id})`;
}

/** Processes and when they lived. */
export class Processes implements Collector {
  readonly #lifetimes = new Lifetimes<number, TraceProcess>();

  readonly handlers = {
    "Windows Kernel/Process/Start": (layout: CompiledLayout) => this.#begin(layout, false),
    "Windows Kernel/Process/DCStart": (layout: CompiledLayout) => this.#begin(layout, true),
    "Windows Kernel/Process/DCStop": (layout: CompiledLayout) => this.#begin(layout, true),
    "Windows Kernel/Process/Stop": (layout: CompiledLayout) => this.#end(layout),
  };

  get all(): readonly TraceProcess[] {
    return this.#lifetimes.all;
  }

  /** The process that an identifier stood for; one that nothing tells of is made up. */
  at(id: number, time: number): TraceProcess {
    return this.#lifetimes.at(id, time) ?? this.#add(id, -Infinity);
  }

  /** Stands for whatever process a thread is of that no event tells of. */
  get unknown(): TraceProcess {
    return this.at(UNKNOWN_PROCESS, 0);
  }

  /** @param rundown it lived before */
  #begin(layout: CompiledLayout, rundown: boolean): EventHandler {
    const id = numberOf(layout, "ProcessId");
    const parentId = numberOf(layout, "ParentId", Number.NaN);
    const sessionId = numberOf(layout, "SessionId", Number.NaN);
    const [name, commandLine] = [textOf(layout, "ImageFileName"), textOf(layout, "CommandLine")];
    const [user, packageFullName] = [textOf(layout, "UserSID"), textOf(layout, "PackageFullName")];
    return (event) => {
      const known = this.#lifetimes.current(id(event));
      // A rundown tells of a process that is known already, or was there before the trace.
      const process = rundown ? (known ?? this.#add(id(event), -Infinity)) : this.#add(id(event), event.time);
      process.name = name(event) || process.name;
      process.commandLine = commandLine(event) || process.commandLine;
      process.user = user(event) || process.user;
      process.packageFullName = packageFullName(event) || process.packageFullName;
      process.parentId = unlessAbsent(parentId(event)) ?? process.parentId;
      process.sessionId = unlessAbsent(sessionId(event)) ?? process.sessionId;
    };
  }

  #end(layout: CompiledLayout): EventHandler {
    const begin = this.#begin(layout, true);
    const id = numberOf(layout, "ProcessId");
    const exitCode = numberOf(layout, "ExitStatus");
    return (event) => {
      begin(event);
      const process = this.#lifetimes.current(id(event)) as TraceProcess;
      process.end = event.time;
      process.exitCode = exitCode(event);
    };
  }

  #add(id: number, start: number): TraceProcess {
    return this.#lifetimes.add(id, {
      index: this.all.length,
      id,
      start,
      end: Infinity,
      name: id === IDLE_PROCESS ? "Idle" : id === SYSTEM_PROCESS ? "System" : "",
      parentId: undefined,
      sessionId: undefined,
      commandLine: "",
      user: "",
      packageFullName: "",
      exitCode: undefined,
    });
  }
}

/** A field that an event does not have, and a session of -1, are unknown. */
function unlessAbsent(value: number): number | undefined {
  return Number.isNaN(value) || value === 0xffff_ffff ? undefined : value;
}
