import { createRequire } from "node:module";
import { AdkError } from "@adk/core";
import type * as javascript from "./kernel/index.ts";
import type * as twin from "./kernel/memory.ts";
import { WASM_BASE64 } from "./kernel/wasm.generated.ts";

/** The kernels and the memory that they work in. */
export interface Engine {
  readonly name: EngineName;
  readonly kernels: typeof javascript;
  /** All bytes of the memory; ask again after `reserve`. */
  readonly bytes: Uint8Array;
  /**
   * Makes the memory at least this long, and keeps what it holds.
   *
   * @throws AdkError `OUT_OF_MEMORY`
   */
  reserve(byteLength: number): void;
}

/** `wasm` is the fast one; `javascript` runs the same source where WebAssembly is not allowed, and checks it in tests. */
export type EngineName = "wasm" | "javascript";

const PAGE = 65536;
let module: WebAssembly.Module | undefined;

/** A WebAssembly engine has a memory of its own; all JavaScript engines of a thread share one. */
export function createEngine(name: EngineName): Engine {
  if (name === "wasm") return createWasmEngine();
  javascriptEngine ??= createJavaScriptEngine();
  return javascriptEngine;
}

let javascriptEngine: Engine | undefined;

/** Its modules are many, and hardly ever needed: they are loaded here. */
function createJavaScriptEngine(): Engine {
  const require = createRequire(import.meta.url);
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const kernels: typeof javascript = require(`./kernel/index.${extension}`);
  const { growMemory, memoryBytes }: typeof twin = require(`./kernel/memory.${extension}`);
  return {
    name: "javascript",
    kernels,
    get bytes() {
      return memoryBytes();
    },
    reserve(byteLength) {
      grow(() => growMemory(byteLength), byteLength);
    },
  };
}

function createWasmEngine(): Engine {
  module ??= new WebAssembly.Module(Buffer.from(WASM_BASE64, "base64"));
  const memory = new WebAssembly.Memory({ initial: 16 });
  const instance = new WebAssembly.Instance(module, { env: { memory, abort } });
  let bytes = new Uint8Array(memory.buffer);
  return {
    name: "wasm",
    kernels: instance.exports as unknown as typeof javascript,
    get bytes() {
      return bytes;
    },
    reserve(byteLength) {
      if (byteLength <= bytes.length) return;
      grow(() => memory.grow(Math.ceil((byteLength - bytes.length) / PAGE)), byteLength);
      bytes = new Uint8Array(memory.buffer);
    },
  };
}

function grow(change: () => void, byteLength: number): void {
  try {
    change();
  } catch (cause) {
    throw new AdkError("OUT_OF_MEMORY", "The memory for a codec could not be had.", {
      kind: "environment",
      expected: `${byteLength} bytes`,
      cause,
    });
  }
}

function abort(): never {
  throw new Error("a kernel aborted");
}
