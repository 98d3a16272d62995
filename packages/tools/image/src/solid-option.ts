import type { WriteOptions } from "@adk/wim";

/** A file whose name ends with `.esd` is solid unless another compression is asked for. */
export function withSolid<Options extends WriteOptions>(out: string, options: Options): Options {
  if (options.solid !== undefined || (options.compression ?? "lzms") !== "lzms") return options;
  return { ...options, solid: /\.esd$/i.test(out) };
}
