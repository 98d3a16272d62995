import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { html } from "./html.ts";
import { page } from "./page.ts";
import { section, subsection } from "./section.ts";

const HOSTILE = '</title><script>alert(1)</script>"';

function sha256(text: string | undefined): string {
  return `sha256-${createHash("sha256")
    .update(text ?? "")
    .digest("base64")}`;
}

describe("page", () => {
  const options = {
    title: HOSTILE,
    subtitle: HOSTILE,
    generator: HOSTILE,
    date: new Date(1.7e12),
    sections: [
      section(HOSTILE, HOSTILE, html`<p>text</p>`),
      section("Ünder", subsection("Part", "x")),
      section("ünder"),
    ],
  };
  const markup = page(options);

  it("has only its own script and style, told by their hashes", () => {
    const scripts = [...markup.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)];
    const styles = [...markup.matchAll(/<style>([\s\S]*?)<\/style>/g)];
    expect([scripts.length, styles.length]).toEqual([1, 1]);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(markup)?.[1]?.replaceAll("&#39;", "'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src '${sha256(scripts[0]?.[1])}'`);
    expect(policy).toContain(`style-src '${sha256(styles[0]?.[1])}'`);
    expect(policy).not.toContain("unsafe");
  });

  it("has no attribute that the policy would block and refers to nothing outside", () => {
    expect(markup).not.toMatch(/<[^>]* (style|on\w+)=/);
    expect(markup).not.toMatch(/<[^>]* (src|href)="(?!#|data:)/);
  });

  it("gives each section an identifier of its own, which the contents lead to", () => {
    expect([...markup.matchAll(/<section id="([^"]*)"/g)].map((match) => match[1])).toEqual([
      "section-title-script-alert-1-script",
      "section-ünder",
      "section-ünder-2",
    ]);
    expect(markup).toContain('<a href="#section-ünder-2">ünder</a>');
    expect(markup).toContain("<h3>Part</h3>");
  });

  it("depends on its options alone", () => {
    expect(page(options)).toBe(markup);
    expect(markup).toContain("2023-11-14 22:13:20 UTC");
    const { date: _, ...undated } = options;
    expect(page(undated)).not.toMatch(/20\d\d-\d\d/);
  });

  it("says that a date is invalid rather than failing", () => {
    expect(page({ title: "x", sections: [], date: new Date("never") })).toContain("invalid date");
  });

  it("is small", () => {
    expect(page({ title: "Empty", sections: [] }).length).toBeLessThan(48 * 1024);
  });
});
