import {
  SCRIPT,
  SCRIPT_HASH,
  STYLE,
  STYLE_HASH,
  TIME_SCRIPT,
  TIME_SCRIPT_HASH,
  TIME_STYLE,
  TIME_STYLE_HASH,
} from "./assets.generated.ts";
import { formatDate } from "./format.ts";
import { Html, html } from "./html.ts";
import { type Section, sectionIds } from "./section.ts";

export interface PageOptions {
  title: string;
  /** What the page is about in a few more words: the image's name and file. */
  subtitle?: string;
  /** The program that made the page, with its version. */
  generator?: string;
  /** When the page was made. Nothing is told without it: the same input gives the same bytes. */
  date?: Date;
  sections: readonly Section[];
}

/** Only our own scripts and styles run, told by their hashes; nothing is loaded but the icon, which is in the page. */
const POLICY = [
  "default-src 'none'",
  `script-src '${SCRIPT_HASH}' '${TIME_SCRIPT_HASH}'`,
  `style-src '${STYLE_HASH}' '${TIME_STYLE_HASH}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** What only timelines and flame graphs need. No text can be taken for them: it is escaped. */
const TIME_CHART = /<figure class="card (timeline|flame-graph)"/;
const TIME_ASSETS = `\n<style>${TIME_STYLE}</style>\n<script>${TIME_SCRIPT}</script>`;

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%232a6496'/%3E%3Cpath d='M4 12V8h2v4zm3 0V4h2v8zm3 0V6h2v6z' fill='%23fff'/%3E%3C/svg%3E";

/**
 * One HTML document that holds all it needs: it makes no request, can be sent by mail and opened anywhere, in light and
 * dark, on small screens, in print, by keyboard and without JavaScript. Its bytes depend on the options alone.
 */
export function page({ title, subtitle, generator, date, sections }: PageOptions): string {
  const ids = sectionIds(sections);
  const main = html`${sections.map(({ title: own, content }, index) => {
    const heading = `${ids[index]}-title`;
    return html`<section id="${ids[index]}" aria-labelledby="${heading}"><h2 id="${heading}">${own}</h2>\n${content}\n</section>\n`;
  })}`;
  const assets = `<style>${STYLE}</style>\n<script>${SCRIPT}</script>${TIME_CHART.test(main.toString()) ? TIME_ASSETS : ""}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${generator !== undefined && html`<meta name="generator" content="${generator}">`}
<title>${title}</title>
${new Html(`<link rel="icon" href="${ICON}">\n${assets}`)}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="masthead"><div>
<h1>${title}</h1>
${subtitle !== undefined && html`<p class="subtitle">${subtitle}</p>`}
</div></header>
<div class="layout">
${sections.length > 1 && contents(sections, ids)}
<main id="content" tabindex="-1">
${main}</main>
</div>
${footer(generator, date)}
</body>
</html>
`.toString();
}

function contents(sections: readonly Section[], ids: readonly string[]): Html {
  return html`<nav class="contents" aria-label="Contents"><ol>
${sections.map(({ title }, index) => html`<li><a href="#${ids[index]}">${title}</a></li>\n`)}</ol></nav>`;
}

function footer(generator: string | undefined, date: Date | undefined): Html | undefined {
  const parts = [generator, date && formatDate(date)].filter((part) => part !== undefined);
  return parts.length > 0 ? html`<footer>${parts.join(" · ")}</footer>` : undefined;
}
