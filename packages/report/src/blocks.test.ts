import type { Finding } from "@adk/core";
import { describe, expect, it } from "vitest";
import { barChart } from "./bar-chart.ts";
import { facts, keyFigures } from "./facts.ts";
import { findingsList } from "./findings-list.ts";
import { html } from "./html.ts";
import { treemap } from "./treemap.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";

describe("facts", () => {
  it("writes values by their type, bytes exactly too", () => {
    const markup = facts([
      { label: "Size", value: 1234567, type: "bytes" },
      { label: "Small", value: 12, type: "bytes" },
      { label: "Name", value: HOSTILE },
      { label: "Hash", value: "da39", type: "hash" },
      { label: "Missing", value: undefined },
      { label: "Link", value: html`<a href="#x">x</a>` },
    ]).toString();
    expect(markup).toContain('<dd>1.18 MiB <span class="exact">1,234,567 bytes</span></dd>');
    expect(markup).toContain("<dd>12 B</dd>");
    expect(markup).toContain("<dd>&lt;img src=x onerror=alert(1)&gt;</dd>");
    expect(markup).toContain("<code>da39</code>");
    expect(markup).toContain('<span class="missing">–</span>');
    expect(markup).toContain('<a href="#x">x</a>');
  });

  it("writes key figures with their notes", () => {
    const markup = keyFigures([{ label: "Files", value: 104233, type: "number", note: "in all" }]).toString();
    expect(markup).toContain('<dt>Files</dt><dd>104,233</dd><dd class="note">in all</dd>');
  });
});

describe("findingsList", () => {
  const finding = (severity: Finding["severity"], code: string): Finding => {
    return { severity, code, message: HOSTILE, where: { file: "a.wim", offset: 4096, path: HOSTILE } };
  };

  it("counts by severity, told in words, errors first", () => {
    const markup = findingsList([finding("info", "B"), finding("warning", "W"), finding("error", "A")], 7).toString();
    const text = markup.replace(/<[^>]*>/g, "");
    expect(text).toMatch(/1 error\s+1 warning\s+1 note\s+7 more not recorded/);
    expect(text).toMatch(/Error[\s\S]*A a\.wim[\s\S]*Warning[\s\S]*W a\.wim[\s\S]*Note[\s\S]*B a\.wim/);
    expect(text).toContain("a.wim, &lt;img src=x onerror=alert(1)&gt;, byte 4,096");
    expect(markup).not.toContain("<img");
  });

  it("says that there are none", () => {
    expect(findingsList([]).toString()).toContain("No findings");
  });

  it("makes a table of many", () => {
    const many = Array.from({ length: 51 }, (_, index) => finding("warning", `CODE_${index}`));
    const markup = findingsList(many).toString();
    expect(markup).toContain("51 warnings");
    expect(markup).toContain('<th scope="row">CODE_50</th><td>Warning</td>');
  });
});

describe("barChart", () => {
  const chart = (...values: number[]) =>
    barChart({
      title: "Sizes",
      labelTitle: "Name",
      valueTitle: "Size",
      type: "bytes",
      bars: values.map((value, index) => ({ label: `${HOSTILE}${index}`, value })),
    }).toString();
  const bars = (markup: string) =>
    [...markup.matchAll(/class="(\w+)" x="([\d.]+)%" width="([\d.]+)%"/g)].map((m) => m.slice(1));

  it("draws bars in proportion to the largest, with label and value in each row", () => {
    const markup = chart(4096, 1024, 0);
    expect(bars(markup)).toEqual([
      ["gain", "0", "100"],
      ["gain", "0", "25"],
      ["gain", "0", "0"],
    ]);
    expect(markup).toContain('<th scope="row">&lt;img src=x onerror=alert(1)&gt;0</th>');
    expect(markup).toContain("<span>4.00 KiB</span>");
    expect(markup).not.toContain("<line");
  });

  it("draws losses to the left of a zero line", () => {
    const markup = chart(300, -100);
    expect(bars(markup)).toEqual([
      ["gain", "25", "75"],
      ["loss", "0", "25"],
    ]);
    expect(markup).toContain('x1="25%" x2="25%"');
  });

  it("shows the smallest bar and keeps it inside", () => {
    expect(bars(chart(1e9, 1))[1]).toEqual(["gain", "0", "0.4"]);
    expect(bars(chart(-1e9, 1))[1]).toEqual(["gain", "99.6", "0.4"]);
  });

  it("draws nothing for what is no number", () => {
    expect(bars(chart(Number.NaN, Number.POSITIVE_INFINITY)).map((bar) => bar[2])).toEqual(["0", "0"]);
    expect(chart(Number.NaN)).toContain("<span>–</span>");
  });
});

describe("treemap", () => {
  const markup = treemap({
    title: "Space",
    valueTitle: "Size",
    type: "bytes",
    root: {
      name: "image",
      children: [
        {
          name: "Windows",
          children: [
            { name: HOSTILE, value: 3 * 2 ** 20 },
            { name: "b", value: 2 ** 20 },
          ],
        },
        { name: "Users", value: 2 ** 20 },
      ],
    },
  }).toString();

  it("draws two levels, with a summary for those who cannot see them", () => {
    expect(markup).toContain(
      'role="img" aria-label="Space. image: 5.00 MiB in all. The largest part is Windows with 4.00 MiB, 80 %."',
    );
    expect(markup.match(/class="tile /g)).toHaveLength(2);
    expect(markup.match(/class="inner"/g)).toHaveLength(2);
    expect(markup).toContain(
      '<svg class="tile colour-0" data-index="0" x="0%" y="0" width="80%" height="460"><title>Windows 4.00 MiB, 80 %</title>',
    );
  });

  it("has the same as a table", () => {
    const text = markup.slice(markup.indexOf("<details>")).replace(/<[^>]*>/g, "|");
    expect(text).toContain("|Windows||4.00 MiB||80 %|");
    expect(text).toContain("|Windows\\|&lt;img src=x onerror=alert(1)&gt;||3.00 MiB||60 %|");
    expect(text).toContain("|Users||1.00 MiB||20 %|");
  });

  it("lets no name become markup", () => {
    expect(markup).not.toContain("<img");
  });

  it("draws an empty whole", () => {
    const empty = treemap({ title: "Space", valueTitle: "Size", type: "bytes", root: { name: "image" } }).toString();
    expect(empty).toContain("image: 0 B.");
    expect(empty).toContain("Nothing to show.");
  });
});
