import { random } from "@adk/testing";
import { type CompressionFormat, createEncoder } from "../index.ts";
import { INPUTS } from "./inputs.ts";
import { encodeLzmsSample } from "./lzms-sample.ts";

/** Pieces of everything that encoders treat differently, in a row. */
export function sampleData(seed: number, size: number): Uint8Array {
  const next = random(seed);
  const kinds = Object.values(INPUTS);
  const data = new Uint8Array(size);
  for (let at = 0; at < size; ) {
    const piece = kinds[next() % kinds.length]?.(1 + (next() % 600)) as Uint8Array;
    data.set(piece.subarray(0, size - at), at);
    at += piece.length;
  }
  return data;
}

/** A compressed chunk of this data. */
export function compressSample(format: CompressionFormat, data: Uint8Array, maxChunkSize: number): Uint8Array {
  if (format === "lzms") return encodeLzmsSample(data);
  const output = new Uint8Array(data.length);
  const size = createEncoder(format, maxChunkSize).encode(data, output);
  if (size === 0) throw new Error("the sample can not be compressed");
  return output.subarray(0, size);
}

/** A damaged copy: bits flipped, bytes changed, ranges moved, the end cut off or something added. */
export function damage(bytes: Uint8Array, next: () => number): Uint8Array {
  let result = Uint8Array.from(bytes);
  for (let count = 1 + (next() % 4); count > 0 && result.length > 0; count--) {
    const at = next() % result.length;
    const length = 1 + (next() % 16);
    const kind = next() % 7;
    if (kind === 0) result[at] = (result[at] as number) ^ (1 << (next() & 7));
    else if (kind === 1) result[at] = next();
    else if (kind === 2) result.fill(next() & 1 ? 0xff : 0, at, at + length);
    else if (kind === 3) result.copyWithin(at, next() % result.length, at + length);
    else if (kind === 4) result = result.slice(0, at);
    else if (kind === 5) result = Uint8Array.from([...result, ...result.subarray(0, length)]);
    else result[next() % Math.min(300, result.length)] = next();
  }
  return result;
}
