const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/**
 * Control characters (but tab and line ends), directional overrides and isolates, and unpaired surrogates: they would
 * vanish, reorder what stands around them (`exe.gpj` shown as `jpg.exe`) or not survive UTF-8.
 */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

/** Makes characters that a reader could not see visible: U+202E becomes `⟨U+202E⟩`. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, (char) => `⟨U+${codePoint(char)}⟩`);
}

function codePoint(char: string): string {
  return (char.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
}

/** Text for element content and for quoted attribute values. */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (char) => ENTITIES[char] as string);
}

/** The address if it leads to http, https, mailto or a place relative to the page, else `about:invalid`. */
export function safeUrl(url: string): string {
  // Browsers skip blanks and control characters in front of and inside a scheme; visible marks of them are no scheme either.
  const scheme = /^([^:/?#]*):/.exec(url.replace(/\s+/g, ""))?.[1]?.toLowerCase();
  return scheme === undefined || /^(https?|mailto)$/.test(scheme) ? url : "about:invalid";
}

/** JSON for a `<script type="application/json">` element: nothing in it can end the element or open a comment. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
