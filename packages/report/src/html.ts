import { escapeHtml, safeUrl } from "./escape.ts";
import { type HoleContext, holeContexts } from "./html-context.ts";

/** Markup that is safe to put into a page. Only `html` and the building blocks of this package make it. */
export class Html {
  readonly #markup: string;

  /** Trusts the markup as it is: not for text that comes from anywhere else. */
  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand in a template. Everything but `Html` is escaped; `null`, `undefined` and `false` vanish. */
export type Content = Html | string | number | bigint | null | undefined | false | readonly Content[];

/** Templates are analysed once, however often they are rendered. */
const contextsOf = new WeakMap<TemplateStringsArray, HoleContext[]>();

/**
 * Template tag that makes markup and escapes every value for the place where it stands: `` html`<p title="${a}">${b}</p>` ``.
 * An address that does not lead to http, https, mailto or a place relative to the page becomes `about:invalid`.
 *
 * @throws TypeError if the template is not whole, or has a value where escaping cannot make it safe (unquoted attribute,
 * script, style, event handler), or markup in an attribute
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  let contexts = contextsOf.get(strings);
  if (!contexts) {
    contexts = holeContexts(strings);
    contextsOf.set(strings, contexts);
  }
  let markup = strings[0] as string;
  for (const [index, value] of values.entries()) {
    const context = contexts[index] as HoleContext;
    markup += (context === "text" ? contentMarkup(value) : attributeMarkup(value, context)) + strings[index + 1];
  }
  return new Html(markup);
}

/** One element; attributes that are `undefined` are left out. Tag and attribute names must not come from input. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...content: readonly Content[]
): Html {
  let markup = `<${name}`;
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== undefined) markup += ` ${attribute}="${escapeHtml(String(value))}"`;
  }
  return new Html(`${markup}>${contentMarkup(content)}</${name}>`);
}

function contentMarkup(value: Content): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Html) return value.toString();
  if (isList(value)) return value.map(contentMarkup).join("");
  return escapeHtml(String(value));
}

function attributeMarkup(value: Content, context: HoleContext): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Html || isList(value)) throw new TypeError("Markup cannot stand in an attribute.");
  return escapeHtml(context === "url" ? safeUrl(String(value)) : String(value));
}

function isList(value: Content): value is readonly Content[] {
  return Array.isArray(value);
}
