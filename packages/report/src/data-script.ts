import { scriptJson } from "./escape.ts";
import { Html } from "./html.ts";

/** Data for the page's script. A data block is never executed, so the content security policy needs no hash of it. */
export function dataScript(data: unknown): Html {
  return new Html(`<script type="application/json">${scriptJson(data)}</script>`);
}
