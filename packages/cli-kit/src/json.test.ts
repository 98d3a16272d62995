import { expect, test } from "vitest";
import { toJson } from "./json.ts";

test("bigint, bytes and what is not known", () => {
  const value = { big: 2n ** 64n, bytes: Uint8Array.of(0, 255), buffer: Buffer.from("a"), none: undefined, list: [1n] };
  expect(JSON.parse(toJson(value))).toEqual({ big: "18446744073709551616", bytes: "00ff", buffer: "61", list: ["1"] });
});
