import { expect, test } from "vitest";
import { layOutFacts, layOutTable } from "./table.ts";
import { textWidth } from "./text.ts";

const path = "\\Windows\\WinSxS\\amd64_microsoft-windows-kernel\\ntoskrnl.exe";

test("numbers are at the right, text at the left, nothing trails", () => {
  const rows = [
    [1, "Windows 11 Pro", 42n],
    [10, undefined, 7n],
  ];
  expect(layOutTable([{ title: "Index" }, { title: "Name" }, { title: "Size" }], rows, undefined)).toEqual([
    "Index  Name            Size",
    "    1  Windows 11 Pro    42",
    "   10                     7",
  ]);
});

test("off a terminal nothing is cut", () => {
  expect(layOutTable([{ title: "Path", truncate: "middle" }], [[path]], undefined)[1]).toBe(path);
});

test("on a terminal the column that says so is cut", () => {
  const columns = [{ title: "Path", truncate: "middle" as const }, { title: "Name" }];
  const lines = layOutTable(columns, [[path, "ntoskrnl.exe"]], 40);
  expect(lines[1]).toMatch(/^\\Windows.*….*ntoskrnl\.exe {2}ntoskrnl\.exe$/);
  expect(lines[1]).toHaveLength(40);
});

test("where none says so, the last is cut at its end", () => {
  const [, line] = layOutTable([{ title: "Name" }, { title: "Path" }], [["ntoskrnl.exe", path]], 40);
  expect(line).toBe(`ntoskrnl.exe  ${path.slice(0, 25)}…`);
});

test("wide characters keep the columns straight", () => {
  const lines = layOutTable(
    [{ title: "Name" }, { title: "Size", align: "right" }],
    [
      ["文書.txt", "1 B"],
      ["a", "10 B"],
    ],
    80,
  );
  expect(lines.map(textWidth)).toEqual([14, 14, 14]);
});

test("names cannot break the lines or reach the terminal", () => {
  expect(layOutTable([{ title: "Name" }], [["a\nb\u001b[2J"]], undefined)[1]).toBe("a\\x0ab\\x1b[2J");
});

test("a table without rows is its titles", () => {
  expect(layOutTable([{ title: "Index" }, { title: "Name" }], [], 80)).toEqual(["Index  Name"]);
});

test("facts are aligned, unknown ones left out", () => {
  expect(layOutFacts({ Images: 3, "Boot index": 0, GUID: undefined, Split: false })).toEqual([
    "Images:      3",
    "Boot index:  0",
    "Split:       false",
  ]);
});
