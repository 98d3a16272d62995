import { type Content, type Html, html } from "./html.ts";

/** A part of a page with its own heading and entry in the table of contents. */
export interface Section {
  title: string;
  content: readonly Content[];
}

export function section(title: string, ...content: readonly Content[]): Section {
  return { title, content };
}

/** A part of a section with a heading of its own, which the table of contents does not list. */
export function subsection(title: string, ...content: readonly Content[]): Html {
  return html`<section class="subsection"><h3>${title}</h3>\n${content}</section>`;
}

/** An identifier for each title, made of its letters and digits; equal ones are numbered. */
export function sectionIds(sections: readonly Section[]): string[] {
  const taken = new Set<string>();
  return sections.map(({ title }) => {
    const words =
      title
        .normalize("NFC")
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu) ?? [];
    const base = `section-${words.join("-").slice(0, 60) || "untitled"}`;
    let id = base;
    for (let count = 2; taken.has(id); count++) id = `${base}-${count}`;
    taken.add(id);
    return id;
  });
}
