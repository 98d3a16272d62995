import { AdkError } from "@adk/core";

/**
 * The error of all decoders for data that cannot be what an encoder wrote.
 *
 * @param name of the format, for people
 */
export function badData(name: string, expected: string, found: string, cause?: unknown): AdkError {
  return new AdkError("COMPRESSION_BAD_DATA", `The ${name} data is damaged.`, {
    expected,
    found,
    hint: "The file is damaged, or the format or the chunk size is not the one that it was compressed with.",
    ...(cause === undefined ? {} : { cause }),
  });
}
