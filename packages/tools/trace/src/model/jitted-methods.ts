import { lastAtMost } from "@adk/core";
import type { CompiledLayout } from "@adk/event-schema";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf, textOf } from "./fields.ts";

/** Code that .NET made at run time, or had made before (ReadyToRun, NGEN), by what its runtime told of it. */
export interface JittedMethod {
  readonly start: number;
  readonly size: number;
  /** `Namespace.Class.Method`; of functions that are in no class the name alone. */
  readonly name: string;
}

const RUNTIME = "Microsoft-Windows-DotNETRuntime";

/** Methods of .NET by process and address. An address may be used again: the last method that was made there counts. */
export class JittedMethods implements Collector {
  readonly #byProcess = new Map<number, { methods: JittedMethod[]; starts: Float64Array | undefined }>();

  readonly handlers = {
    [`${RUNTIME}/Method/LoadVerbose`]: (layout: CompiledLayout) => this.#method(layout),
    [`${RUNTIME}/Method/UnloadVerbose`]: (layout: CompiledLayout) => this.#method(layout),
    [`${RUNTIME}Rundown/Method/DCStartVerbose`]: (layout: CompiledLayout) => this.#method(layout),
    [`${RUNTIME}Rundown/Method/DCStopVerbose`]: (layout: CompiledLayout) => this.#method(layout),
  };

  at(processId: number, address: number): JittedMethod | undefined {
    const own = this.#byProcess.get(processId);
    if (!own) return undefined;
    if (!own.starts) {
      own.methods.sort((a, b) => a.start - b.start);
      own.starts = Float64Array.from(own.methods, ({ start }) => start);
    }
    const method = own.methods[lastAtMost(own.starts, address)];
    return method && address < method.start + method.size ? method : undefined;
  }

  #method(layout: CompiledLayout): EventHandler {
    const [start, size] = [addressOf(layout, "MethodStartAddress"), numberOf(layout, "MethodSize")];
    const [namespace, name] = [textOf(layout, "MethodNamespace"), textOf(layout, "MethodName")];
    return (event) => {
      const method = { start: start(event), size: size(event), name: nameOf(namespace(event), name(event)) };
      if (method.size === 0) return;
      const own = this.#byProcess.get(event.processId);
      if (!own) this.#byProcess.set(event.processId, { methods: [method], starts: undefined });
      else {
        own.methods.push(method);
        own.starts = undefined;
      }
    };
  }
}

function nameOf(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}.${name}`;
}
