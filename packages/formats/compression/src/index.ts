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
