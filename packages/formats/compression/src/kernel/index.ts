/** Every kernel: compiled to WebAssembly from here, and imported as JavaScript from here. */
export { lzmsDecode } from "./lzms-decode.ts";
export { lzmsEncode, lzmsOutput, lzmsWorkspace } from "./lzms-encode.ts";
export { lzxDecode } from "./lzx-decode.ts";
export { lzxEncode, lzxWorkspace } from "./lzx-encode.ts";
export { lzxStreamDecode, lzxStreamStart } from "./lzx-stream-decode.ts";
export { xpressDecode } from "./xpress-decode.ts";
export { xpressEncode, xpressWorkspace } from "./xpress-encode.ts";
export { xpressPlainDecode } from "./xpress-plain-decode.ts";
