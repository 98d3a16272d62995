import { describe, expect, it } from "vitest";
import { type TimelineLane, type TimelineOptions, timeline } from "./index.ts";
import { columnsOf, timelineAxis, timelineLane } from "./timeline-lanes.ts";
import { momentText } from "./timeline-moment.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";
const WHOLE = { from: 0, to: 1000 };
const areas = {
  kind: "areas",
  name: "Use",
  unit: "%",
  series: [
    { name: HOSTILE, values: [1, 2, 3, 4] },
    { name: "b", values: [0, 0, 0, Number.NaN] },
  ],
} as const;

const markupOf = (lanes: readonly TimelineLane[], more: Partial<TimelineOptions> = {}) =>
  timeline({ title: "Timeline", ...WHOLE, lanes, ...more }).toString();

describe("timeline", () => {
  it("has lanes as drawings and as tables", () => {
    const markup = markupOf([
      areas,
      { kind: "spans", name: "Processes", spans: [{ name: "a.exe", from: 100, to: 300 }] },
    ]);
    expect(markup).toContain('aria-label="Use"');
    expect(markup.match(/class="drawing"/g)).toHaveLength(2);
    const text = markup.slice(markup.indexOf("<details>")).replace(/<[^>]*>/g, "|");
    expect(text).toContain("|250 ms to 500 ms||2||0|");
    expect(text).toContain("|a.exe||100 ms||300 ms||200 ms|");
  });

  it("lets no name become markup, and no value that is no number be drawn", () => {
    const marks = { kind: "marks", name: HOSTILE, marks: [{ name: HOSTILE, at: 5 }] } as const;
    const markup = markupOf([
      areas,
      marks,
      { kind: "spans", name: HOSTILE, spans: [{ name: HOSTILE, from: 0, to: 1 }] },
    ]);
    expect(markup).not.toContain("<img");
    expect(markup).not.toContain("NaN");
  });

  it("keeps bounds of what it shows one by one", () => {
    const spans = Array.from({ length: 500 }, (_, index) => ({
      name: `p${index}`,
      from: index,
      to: index + 1 + (index % 7),
    }));
    const marks = Array.from({ length: 5000 }, (_, at) => ({ name: "m", at }));
    const markup = markupOf([
      { kind: "spans", name: "Spans", spans },
      { kind: "marks", name: "Marks", marks },
    ]);
    expect(markup.match(/class="tile /g)).toHaveLength(60);
    expect(markup.match(/class="mark"/g)?.length).toBeLessThanOrEqual(400);
  });

  it("takes a time that has no length, and lanes of nothing", () => {
    const markup = markupOf([{ kind: "areas", name: "Use", unit: "%", series: [] }], { from: 5, to: 5 });
    expect(markup).not.toMatch(/NaN|Infinity/);
  });
});

describe("lanes", () => {
  it("average what shares a column", () => {
    expect(columnsOf(areas, WHOLE, WHOLE, 2).sums[0]).toEqual([1.5, 3.5]);
    expect(columnsOf(areas, WHOLE, { from: 500, to: 1000 }).sums[0]).toEqual([3, 4]);
  });

  it("put series on top of each other", () => {
    const lane = {
      ...areas,
      most: 10,
      series: [
        { name: "a", values: [5] },
        { name: "b", values: [5] },
      ],
    };
    const [drawing] = timelineLane(lane, WHOLE, WHOLE).content.map(String);
    // The one on top reaches from the whole height to the ground, and the first is painted over its lower half.
    expect(drawing).toMatch(/colour-1" d="M0 120H0V0H1000V120Z".*colour-0" d="M0 120H0V60H1000V120Z"/);
  });

  it("have ticks at round times", () => {
    const texts = timelineAxis({ from: 1490, to: 1500 }).map((tick) => tick.toString().replace(/<[^>]*>/g, ""));
    expect(texts.filter(Boolean)).toEqual(["1490 ms", "1492 ms", "1494 ms", "1496 ms", "1498 ms"]);
  });

  it("tell a moment in words", () => {
    const marks = { kind: "marks", name: "Marks", marks: [{ name: "ready", at: 700 }] } as const;
    expect(momentText([areas, marks], WHOLE, 690, 20)).toBe(`690 ms · Use: ${HOSTILE} 3 % · ready (700 ms)`);
    expect(momentText([areas, marks], WHOLE, 10, 1)).toBe(`10.0 ms · Use: ${HOSTILE} 1 %`);
  });
});
