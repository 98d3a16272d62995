import fc from "fast-check";
import { expect, it } from "vitest";
import { squarify } from "./squarify.ts";

it("lays out the example of the paper", () => {
  // Bruls, Huizing, van Wijk: 6, 6, 4, 3, 2, 2, 1 in a rectangle of 6 by 4.
  const [first, second, third, fourth] = squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 6, height: 4 });
  expect(first).toEqual({ x: 0, y: 0, width: 3, height: 2 });
  expect(second).toEqual({ x: 0, y: 2, width: 3, height: 2 });
  expect(third?.width).toBeCloseTo(12 / 7);
  expect(third?.height).toBeCloseTo(7 / 3);
  expect(fourth?.x).toBeCloseTo(3 + 12 / 7);
});

it("gives each value its part of the area, inside, without overlap", () => {
  const area = { x: 10, y: 20, width: 960, height: 460 };
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1e-3, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 40 }), (list) => {
      const values = list.sort((a, b) => b - a);
      const total = values.reduce((sum, value) => sum + value, 0);
      const boxes = squarify(values, area);
      expect(boxes).toHaveLength(values.length);
      for (const [index, box] of boxes.entries()) {
        const part = ((values[index] ?? 0) / total) * area.width * area.height;
        expect(box.width * box.height).toBeCloseTo(part, 3);
        expect(box.x).toBeGreaterThanOrEqual(area.x - 1e-6);
        expect(box.y).toBeGreaterThanOrEqual(area.y - 1e-6);
        expect(box.x + box.width).toBeLessThanOrEqual(area.x + area.width + 1e-6);
        expect(box.y + box.height).toBeLessThanOrEqual(area.y + area.height + 1e-6);
        for (const other of boxes.slice(index + 1)) {
          const wide = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x);
          const high = Math.min(box.y + box.height, other.y + other.height) - Math.max(box.y, other.y);
          expect(Math.min(wide, high)).toBeLessThan(1e-6);
        }
      }
    }),
    { seed: 1, numRuns: 100 },
  );
});

it("keeps like values nearly square", () => {
  const boxes = squarify(new Array<number>(24).fill(1), { x: 0, y: 0, width: 960, height: 460 });
  for (const { width, height } of boxes) expect(Math.max(width / height, height / width)).toBeLessThan(1.6);
});

it("has nothing to lay out for nothing", () => {
  expect(squarify([], { x: 0, y: 0, width: 1, height: 1 })).toEqual([]);
  expect(squarify([1], { x: 0, y: 0, width: 0, height: 0 })).toEqual([{ x: 0, y: 0, width: 0, height: 0 }]);
});
