/** Characters between the brackets. */
const WIDTH = 58;

/**
 * `[===                        3.0%                           ] ` as DISM draws it: the number lies over the bar, in its middle.
 *
 * @param share from 0 to 1
 */
export function formatBar(share: number): string {
  const text = `${(Math.floor(share * 1000) / 10).toFixed(1)}%`;
  const bar = "=".repeat(Math.floor(share * WIDTH)).padEnd(WIDTH);
  const start = Math.ceil((WIDTH - text.length) / 2);
  return `[${bar.slice(0, start)}${text}${bar.slice(start + text.length)}] `;
}
