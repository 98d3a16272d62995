import {
  barChart,
  facts,
  findingsList,
  flameGraph,
  html,
  keyFigures,
  page,
  rowsLink,
  section,
  subsection,
  table,
  timeLink,
  timeline,
  treemap,
} from "@adk/report";

const HOSTILE = "</script></title><img src=x onerror=alert(1)>\u202egpj.exe";
const GIB = 2 ** 30;

/** A page with every block, and with names that try to get out of their place. */
export function sampleReport(): string {
  const files = Array.from({ length: 120 }, (_, index) => {
    const number = (index + 60) % 120;
    return {
      name: `file-${number}.dll`,
      size: number * 1000,
      changed: new Date(number * 1e9),
      hash: "da39a3ee".repeat(5),
    };
  });
  const root = {
    name: "image",
    children: [
      {
        name: "Windows",
        children: [
          { name: "System32", value: 3 * GIB },
          { name: "Fonts", value: GIB },
        ],
      },
      { name: "Users", value: GIB },
      { name: HOSTILE, value: GIB / 2 },
    ],
  };
  return page({
    title: `Image report ${HOSTILE}`,
    subtitle: HOSTILE,
    generator: "test",
    date: new Date(0),
    sections: [
      section(
        "Overview",
        keyFigures([{ label: "Files", value: 120, type: "number", note: "in all" }]),
        facts([
          { label: "Name", value: HOSTILE },
          { label: "Size", value: 4 * GIB, type: "bytes" },
          { label: "Link", value: html`<a href="${"javascript:alert(1)"}">link</a>` },
        ]),
        findingsList([
          { severity: "error", code: "A", message: HOSTILE, where: { file: HOSTILE, offset: 1 } },
          { severity: "warning", code: "B", message: "A warning." },
          { severity: "info", code: "C", message: "A note." },
        ]),
      ),
      section(
        "Space",
        treemap({ title: "Space", valueTitle: "Size", type: "bytes", root }),
        subsection(
          "Changes",
          barChart({
            title: "Change in size",
            labelTitle: "Component",
            valueTitle: "Change",
            type: "bytes",
            bars: [
              { label: HOSTILE, value: 1000 },
              { label: "Removed", value: -400 },
            ],
          }),
        ),
      ),
      section(
        "Files",
        table({
          caption: "Files",
          columns: [
            { key: "name", label: "Name" },
            { key: "size", label: "Size", type: "bytes" },
            { key: "changed", label: "Changed", type: "date" },
            { key: "hash", label: "SHA-1", type: "hash" },
          ],
          rows: files,
        }),
        table({
          caption: HOSTILE,
          columns: [{ key: "name", label: HOSTILE }],
          rows: [{ name: HOSTILE }, { name: "x" }],
        }),
        table({ caption: "None", columns: [{ key: "name", label: "Name" }], rows: [] as { name: string }[] }),
      ),
      section(HOSTILE, html`<p>${HOSTILE}</p>`),
    ],
  });
}

/** A page with a table of 50,000 rows. */
export function largeReport(): string {
  const rows = Array.from({ length: 50_000 }, (_, index) => ({ name: `row ${index} </script>`, size: index * 1024 }));
  return page({
    title: "Large",
    sections: [
      section(
        "Rows",
        table({
          caption: "Many",
          columns: [
            { key: "name", label: "Name" },
            { key: "size", label: "Size", type: "bytes" },
          ],
          rows,
        }),
      ),
    ],
  });
}

/** A page with a timeline and a flame graph, and links into them. */
export function timeReport(): string {
  const half = (first: number, second: number) => Array.from({ length: 100 }, (_, bin) => (bin < 50 ? first : second));
  const deep = Array.from({ length: 30 }).reduce<{ name: string; value?: number; children?: readonly unknown[] }>(
    (child, _, index) => ({ name: `deep.dll!f${index}`, children: [child] }),
    { name: "deep.dll!last", value: 100 },
  );
  const rows = Array.from({ length: 20 }, (_, index) => ({ name: `row ${index}`, size: index }));
  return page({
    title: "Times",
    sections: [
      section(
        "Story",
        html`<p>${timeLink("timeline", 400, 600, "The middle")} and ${rowsLink("rows", "row 13", "a row")}.</p>`,
      ),
      section(
        "Timeline",
        timeline({
          title: "Timeline",
          from: 0,
          to: 1000,
          lanes: [
            {
              kind: "areas",
              name: "Use",
              unit: "%",
              series: [
                { name: HOSTILE, values: half(10, 0) },
                { name: "second.exe", values: half(5, 20) },
              ],
            },
            { kind: "marks", name: "Marks", marks: [{ name: `mark ${HOSTILE}`, at: 500 }] },
            { kind: "spans", name: "Processes", spans: [{ name: HOSTILE, from: 100, to: 900 }] },
          ],
        }),
      ),
      section(
        "Calls",
        flameGraph({
          title: "Calls",
          type: "duration",
          root: {
            name: "All",
            children: [
              { name: HOSTILE, value: 50, children: [{ name: "app.exe!main", value: 250 }] },
              { name: "other.exe", value: 100, children: [{ name: "app.exe!main", value: 200 }] },
              deep as { name: string },
            ],
          },
        }),
        table({
          caption: "Rows",
          id: "rows",
          columns: [
            { key: "name", label: "Name" },
            { key: "size", label: "Size", type: "number" },
          ],
          rows,
        }),
      ),
    ],
  });
}
