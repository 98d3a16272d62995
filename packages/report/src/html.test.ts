import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { html } from "./html.ts";

const HOSTILE = `</script><img src=x onerror=alert(1)>"'&`;

describe("html", () => {
  it("escapes text and attribute values", () => {
    expect(html`<p title="${HOSTILE}">${HOSTILE}</p>`.toString()).toBe(
      '<p title="&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;">' +
        "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;</p>",
    );
  });

  it("lets nothing of any string become markup", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const markup = html`<p title='${text}'>${text}</p>`.toString();
        expect(markup.match(/<|>/g)).toHaveLength(4);
        expect(markup.match(/'/g)).toHaveLength(2);
        expect(markup.isWellFormed()).toBe(true);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("takes its own markup, lists and numbers, and leaves out what is absent", () => {
    const items = ["a", "<"].map((name) => html`<li>${name}</li>`);
    expect(html`<ul>${items}</ul>${null}${undefined}${false}${0}${5n}`.toString()).toBe(
      "<ul><li>a</li><li>&lt;</li></ul>05",
    );
  });

  it("does not take an object for markup that only looks like it", () => {
    const forged = { toString: () => "<script>" } as unknown as string;
    expect(html`${forged}`.toString()).toBe("&lt;script&gt;");
  });

  it("makes what a reader cannot see visible", () => {
    expect(html`${"a\u202egpj.exe\u0000\ud800\u200d\n"}`.toString()).toBe("a⟨U+202E⟩gpj.exe⟨U+0000⟩⟨U+D800⟩\u200d\n");
    expect(html`${"\u{1f600}"}`.toString()).toBe("\u{1f600}");
  });

  it.each([
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " java\nscript:alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    ":x",
  ])("does not lead to %j", (url) => {
    expect(html`<a href="${url}">x</a>`.toString()).toBe('<a href="about:invalid">x</a>');
    expect(html`<a href='${""}${url}'>x</a>`.toString()).toBe("<a href='about:invalid'>x</a>");
  });

  it.each(["https://example.com/?a=1", "mailto:a@example.com", "#part", "page.html", "/a:b", "?q=a:b"])(
    "leads to %j",
    (url) => {
      expect(html`<a href="${url}">x</a>`.toString()).toBe(`<a href="${url}">x</a>`);
    },
  );

  it("checks only the start of an address", () => {
    expect(html`<a href="#${"javascript:x"}">x</a>`.toString()).toBe('<a href="#javascript:x">x</a>');
  });

  it("refuses values where escaping cannot make them safe", () => {
    const x = "x";
    expect(() => html`<p title=${x}>`).toThrow(TypeError);
    expect(() => html`<p ${x}>`).toThrow(TypeError);
    expect(() => html`<${x}>`).toThrow(TypeError);
    expect(() => html`<script>${x}</script>`).toThrow(TypeError);
    expect(() => html`<style>${x}</style>`).toThrow(TypeError);
    expect(() => html`<!-- ${x} -->`).toThrow(TypeError);
    expect(() => html`<p onclick="${x}">`).toThrow(TypeError);
    expect(() => html`<p STYLE="${x}">`).toThrow(TypeError);
    expect(() => html`<iframe srcdoc="${x}"></iframe>`).toThrow(TypeError);
    expect(() => html`<p title="${html`<b>`}">`).toThrow(TypeError);
    expect(() => html`<p title="`).toThrow(TypeError);
    expect(() => html`<p title=x>`).toThrow(TypeError);
  });

  it("knows where a script, a comment and a tag end", () => {
    expect(html`<script>if (a < b) "</p>"</script><p>${"<"}</p>`.toString()).toContain("<p>&lt;</p>");
    expect(html`<!-- <p title=" --><p>${"<"}</p>`.toString()).toContain("<p>&lt;</p>");
    expect(html`<input disabled value="${"<"}"/>a < b ${"<"}`.toString()).toBe(
      '<input disabled value="&lt;"/>a < b &lt;',
    );
    expect(html`<a data-x = "1" href = "${"javascript:x"}">x</a>`.toString()).toContain('"about:invalid"');
  });
});
