import { expect, test } from "vitest";
import { csvLines } from "./csv.ts";

const COLUMNS = [
  { key: "name", label: "Image, Name", type: "text" },
  { key: "size", label: "Size (B)", type: "bytes" },
] as const;

test("labels first; what has a comma, a quotation mark or a line break in quotation marks; nothing for null", () => {
  const rows = [
    { name: 'say "hi"', size: 1.5 },
    { name: "a\r\nb", size: null },
    { name: "plain", size: 0 },
  ];
  expect([...csvLines(COLUMNS, rows)]).toEqual([
    '"Image, Name",Size (B)\r\n',
    '"say ""hi""",1.5\r\n',
    '"a\r\nb",\r\n',
    "plain,0\r\n",
  ]);
});

test("rows are taken one by one", () => {
  let made = 0;
  function* rows() {
    for (;;) yield { name: "x", size: made++ };
  }
  const lines = csvLines(COLUMNS, rows());
  for (let i = 0; i < 3; i++) lines.next();
  expect(made).toBe(2);
});
