import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("client/style/colours.css", import.meta.url), "utf8");

/** A colour of the style, in the light and in the dark scheme. */
function colour(name: string): [light: string, dark: string] {
  const value = new RegExp(`--${name}: (?:light-dark\\()?(#\\w{6})(?:, (#\\w{6})\\))?;`).exec(css);
  if (!value?.[1]) throw new Error(`no colour ${name}`);
  return [value[1], value[2] ?? value[1]];
}

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrasts(a: string, b: string): number[] {
  return [0, 1].map((scheme) => {
    const [low = 0, high = 0] = [luminance(colour(a)[scheme] ?? ""), luminance(colour(b)[scheme] ?? "")].sort(
      (x, y) => x - y,
    );
    return (high + 0.05) / (low + 0.05);
  });
}

const tiles = [..."01234567"].map((index) => `colour-${index}`);

describe("colours", () => {
  const texts: [string, string][] = [
    ...["text", "muted", "accent"].flatMap((text) =>
      ["page", "surface", "raised"].map((on): [string, string] => [text, on]),
    ),
    ["accent", "accent-soft"],
    ...["error", "warning", "info", "ok"].map((severity): [string, string] => [severity, `${severity}-soft`]),
    ...[...tiles, "merged"].map((tile): [string, string] => ["tile-text", tile]),
  ];
  it.each(texts)("text %s on %s can be read", (text, on) => {
    for (const contrast of contrasts(text, on)) expect(contrast).toBeGreaterThanOrEqual(4.5);
  });

  it.each([...tiles, "gain", "loss", "control"])("%s stands out from the surface", (mark) => {
    for (const contrast of contrasts(mark, "surface")) expect(contrast).toBeGreaterThanOrEqual(3);
  });
});
