/** Where a template has a hole: each place needs another treatment of what is put there. */
export type HoleContext = "text" | "attribute" | "url";

/** Attributes whose value a browser follows or loads. */
const URL_ATTRIBUTES = new Set(["href", "src", "action", "formaction", "poster", "cite", "data", "xlink:href"]);
/** Attributes whose value is code, style or markup: escaping does not make a foreign string safe there. */
const CODE_ATTRIBUTES = /^(on.*|style|srcdoc)$/;
/** Elements whose content is not parsed as text with entities. */
const RAW_ELEMENTS = /^(script|style)$/;

type State = "text" | "tag" | "attribute-name" | "before-value" | "value" | "comment" | "raw";

/**
 * Reads the fixed parts of a template as HTML and tells the context of each hole between them.
 *
 * @throws TypeError for a hole where no escaping can make a foreign string safe: in a tag or attribute name, an unquoted
 * value, a comment, a script, a style, an event handler; and for a template that ends inside a tag
 */
export function holeContexts(parts: readonly string[]): HoleContext[] {
  const contexts: HoleContext[] = [];
  let state: State = "text";
  let element = "";
  let attribute = "";
  let quote = "";
  /** Fixed characters at the start of an attribute's value: without them a value decides where an address leads. */
  let fixedLength = 0;

  for (const [index, part] of parts.entries()) {
    if (index > 0) {
      if (state === "text") contexts.push("text");
      else if (state === "value" && !CODE_ATTRIBUTES.test(attribute)) {
        contexts.push(URL_ATTRIBUTES.has(attribute) && fixedLength === 0 ? "url" : "attribute");
      } else
        throw new TypeError(`A value cannot stand here in a template (${state}): …${parts[index - 1]?.slice(-40)}`);
    }
    for (let at = 0; at < part.length; at++) {
      const char = part[at] as string;
      if (state === "text") {
        if (part.startsWith("<!--", at)) state = "comment";
        else if (char === "<" && /^([a-z/!]|$)/i.test(part.slice(at + 1, at + 2))) {
          state = "tag";
          element = /^[a-z][^\s/>]*/i.exec(part.slice(at + 1))?.[0].toLowerCase() ?? "";
          at += element.length;
        }
      } else if (state === "comment") {
        if (part.startsWith("-->", at)) state = "text";
      } else if (state === "raw") {
        if (part.slice(at, at + element.length + 2).toLowerCase() === `</${element}`) {
          state = "tag";
          at += element.length + 1;
          element = "";
        }
      } else if (state === "value") {
        fixedLength++;
        if (char === quote) state = "tag";
      } else if (char === ">") {
        state = RAW_ELEMENTS.test(element) ? "raw" : "text";
      } else if (state === "before-value") {
        if (char === '"' || char === "'") {
          state = "value";
          quote = char;
          fixedLength = 0;
        } else if (!/\s/.test(char)) throw new TypeError(`An attribute's value has no quotes in a template: ${part}`);
      } else if (char === "=") {
        state = "before-value";
      } else if (/[\s/]/.test(char)) {
        state = "tag";
      } else {
        if (state === "tag") attribute = "";
        state = "attribute-name";
        attribute += char.toLowerCase();
      }
    }
  }
  if (state !== "text") throw new TypeError(`A template ends inside a ${state}: …${parts.at(-1)?.slice(-40)}`);
  return contexts;
}
