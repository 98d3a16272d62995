/** XML with one element a line, indented by two spaces a level; an element that holds only text stays on one line. */
export function formatXml(text: string): string[] {
  const lines: string[] = [];
  let depth = 0;
  for (const token of joinLeaves(text.match(/<[^>]*>|[^<]+/g) ?? [])) {
    if (token.trim() === "") continue;
    if (token.startsWith("</")) depth = Math.max(0, depth - 1);
    lines.push(`${"  ".repeat(depth)}${token.trim()}`);
    if (/^<[^/?!][^>]*[^/]>$|^<[^/?!]>$/.test(token)) depth++;
  }
  return lines;
}

/** Joins `<NAME>`, text and `</NAME>` to one token. */
function* joinLeaves(tokens: readonly string[]): Generator<string> {
  for (let at = 0; at < tokens.length; at++) {
    const [open = "", text = "", close = ""] = tokens.slice(at, at + 3);
    if (/^<[^/?!]/.test(open) && !text.startsWith("<") && text.trim() !== "" && close.startsWith("</")) {
      yield open + text + close;
      at += 2;
    } else yield open;
  }
}
