/**
 * What templates have in place of values: Jinja and Go `{{ x }}`, Terraform, Packer and shells `${x}`, `%VAR%`, and what MDT and scripts replace,
 * `@@X@@`, `$$X$$`.
 */
const PLACEHOLDER = /\{\{[^{}]*\}\}|\{%[^%]*%\}|\$\{[^{}]*\}|%[A-Za-z_]\w*%|@@\w+@@|\$\$\w+\$\$/;

/** Whether a value is, or holds, a placeholder. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value);
}
