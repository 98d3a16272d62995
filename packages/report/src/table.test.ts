import { describe, expect, it } from "vitest";
import { table } from "./table.ts";
import type { TableData } from "./table-rows.ts";

const HOSTILE = "</script><!--<b>\u202e";

function dataOf(markup: string): TableData | undefined {
  const json = /<script type="application\/json">(.*?)<\/script>/.exec(markup)?.[1];
  return json === undefined ? undefined : (JSON.parse(json) as TableData);
}

describe("table", () => {
  it("writes every row with headers of columns and rows", () => {
    const rows = [
      { path: "a\\b", size: 2048, when: new Date(0), sum: "da39", on: true, none: null },
      { path: "<", size: 0, when: new Date("never"), sum: "", on: false, none: undefined },
    ];
    const markup = table({
      caption: "Files & more",
      columns: [
        { key: "path", label: "Path" },
        { key: "size", label: "Size", type: "bytes" },
        { key: "when", label: "When", type: "date" },
        { key: "sum", label: "Hash", type: "hash" },
        { key: "on", label: "On" },
        { key: "none", label: "None" },
      ],
      rows,
    }).toString();
    expect(markup).toContain('<tr><th scope="col">Path</th><th scope="col" class="end">Size</th>');
    expect(markup).toContain(
      '<tr><th scope="row">a\\<wbr>b</th><td class="bytes end" data-value="2048">2.00 KiB</td>' +
        '<td class="date" data-value="0">1970-01-01 00:00:00 UTC</td><td class="hash">da39</td><td>yes</td><td></td></tr>',
    );
    expect(markup).toContain(
      '<th scope="row">&lt;</th><td class="bytes end" data-value="0">0 B</td><td class="date" data-value="">',
    );
    expect(dataOf(markup)).toMatchObject({ rows: [], sortable: true, filterable: false, pageSize: 50 });
  });

  it("puts rows beyond the first thousand into data that cannot end its element", () => {
    const rows = Array.from({ length: 1002 }, (_, index) => ({
      name: `${HOSTILE}${index}`,
      size: BigInt(index) << 60n,
    }));
    const markup = table({
      caption: HOSTILE,
      columns: [
        { key: "name", label: HOSTILE },
        { key: "size", label: "Size", type: "number" },
      ],
      rows,
    }).toString();
    expect(markup.match(/<tr>/g)).toHaveLength(1001);
    expect(markup.match(/<\/script/g)).toHaveLength(1);
    expect(markup).not.toContain("<!--");
    expect(markup).toContain("<noscript>");
    expect(dataOf(markup)?.rows).toEqual([
      ["</script><!--<b>⟨U+202E⟩1000", "1152921504606846976000"],
      ["</script><!--<b>⟨U+202E⟩1001", "1154074426111453822976"],
    ]);
  });

  it("says that there are no rows, and has nothing to sort then", () => {
    const markup = table<{ a: string }>({ caption: "None", columns: [{ key: "a", label: "A" }], rows: [] }).toString();
    expect(markup).toContain('<td class="empty" colspan="1">Nothing to show.</td>');
    expect(dataOf(markup)).toBeUndefined();
  });

  it("takes only columns whose values it can show", () => {
    const rows = [{ name: "a", parts: ["b"] }];
    // @ts-expect-error a list is no value of a cell
    table({ caption: "Typed", columns: [{ key: "parts", label: "Parts" }], rows });
    expect(rows).toHaveLength(1);
  });
});
