import { protobufNumbers, protobufTexts, readProtobuf } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { ProtobufWriter } from "./protobuf-writer.ts";

const bytes = (writer: ProtobufWriter) => [...writer.bytes];

describe("messages of Protocol Buffers", () => {
  test("are the examples of its documentation", () => {
    expect(bytes(new ProtobufWriter().uint(1, 150))).toEqual([0x08, 0x96, 0x01]);
    expect(bytes(new ProtobufWriter().text(2, "testing"))).toEqual([0x12, 0x07, ...Buffer.from("testing")]);
    const inner = new ProtobufWriter().uint(1, 150);
    expect(bytes(new ProtobufWriter().message(3, inner))).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
    expect(bytes(new ProtobufWriter().packed(6, [3, 270, 86942]))).toEqual([
      0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05,
    ]);
    expect(bytes(new ProtobufWriter().sint(1, -1))).toEqual([0x08, 0x01]);
    expect(bytes(new ProtobufWriter().sint(1, 2147483647))).toEqual([0x08, 0xfe, 0xff, 0xff, 0xff, 0x0f]);
  });

  test("numbers of every length come back", () => {
    const numbers = [0n, 1n, 127n, 128n, 2n ** 31n, 2n ** 32n, 2n ** 42n - 1n, 2n ** 48n, 2n ** 53n - 1n];
    const large = [
      2n ** 53n,
      2n ** 53n + 1n,
      2n ** 60n + 12345n,
      2n ** 63n,
      2n ** 64n - 1n,
      1_704_067_200_000_000_001n,
    ];
    for (const number of [...numbers, ...large]) {
      expect(readProtobuf(new ProtobufWriter().uint(70, number).bytes).get(70)).toEqual([number]);
    }
    expect(readProtobuf(new ProtobufWriter().uint(1, 2 ** 53).bytes).get(1)).toEqual([2n ** 53n]);
  });

  test("a writer grows and is used again", () => {
    const writer = new ProtobufWriter();
    const text = "x".repeat(10_000);
    expect(protobufTexts(readProtobuf(writer.text(1, text).bytes), 1)).toEqual([text]);
    expect(protobufNumbers(readProtobuf(writer.clear().packed(2, [1, 300]).bytes), 2)).toEqual([1, 300]);
  });
});
