import type { SymbolizedImage } from "./symbolizer.ts";

/** So many of those without symbols are named. */
const MOST_NAMED = 5;

/** How many images have symbols, and which of the heaviest have none; undefined where no image was asked for. */
export function symbolSummary(images: readonly Pick<SymbolizedImage, "image" | "symbols">[]): string | undefined {
  if (images.length === 0) return undefined;
  const full = images.filter(({ symbols }) => symbols !== undefined && symbols.kind !== "exports");
  const guessed = images.filter(({ symbols }) => symbols?.kind === "exports");
  const without = images.filter(({ symbols }) => symbols === undefined).map(({ image }) => image.name);
  const text = [`${full.length} of ${images.length} images have symbols`];
  if (guessed.length > 0) text.push(`${guessed.length} only names of what they export (~)`);
  if (without.length > 0) text.push(`the heaviest without any: ${without.slice(0, MOST_NAMED).join(", ")}`);
  return `${text.join("; ")}.`;
}
