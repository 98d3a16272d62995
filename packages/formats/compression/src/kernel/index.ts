/** Every kernel: compiled to WebAssembly from here, and imported as JavaScript from here. */
export { xpressDecode } from "./xpress-decode.ts";
