/** JSON that is written piece by piece: files of millions of samples are never one object. */

export type JsonPieces = Iterable<string>;

/** Elements of a list that are one piece. */
const TOGETHER = 512;

export function jsonValue(value: unknown): JsonPieces {
  return [JSON.stringify(value)];
}

export function* jsonObject(fields: Readonly<Record<string, JsonPieces>>): Generator<string> {
  let separator = "{";
  for (const [name, pieces] of Object.entries(fields)) {
    yield `${separator}${JSON.stringify(name)}:`;
    yield* pieces;
    separator = ",\n";
  }
  yield separator === "{" ? "{}" : "}";
}

/** A list of elements that are short. @param textOf the JSON of one */
export function* jsonList(count: number, textOf: (index: number) => string | number | null): Generator<string> {
  yield "[";
  for (let from = 0; from < count; from += TOGETHER) {
    let text = "";
    const to = Math.min(count, from + TOGETHER);
    for (let index = from; index < to; index++) text += index === 0 ? textOf(index) : `,${textOf(index)}`;
    yield text;
  }
  yield "]";
}

/** A list of elements that come in pieces themselves. */
export function* jsonElements(elements: Iterable<JsonPieces>): Generator<string> {
  let separator = "[";
  for (const pieces of elements) {
    yield separator;
    yield* pieces;
    separator = ",\n";
  }
  yield separator === "[" ? "[]" : "]";
}
