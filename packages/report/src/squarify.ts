export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Divides a rectangle into one rectangle a value, with areas in proportion and sides as equal as can be: the squarified
 * layout of Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000).
 *
 * @param values positive, largest first
 */
export function squarify(values: readonly number[], into: Rectangle): Rectangle[] {
  const result: Rectangle[] = [];
  // What is left for a row and those after it, summed from the smallest on: exact enough for any spread of values.
  const rests = [...values];
  for (let index = rests.length - 2; index >= 0; index--) rests[index]! += rests[index + 1]!;
  let { x, y, width, height } = into;

  for (let start = 0; start < values.length; ) {
    const side = Math.min(width, height);
    const rest = rests[start]!;
    const end = rowEnd(values, start, side, (width * height) / rest);
    const row = values.slice(start, end).reduce((sum, value) => sum + value, 0);
    const alongHeight = height <= width;
    const thickness = (end === values.length ? 1 : row / rest) * (alongHeight ? width : height);
    let offset = 0;
    for (const value of values.slice(start, end)) {
      const length = (value / row) * side;
      result.push(
        alongHeight
          ? { x, y: y + offset, width: thickness, height: length }
          : { x: x + offset, y, width: length, height: thickness },
      );
      offset += length;
    }
    if (alongHeight) {
      x += thickness;
      width -= thickness;
    } else {
      y += thickness;
      height -= thickness;
    }
    start = end;
  }
  return result;
}

/** Where a row ends: it takes values as long as they make its worst rectangle better. */
function rowEnd(values: readonly number[], start: number, side: number, areaPerValue: number): number {
  const largest = values[start]! * areaPerValue;
  let rowArea = largest;
  let end = start + 1;
  for (; end < values.length; end++) {
    const area = values[end]! * areaPerValue;
    const before = worstRatio(rowArea, largest, values[end - 1]! * areaPerValue, side);
    if (worstRatio(rowArea + area, largest, area, side) > before) break;
    rowArea += area;
  }
  return end;
}

/** The ratio of sides of the least square rectangle in a row of this area along this side. */
function worstRatio(rowArea: number, largest: number, smallest: number, side: number): number {
  const thickness = rowArea / side;
  return Math.max(largest / thickness ** 2, thickness ** 2 / smallest);
}
