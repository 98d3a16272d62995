import { expect } from "vitest";

/** Matches an `AdkError` of a code. */
export function adkError(code: string, more: object = {}): unknown {
  return expect.objectContaining({ name: "AdkError", code, ...more });
}

/** Known by its name: this package imports none of the others. */
export function isAdkError(error: unknown): boolean {
  return error instanceof Error && error.name === "AdkError";
}

/** Runs what may refuse its input; any error but an `AdkError` fails the test. Undefined if it was refused. */
export async function orRefused<T>(parse: () => Promise<T> | T): Promise<T | undefined> {
  try {
    return await parse();
  } catch (error) {
    if (isAdkError(error)) return undefined;
    throw error;
  }
}

/** Every beginning of a valid sample that is shorter must be refused. */
export function expectTruncationsRefused(sample: Uint8Array, parse: (bytes: Uint8Array) => unknown, least = 0): void {
  for (let length = least; length < sample.length; length++) {
    let thrown: unknown;
    try {
      parse(sample.slice(0, length));
    } catch (error) {
      thrown = error;
    }
    if (!isAdkError(thrown)) expect.fail(`${length} of ${sample.length} bytes: ${thrown ?? "accepted"}`);
  }
}
