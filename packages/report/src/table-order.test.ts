import { expect, it } from "vitest";
import { sortRows } from "./table-order.ts";
import type { TableColumn } from "./table-rows.ts";
import type { PlainValue, ValueType } from "./value.ts";

function sorted(type: ValueType, values: PlainValue[], descending = false): PlainValue[] {
  const rows = values.map((value) => [value]);
  const columns: TableColumn[] = [{ label: "Value", type, align: "start" }];
  const order = sortRows(
    rows,
    rows.map((_, index) => index),
    columns,
    { column: 0, descending },
  );
  return order.map((index) => rows[index]?.[0] ?? null);
}

it("sorts numbers by size, with texts after them and nothing last", () => {
  const values = [10, null, "unknown", -3, "98765432109876543210", 9];
  expect(sorted("number", values)).toEqual([-3, 9, 10, "98765432109876543210", "unknown", null]);
  expect(sorted("bytes", values, true)).toEqual(["98765432109876543210", 10, 9, -3, "unknown", null]);
});

it("sorts texts as people do", () => {
  expect(sorted("text", ["b10", "B9", "", "a"])).toEqual(["a", "B9", "b10", ""]);
});

it("is stable in both directions", () => {
  const rows = [
    ["x", 1],
    ["y", 0],
    ["z", 1],
  ];
  const columns: TableColumn[] = [
    { label: "Name", type: "text", align: "start" },
    { label: "Value", type: "number", align: "end" },
  ];
  expect(sortRows(rows, [0, 1, 2], columns, { column: 1, descending: true })).toEqual([0, 2, 1]);
  expect(sortRows(rows, [0, 1, 2], columns, { column: 1, descending: false })).toEqual([1, 0, 2]);
});
