import { createRequire } from "node:module";

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
// Everything that moves the cursor or changes the terminal: C0, DEL, C1, and the marks that reverse the reading direction.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Makes control characters visible: a name out of a file must not drive the user's terminal. */
export function visible(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(CONTROL, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
  });
}

/** Columns that a text takes on a terminal; East Asian wide characters take two. */
export function textWidth(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : unicodeWidth(text);
}

let stringWidth: typeof import("string-width").default | undefined;

/** The tables of Unicode take some 30 ms to load, and most commands never need them. */
function unicodeWidth(text: string): number {
  stringWidth ??= createRequire(import.meta.url)("string-width").default as typeof stringWidth;
  return stringWidth?.(text) ?? text.length;
}

/** Cuts a text to a number of columns: at its end, or in its middle, where the end says most (a path). */
export function truncate(text: string, columns: number, where: "end" | "middle" = "end"): string {
  if (textWidth(text) <= columns) return text;
  if (columns < 1) return "";
  const characters = [...new Intl.Segmenter().segment(text)].map((part) => part.segment);
  const head = where === "end" ? columns - 1 : Math.floor((columns - 1) / 3);
  const start = fitting(characters, head);
  const end = where === "end" ? "" : fitting(characters.reverse(), columns - 1 - textWidth(start), true);
  return `${start}…${end}`;
}

/** The first characters that fit into the columns; put back into order where they come from a reversed text. */
function fitting(characters: readonly string[], columns: number, reversed = false): string {
  let used = 0;
  let count = 0;
  for (const character of characters) {
    used += textWidth(character);
    if (used > columns) break;
    count++;
  }
  const kept = characters.slice(0, count);
  return (reversed ? kept.reverse() : kept).join("");
}

const BYTE_UNITS = ["KiB", "MiB", "GiB", "TiB", "PiB"];

/** `1023 B`, `1.5 KiB`, `4.2 GiB`. */
export function formatBytes(bytes: number | bigint): string {
  let value = Number(bytes) / 1024;
  if (value < 1) return `${bytes} B`;
  let unit = 0;
  for (; value >= 1023.95 && unit < BYTE_UNITS.length - 1; unit++) value /= 1024;
  return `${value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** A duration in milliseconds as `0.4 s`, `12 s`, `3:05`, `1:02:03`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
