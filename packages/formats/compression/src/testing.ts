/** For tests of packages whose files hold compressed data that no encoder of the kit writes. */
export { encodeLzxStreamSample, type LzxStreamSampleOptions } from "./lzx-stream-sample.ts";
