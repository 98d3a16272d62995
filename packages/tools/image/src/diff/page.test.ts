import { expect, test } from "vitest";
import { changedBytesTree, netBytesByDirectory } from "./changed-bytes.ts";
import { detailsOf } from "./details.ts";
import { diffPage } from "./page.ts";
import type { Aspect, Difference, EntryState, WimDiffResult } from "./schema.ts";

function changed(path: string, what: Aspect[], before: Partial<EntryState>, after: Partial<EntryState>): Difference {
  const state = { type: "file", size: 0 } as const;
  return { path, kind: "changed", what, before: { ...state, ...before }, after: { ...state, ...after } };
}

const DIFFERENCES: Difference[] = [
  { path: "/W/new", kind: "added", what: [], after: { type: "file", size: 100 } },
  { path: "/W/d/gone", kind: "removed", what: [], before: { type: "file", size: 30 } },
  changed("/W/d/other", ["content"], { size: 10 }, { size: 20 }),
  changed("/x", ["times"], { size: 1000 }, { size: 1000 }),
];

test("the tree of changed bytes begins where there is more than one part", () => {
  const tree = changedBytesTree(DIFFERENCES);
  expect(tree).toMatchObject({
    name: "/W",
    children: [
      { name: "new", value: 100 },
      { name: "d", children: [{ value: 30 }, { value: 30 }] },
    ],
  });
});

test("directories are told by their growth, the largest first", () => {
  expect(netBytesByDirectory(DIFFERENCES)).toEqual([
    { label: "/W", value: 100 },
    { label: "/W/d", value: -20 },
  ]);
});

test.each<[string, Difference, string]>([
  [
    "attributes",
    changed("/", ["attributes"], { attributeNames: ["HIDDEN", "SYSTEM"] }, { attributeNames: ["SYSTEM", "ARCHIVE"] }),
    "+ARCHIVE −HIDDEN",
  ],
  [
    "times to the second",
    changed("/", ["times"], { modified: "2020-01-02T03:04:05.0000001Z" }, { modified: "2020-01-03T03:04:05.0000000Z" }),
    "modified 2020-01-02 03:04:05 → 2020-01-03 03:04:05",
  ],
  [
    "times that a second does not tell apart",
    changed("/", ["times"], { created: "2020-01-02T03:04:05.0000001Z" }, { created: "2020-01-02T03:04:05.0000000Z" }),
    "created 2020-01-02 03:04:05.0000001 → 03:04:05.0000000",
  ],
  [
    "several",
    changed("/", ["short-name", "hard-links"], { shortName: "A~1" }, { hardLinks: ["/a", "/b"] }),
    "short name A~1 → none; also named none → /a, /b",
  ],
])("details: %s", (_, difference, text) => {
  expect(detailsOf(difference)).toBe(text);
});

test("names of files are escaped, and equal changes of descriptors are told once", () => {
  const sddl = changed("/<script>", ["security"], { security: "O:SY" }, { security: "O:BA" });
  const result: WimDiffResult = {
    equal: false,
    before: { source: "a.wim:1", entries: 3, bytes: 0 },
    after: { source: "a.wim:2", entries: 3, bytes: 0 },
    summary: { added: 0, removed: 0, changed: 2, moved: 0, bytesAdded: 0, bytesRemoved: 0, what: { security: 2 } },
    differences: [sddl, { ...sddl, path: "/b" }],
    properties: [],
    findings: [],
  };
  const page = diffPage(result);
  // Behind the style and script that every page has.
  const body = page.slice(page.indexOf("<body>"));
  expect(body).not.toContain("<script>");
  expect(body).toContain("&lt;script&gt;");
  expect(body.match(/O:BA/g)).toHaveLength(1);
  expect(body).toContain("No data is different");
});
