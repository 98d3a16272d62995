/** Decoders. */
export { type CompressionFormat, createDecoder, type Decoder, type DecoderOptions } from "./decoder.ts";
/** Encoders. */
export {
  type CompressionLevel,
  createEncoder,
  type Encoder,
  type EncoderFormat,
  type EncoderOptions,
} from "./encoder.ts";
/** The kernels' engine. */
export type { EngineName } from "./engine.ts";
/** Formats without chunks of their own, as functions. */
export { decodeLznt1 } from "./lznt1.ts";
/** LZX as cabinets have it. */
export { createLzxStreamDecoder, LZX_FRAME, type LzxStreamDecoder } from "./lzx-stream.ts";
export { decodeMsZip, encodeMsZip, MSZIP_BLOCK } from "./mszip.ts";
export { decodeXpressPlain } from "./xpress-plain.ts";
export { encodeXpressPlain } from "./xpress-plain-encode.ts";
